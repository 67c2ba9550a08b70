// run:
// only: x86-64
// cflags: -msse4.1 -mssse3
// What the SSE headers make: arithmetic, shuffles, packing, masks, conversions, comparisons, shifts, saturation, averages.
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static void show(const char *name, __m128i v) { uint8_t b[16]; memcpy(b, &v, 16); printf("%-12s ", name); for (int i = 0; i < 16; i++) printf("%02x", b[i]); puts(""); }
static void showf(const char *name, __m128 v) { show(name, _mm_castps_si128(v)); }
static void showd(const char *name, __m128d v) { show(name, _mm_castpd_si128(v)); }
#define I(f) show(#f, _mm_##f(a, b))
#define F(f) showf(#f, _mm_##f(x, y))
#define D(f) showd(#f, _mm_##f(p, q))
int main(void) {
  uint8_t s[64];
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < 64; i++) s[i] = i * 37 + round * 71 + (i >> 3) * (i & 5) * 50;
    __m128i a = _mm_loadu_si128((void *)s), b = _mm_loadu_si128((void *)(s + 16));
    __m128 x = _mm_setr_ps(1.5f + round, -2.25f, 100.125f, -0.0f), y = _mm_setr_ps(2.0f, -2.25f, 3.5f - round, 1e10f);
    __m128d p = _mm_setr_pd(1.25, -7.5 * round), q = _mm_setr_pd(-3.0, 0.1);
    I(add_epi8); I(adds_epi8); I(adds_epu8); I(adds_epi16); I(adds_epu16); I(add_epi32); I(add_epi64);
    I(sub_epi8); I(subs_epi8); I(subs_epu8); I(subs_epi16); I(subs_epu16); I(sub_epi32);
    I(mullo_epi16); I(mulhi_epi16); I(mulhi_epu16); I(mul_epu32); I(madd_epi16); I(sad_epu8); I(mullo_epi32); I(mul_epi32);
    I(and_si128); I(andnot_si128); I(or_si128); I(xor_si128);
    I(min_epu8); I(max_epu8); I(min_epi16); I(max_epi16); I(min_epi8); I(max_epu16); I(min_epi32); I(max_epu32);
    I(cmpeq_epi8); I(cmpgt_epi8); I(cmplt_epi16); I(cmpeq_epi32); I(cmpgt_epi32);
    I(packs_epi16); I(packus_epi16); I(packs_epi32); I(packus_epi32);
    I(unpacklo_epi8); I(unpackhi_epi8); I(unpacklo_epi16); I(unpackhi_epi32); I(unpacklo_epi64);
    I(avg_epu8); I(avg_epu16); I(shuffle_epi8); I(maddubs_epi16); I(hadd_epi16); I(sign_epi8); I(mulhrs_epi16);
    __m128i n = _mm_cvtsi32_si128(round * 5);
    show("sll", _mm_sll_epi16(a, n)), show("srl", _mm_srl_epi32(a, n)), show("sra", _mm_sra_epi16(a, n));
    show("slli", _mm_slli_epi32(a, 7)), show("srai", _mm_srai_epi32(a, 9)), show("srli", _mm_srli_epi64(a, 33));
    show("bslli", _mm_slli_si128(a, 5)), show("bsrli", _mm_srli_si128(a, 3)), show("alignr", _mm_alignr_epi8(a, b, 6));
    show("shuffle", _mm_shuffle_epi32(a, 0x1b)), show("lo", _mm_shufflelo_epi16(a, 0x93)), show("hi", _mm_shufflehi_epi16(a, 0x4e));
    show("blendv", _mm_blendv_epi8(a, b, _mm_cmpgt_epi8(a, b))), show("abs", _mm_abs_epi8(a)), show("widen", _mm_cvtepi8_epi32(a));
    show("widenu", _mm_cvtepu16_epi32(a)), show("insert", _mm_insert_epi16(a, 0x1234, 3));
    printf("%x %x %x %d %d\n", _mm_movemask_epi8(a), _mm_movemask_ps(_mm_castsi128_ps(a)), _mm_movemask_pd(p), _mm_extract_epi16(a, 5), _mm_testz_si128(a, b));
    F(add_ps); F(sub_ps); F(mul_ps); F(div_ps); F(min_ps); F(max_ps); F(cmplt_ps); F(cmpneq_ps); F(cmpord_ps); F(unpacklo_ps); F(movehl_ps);
    F(add_ss); F(min_ss); F(andnot_ps); F(hadd_ps);
    showf("shufps", _mm_shuffle_ps(x, y, 0x72)), showf("sqrt", _mm_sqrt_ps(_mm_mul_ps(y, y))), showf("blend", _mm_blendv_ps(x, y, x));
    D(add_pd); D(mul_pd); D(div_pd); D(min_pd); D(cmple_pd); D(unpackhi_pd); D(sub_sd);
    show("cvttps", _mm_cvttps_epi32(_mm_min_ps(y, x))), showf("cvtepi", _mm_cvtepi32_ps(a)), show("cvtps", _mm_cvtps_epi32(x));
    showd("cvtpsd", _mm_cvtps_pd(x)), showf("cvtpds", _mm_cvtpd_ps(p)), showf("round", _mm_floor_ps(x)), showf("ceil", _mm_ceil_ps(y));
    printf("%d %d %ld %d %d\n", _mm_cvttss_si32(x), _mm_cvtss_si32(x), (long)_mm_cvttsd_si64(q), _mm_comilt_ss(x, y), _mm_ucomieq_sd(p, q));
    _mm_sfence(), _mm_mfence(), _mm_prefetch((void *)s, _MM_HINT_T0);
  }
  return 0;
}
