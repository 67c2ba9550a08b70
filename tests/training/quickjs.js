// Other work than the benchmark's: a parser, collections, closures, typed arrays, strings, objects, generators.
function parse(text) {
  let i = 0;
  const skip = () => { while (text[i] === ' ') i++; };
  const factor = () => {
    skip();
    if (text[i] === '(') { i++; const v = sum(); skip(); i++; return v; }
    let start = i;
    while (i < text.length && text[i] >= '0' && text[i] <= '9') i++;
    return parseInt(text.slice(start, i), 10);
  };
  const product = () => {
    let v = factor();
    for (skip(); text[i] === '*' || text[i] === '/'; skip()) v = text[i++] === '*' ? v * factor() : v / factor();
    return v;
  };
  const sum = () => {
    let v = product();
    for (skip(); text[i] === '+' || text[i] === '-'; skip()) v = text[i++] === '+' ? v + product() : v - product();
    return v;
  };
  return sum();
}
let total = 0;
for (let k = 1; k < 250; k++) total += parse(`(${k} + 3) * 2 - (${k * 7} / (1 + ${k % 9})) + 15 * (2 + ${k})`);
print("parse", total.toFixed(4));
const counts = new Map(), seen = new Set();
let x = 17;
for (let i = 0; i < 6000; i++) {
  x = (x * 1103 + 977) % 65521;
  const key = "k" + (x % 97);
  counts.set(key, (counts.get(key) || 0) + 1);
  seen.add(x & 1023);
}
print("map", counts.size, seen.size, [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0].join(":"));
const grid = new Float64Array(40 * 40);
for (let t = 0; t < 8; t++)
  for (let r = 1; r < 39; r++)
    for (let c = 1; c < 39; c++) {
      const at = r * 40 + c;
      grid[at] = (grid[at - 1] + grid[at + 1] + grid[at - 40] + grid[at + 40] + r * c) / 5;
    }
print("grid", grid[20 * 40 + 20].toFixed(5));
class Account {
  #sum = 0;
  constructor(name) { this.name = name; this.log = []; }
  put(n) { this.#sum += n; this.log.push(n); return this; }
  get sum() { return this.#sum; }
}
class Saver extends Account { put(n) { return super.put(n * 1.01); } }
const accounts = [new Account("a"), new Saver("b"), new Saver("c")];
for (let i = 0; i < 4000; i++) accounts[i % 3].put(i & 15);
print("accounts", accounts.map(a => `${a.name}=${a.sum.toFixed(2)}/${a.log.length}`).join(" "));
function* squares(n) { for (let i = 0; i < n; i++) yield i * i; }
let odd = 0;
for (const s of squares(3000)) if (s & 1) odd += s % 10;
print("squares", odd);
const people = [];
for (let i = 0; i < 400; i++) people.push({ id: i, name: "n" + (i * 37 % 101), tags: [i % 3, i % 5], at: { x: i, y: -i } });
const copy = JSON.parse(JSON.stringify(people));
print("json", copy.filter(p => p.tags.includes(2)).map(({ id, at: { y } }) => id + y).reduce((a, b) => a + b, 0));
let text = "";
for (let i = 0; i < 1500; i++) text += String.fromCharCode(97 + (i * 7) % 26) + (i % 11 === 0 ? " " : "");
print("words", text.split(" ").map(w => w.toUpperCase().split("").reverse().join("")).filter(w => w.length > 3).length);
const memo = {};
const ways = (n, k) => n === 0 ? 1 : n < 0 || k === 0 ? 0 : memo[n + "," + k] ??= ways(n - k, k) + ways(n, k - 1);
print("ways", ways(60, 60));
let failures = 0;
for (let i = 0; i < 1500; i++) try { if (i % 4 === 0) null.x; else JSON.parse(i % 3 ? "{}" : "{"); } catch (e) { failures += e instanceof TypeError ? 1 : 2; }
print("failures", failures);
function tree(d) { return d ? { l: tree(d - 1), r: tree(d - 1), v: d } : null; }
function weigh(t) { return t ? t.v + weigh(t.l) + weigh(t.r) : 0; }
print("tree", weigh(tree(11)));
