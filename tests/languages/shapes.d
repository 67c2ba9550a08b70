import std.stdio, std.algorithm, std.range, std.conv, std.string, std.array, std.regex, std.exception;
interface Shape { double area() const; string name() const; }
class Circle : Shape { double r; this(double r){this.r=r;} double area() const {return 3.14159*r*r;} string name() const {return "circle";} }
class Sq : Shape { double s; this(double s){this.s=s;} double area() const {return s*s;} string name() const {return "square";} }
struct Counter { int n; ~this(){ writeln("dtor ", n); } }
int risky(int x){ auto c = Counter(x); if (x>2) throw new Exception("too big: "~x.to!string); return x*2; }
void main(string[] args){
  Shape[] shapes = [cast(Shape)new Circle(2), new Sq(3), new Circle(0.5)];
  foreach(s; shapes.sort!((a,b)=>a.area<b.area)) writefln("%s %.3f", s.name, s.area);
  writeln(iota(1,20).filter!(a=>a%3==0).map!(a=>a*a).sum);
  int[string] aa; foreach(w; "the quick brown the lazy the dog".split) aa[w]++;
  foreach(k; aa.keys.sort) writeln(k, " ", aa[k]);
  foreach(i; 0..5){ try writeln(risky(i)); catch(Exception e) writeln("caught ", e.msg); finally writeln("finally"); }
  writeln("2026-11-21".matchFirst(regex(`(\d+)-(\d+)-(\d+)`)).array);
  auto e = collectException(enforce(false, "boom")); writeln(e.msg);
}
