// another mixed workload, to train on what bench.js is timed with
function queens(n){let count=0,c=[],d=[],e=[];(function place(r){if(r==n){count++;return} for(let i=0;i<n;i++) if(!c[i]&&!d[r+i]&&!e[r-i+n]){c[i]=d[r+i]=e[r-i+n]=true;place(r+1);c[i]=d[r+i]=e[r-i+n]=false}})(0);return count} print("queens",queens(7));
const sieve=new Uint8Array(20000);let primes=0;for(let i=2;i<sieve.length;i++){if(!sieve[i]){primes++;for(let j=i*i;j<sieve.length;j+=i) sieve[j]=1}} print("primes",primes);
const text="the quick brown fox jumps over the lazy dog ".repeat(200);const words={};for(const w of text.split(/\s+/)) if(w) words[w]=(words[w]||0)+1; print("words",Object.entries(words).sort((a,b)=>b[1]-a[1]||(a[0]<b[0]?-1:1)).slice(0,3).join());
const a=[],b=[];for(let i=0;i<30;i++){a.push([]);b.push([]);for(let j=0;j<30;j++){a[i].push(i-j);b[i].push(1/(i+j+1))}} let trace=0;for(let i=0;i<30;i++)for(let k=0;k<30;k++) trace+=a[i][k]*b[k][i]; print("trace",trace.toFixed(6));
class Shape{area(){return 0}} class Circle extends Shape{constructor(r){super();this.r=r} area(){return Math.PI*this.r**2}} class Square extends Shape{constructor(s){super();this.s=s} area(){return this.s*this.s}} let area=0;for(let i=0;i<10000;i++) area+=(i%2?new Circle(i%10):new Square(i%7)).area(); print("area",area.toFixed(3));
const tree=n=>n?{l:tree(n-1),r:tree(n-1)}:null,nodes=t=>t?1+nodes(t.l)+nodes(t.r):0; print("tree",nodes(tree(11)));
let p=1n;for(let i=0;i<300;i++) p=p*3n+BigInt(i); print("big",String(p).length);
const set=new Set();for(let i=0;i<10000;i++) set.add((i*7919)%1009); print("set",set.size);
print("json",JSON.stringify(Array.from({length:200},(_,i)=>({id:i,name:"n"+i,tags:[i%3,i%5]}))).length);
const {x,...rest}={x:1,y:2,z:3};print("spread",[...Object.keys(rest),...[1,2,3].map(v=>v*x)].join(),`${text.length}`.padStart(8,"0"),text.toUpperCase().indexOf("LAZY"));
async function f(){let s=0;for(let i=0;i<500;i++) s+=await i;print("async",s)} f();
