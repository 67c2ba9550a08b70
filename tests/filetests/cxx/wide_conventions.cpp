// run:
// only: x86-64
// cflags: -mavx2
// native: -mavx2
// Vectors of 256 bits, structures of floats and narrow integers by other calling conventions than C's.
#include <immintrin.h>
#include <stdio.h>
#include <stdarg.h>
#define VC __attribute__((vectorcall))
#define RC __attribute__((regcall))
#define MS __attribute__((ms_abi))
typedef struct {__m256 a,b;} P2; typedef struct{float x,y,z,w;} HF; typedef struct{double a,b;} HD;
__attribute__((noinline)) VC __m256 vf(__m256 a,int n,__m256 b,P2 p){return a+b*(float)n+p.a-p.b;} __attribute__((noinline)) VC HF vh(HF a,double d,HF b){a.x+=b.w;a.y*=d;return a;}
__attribute__((noinline)) RC __m256i rf(__m256i a,__m256i b,long n,P2 p){return a+b+(__m256i)p.a;} __attribute__((noinline)) RC HD rh(HD a,HF b,int x){a.a+=b.x;a.b+=x;return a;} __attribute__((noinline)) RC void rv(int*p){*p+=5;}
__attribute__((noinline)) MS __m256 mf(__m256 a,__m128 b){return a+b[0];} __attribute__((noinline)) MS HF mh(HF a,HD b,float c){a.x+=b.a;a.w=c;return a;} __attribute__((noinline)) MS char mc(char a,short b,bool c,unsigned char d,signed char e,unsigned short f){return a+b+c+d+e+f;} __attribute__((noinline)) MS _Complex double mcx(_Complex double a){return a*2;} __attribute__((noinline)) MS void many(long*r,int a,int b,int c,int d,int e,int f,float g,double h){*r=a+b*2+c*3+d*4+e*5+f*6+(int)g*7+(int)h*8;}
int main(){ __m256 a=_mm256_set1_ps(1),b=_mm256_setr_ps(1,2,3,4,5,6,7,8); P2 p={b,a}; __m256(*VC volatile pv)(__m256,int,__m256,P2)=vf; __m256 r=vf(a,2,b,p),q=pv(b,3,a,p); printf("%g %g\n",r[7],q[3]); HF h={1,2,3,4}; HF(*VC volatile ph)(HF,double,HF)=vh; h=ph(vh(h,2,h),3,h); printf("%g %g %g\n",h.x,h.y,h.w); __m256i i=_mm256_set1_epi32(3); __m256i(*RC volatile pr)(__m256i,__m256i,long,P2)=rf; i=pr(rf(i,i,1,p),i,2,p); printf("%d\n",_mm256_extract_epi32(i,3)); HD d={1,2}; HD(*RC volatile pd)(HD,HF,int)=rh; d=pd(rh(d,h,1),h,2); printf("%g %g\n",d.a,d.b); int k=1; rv(&k); void(*RC volatile prv)(int*)=rv; prv(&k); printf("%d\n",k); __m256(*MS volatile pm)(__m256,__m128)=mf; r=pm(mf(b,_mm_set1_ps(3)),_mm_set1_ps(2)); printf("%g\n",r[2]); HF(*MS volatile pmh)(HF,HD,float)=mh; h=pmh(mh(h,d,1.5f),d,2.5f); printf("%g %g\n",h.x,h.w); char(*MS volatile pc)(char,short,bool,unsigned char,signed char,unsigned short)=mc; printf("%d %d\n",mc(1,2,1,250,-3,60000),pc(-1,-2,0,255,-128,1)); _Complex double z=mcx(__builtin_complex(1.5,2.5)); printf("%g %g\n",__real z,__imag z); long L; many(&L,1,2,3,4,5,6,7,8); printf("%ld\n",L); }
