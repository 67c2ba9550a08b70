use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::panic;
use std::sync::{mpsc, Arc, Mutex};
#[derive(Debug, Clone, PartialEq)]
enum Expr { Num(f64), Add(Box<Expr>, Box<Expr>), Mul(Box<Expr>, Box<Expr>), Neg(Box<Expr>) }
impl Expr { fn eval(&self) -> f64 { match self { Expr::Num(n) => *n, Expr::Add(a, b) => a.eval() + b.eval(), Expr::Mul(a, b) => a.eval() * b.eval(), Expr::Neg(a) => -a.eval() } } }
impl fmt::Display for Expr { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { match self { Expr::Num(n) => write!(f, "{}", n), Expr::Add(a, b) => write!(f, "({} + {})", a, b), Expr::Mul(a, b) => write!(f, "({} * {})", a, b), Expr::Neg(a) => write!(f, "-{}", a) } } }
struct D(&'static str);
impl Drop for D { fn drop(&mut self) { println!("drop {}", self.0); } }
fn risky(n: usize) -> usize { let _d = D("risky"); let v = vec![1, 2, 3]; v[n] }
fn main() {
    let e = Expr::Add(Box::new(Expr::Num(2.5)), Box::new(Expr::Mul(Box::new(Expr::Neg(Box::new(Expr::Num(3.0)))), Box::new(Expr::Num(4.0)))));
    println!("{} = {}", e, e.eval());
    let mut m = BTreeMap::new();
    for w in "the quick brown fox jumps over the lazy dog the end".split_whitespace() { *m.entry(w).or_insert(0) += 1; }
    println!("{:?}", m);
    let mut h: HashMap<u64, String> = HashMap::new();
    for i in 0..1000u64 { h.insert(i.wrapping_mul(2654435761), format!("{:x}", i)); }
    let mut k: Vec<_> = h.keys().copied().collect(); k.sort_unstable(); println!("{:?}", &k[..5]);
    let total = Arc::new(Mutex::new(0u64)); let (tx, rx) = mpsc::channel();
    let ts: Vec<_> = (0..4).map(|i| { let t = total.clone(); let tx = tx.clone(); std::thread::spawn(move || { for j in 0..1000 { *t.lock().unwrap() += i * j; } tx.send(i).unwrap(); }) }).collect();
    for t in ts { t.join().unwrap(); } drop(tx);
    let mut got: Vec<u64> = rx.iter().collect(); got.sort(); println!("{} {:?}", total.lock().unwrap(), got);
    panic::set_hook(Box::new(|i| println!("hook: {}", i.location().map(|l| l.line()).unwrap_or(0) > 0)));
    let r = panic::catch_unwind(|| risky(7)); println!("{}", r.is_err());
    println!("{}", risky(1));
    let s: u128 = (1..=30u128).product(); println!("{}", s);
    let r = std::thread::spawn(|| { let _d = D("thread"); panic!("in thread"); }).join(); println!("{}", r.is_err());
}
