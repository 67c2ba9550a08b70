//! Random LLVM assembly: arithmetic, conversions, movement and memory on types of every odd shape, without undefined
//! behaviour and without NaNs whose bits could be seen.
//!
//! A program is the text of one module for `filetests/support/drive.c`: functions of two inputs that write what they have
//! computed to an output. The same seed gives the same text.

use std::fmt::Write;

/// A number of elements, 0 for a scalar, and what they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Ty {
    length: u32,
    scalar: Scalar,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scalar {
    Int(u32),
    Half,
    Bfloat,
    Float,
    Double,
    X87,
    Quad,
}

use Scalar::*;

impl Scalar {
    fn bits(self) -> u32 {
        match self {
            Int(width) => width,
            Half | Bfloat => 16,
            Float => 32,
            Double => 64,
            X87 => 80,
            Quad => 128,
        }
    }

    fn name(self) -> String {
        match self {
            Int(width) => format!("i{width}"),
            Half => "half".into(),
            Bfloat => "bfloat".into(),
            Float => "float".into(),
            Double => "double".into(),
            X87 => "x86_fp80".into(),
            Quad => "fp128".into(),
        }
    }

    /// In the names of intrinsics.
    fn mangled(self) -> String {
        match self {
            Half => "f16".into(),
            Bfloat => "bf16".into(),
            Float => "f32".into(),
            Double => "f64".into(),
            X87 => "f80".into(),
            Quad => "f128".into(),
            Int(_) => self.name(),
        }
    }
}

impl Ty {
    fn scalar(scalar: Scalar) -> Ty {
        Ty { length: 0, scalar }
    }

    fn int(width: u32) -> Ty {
        Ty::scalar(Int(width))
    }

    fn with(self, scalar: Scalar) -> Ty {
        Ty { scalar, ..self }
    }

    fn bits(self) -> u32 {
        self.scalar.bits() * self.length.max(1)
    }

    fn width(self) -> Option<u32> {
        if let Int(width) = self.scalar { Some(width) } else { None }
    }

    fn name(self) -> String {
        if self.length == 0 { self.scalar.name() } else { format!("<{} x {}>", self.length, self.scalar.name()) }
    }

    fn mangled(self) -> String {
        if self.length == 0 { self.scalar.mangled() } else { format!("v{}{}", self.length, self.scalar.mangled()) }
    }

    /// Whether LLVM 19 reads the type as it says itself. It does not where odd elements fill whole bytes: `<24 x i5>`, as
    /// `filetests/instructions/packed_vectors.ll` shows.
    fn is_right_in_memory(self) -> bool {
        self.length == 0
            || self.scalar.bits() == 1
            || self.scalar.bits().is_multiple_of(8)
            || !self.bits().is_multiple_of(8)
    }

    fn is_vector_of_x87(self) -> bool {
        self.length != 0 && self.scalar == X87
    }

    /// A constant with every element the same.
    fn constant(self, text: &str) -> String {
        if self.length == 0 { text.into() } else { format!("splat ({} {text})", self.scalar.name()) }
    }
}

const WIDTHS: &[u32] = &[
    1, 2, 3, 5, 7, 8, 8, 9, 13, 16, 16, 17, 24, 31, 32, 32, 32, 33, 40, 48, 56, 63, 64, 64, 64, 65, 72, 96, 100, 127,
    128, 128, 129, 160, 192, 200, 256,
];
/// Beyond 8 powers of two alone: LLVM 19 makes wrong code of an integer's bits as 17 or more booleans, unless it is a power
/// of two of them (all of 17, 18, 20, 24, 28, 31, 33 are wrong where a program compares them with the integer's bits).
const LENGTHS: &[u32] = &[1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 8, 16, 16, 32, 64];
const FLOATS: &[Scalar] = &[Half, Bfloat, Float, Float, Float, Double, Double, Double, X87, Quad];
/// Most bits of a vector.
const BITS_MAX: u32 = 512;
const FUNCTIONS: u32 = 6;
const STEPS: u32 = 24;

struct Writer {
    state: u64,
    out: String,
    next: u32,
    /// Values of the function being written, with their types.
    pool: Vec<(String, Ty)>,
}

/// The text of a seed's module.
pub fn module(seed: u64) -> String {
    let mut w =
        Writer { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, out: String::new(), next: 0, pool: Vec::new() };
    for _ in 0..16 {
        w.random();
    }
    w.out += "declare void @vector_pairs(ptr, i32, ptr)\n@name = private constant [2 x i8] c\"f\\00\"\n";
    for f in 0..FUNCTIONS {
        w.function(f);
    }
    w.out += "define i32 @main() {\n";
    for f in 0..FUNCTIONS {
        let _ = writeln!(w.out, "  call void @vector_pairs(ptr @name, i32 98, ptr @f{f})");
    }
    w.out += "  ret i32 0\n}\n";
    w.out
}

impl Writer {
    fn random(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, n: u32) -> u32 {
        (self.random() % u64::from(n)) as u32
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }

    fn random_type(&mut self) -> Ty {
        let scalar = if self.below(4) == 0 { self.one_of(FLOATS) } else { Int(self.one_of(WIDTHS)) };
        // LLVM's code for vectors of 80-bit floats takes bytes that nobody wrote for their bits.
        let length = if self.below(2) == 0 || scalar == X87 { 0 } else { self.one_of(LENGTHS) };
        let ty = Ty { length, scalar };
        if ty.bits() <= BITS_MAX { ty } else { Ty::scalar(scalar) }
    }

    /// Adds an instruction; its result gets a name.
    fn put(&mut self, text: &str) -> String {
        self.next += 1;
        let name = format!("%v{}", self.next);
        let _ = writeln!(self.out, "  {name} = {text}");
        name
    }

    /// Adds an instruction whose result becomes one of the values.
    fn add(&mut self, ty: Ty, text: &str) {
        let mut name = self.put(text);
        if ty.width().is_none() {
            // A NaN's bits are nobody's business: it becomes a zero.
            let (t, mask) = (ty.name(), ty.with(Int(1)).name());
            let ordered = self.put(&format!("fcmp ord {t} {name}, {name}"));
            name = self.put(&format!("select {mask} {ordered}, {t} {name}, {t} zeroinitializer"));
        }
        self.pool.push((name, ty));
    }

    /// A value of this type: one that there is, or one made of the input.
    fn value(&mut self, ty: Ty) -> String {
        let fitting: Vec<String> = self.pool.iter().filter(|v| v.1 == ty).map(|v| v.0.clone()).collect();
        if !fitting.is_empty() && self.below(5) != 0 {
            return fitting[self.below(fitting.len() as u32) as usize].clone();
        }
        self.input(ty)
    }

    /// A new value of bits of the input.
    fn input(&mut self, ty: Ty) -> String {
        let bits = ty.bits();
        if let Some(width) = ty.width().filter(|_| !ty.is_right_in_memory()) {
            let wide = ty.with(Int(width.next_multiple_of(8)));
            let whole = self.input(wide);
            self.add(ty, &format!("trunc {} {whole} to {}", wide.name(), ty.name()));
            return self.pool.last().expect("just pushed").0.clone();
        }
        let bytes = bits.div_ceil(8);
        let from = self.one_of(&["%pa", "%pb"]);
        let offset = self.below(65 - bytes);
        let at = self.put(&format!("getelementptr i8, ptr {from}, i64 {offset}"));
        let mut whole = self.put(&format!("load i{}, ptr {at}, align 1", bytes * 8));
        if bits != bytes * 8 {
            whole = self.put(&format!("trunc i{} {whole} to i{bits}", bytes * 8));
        }
        if ty.scalar == X87 {
            // Not every pattern of 80 bits is a number.
            let narrow = Ty { scalar: Int(16), ..ty };
            let cut = match ty.length {
                0 => self.put(&format!("trunc i80 {whole} to i16")),
                n => {
                    let cut = self.put(&format!("trunc i{bits} {whole} to i{}", 16 * n));
                    self.put(&format!("bitcast i{} {cut} to {}", 16 * n, narrow.name()))
                }
            };
            let text = format!("sitofp {} {cut} to {}", narrow.name(), ty.name());
            self.add(ty, &text);
        } else if ty.length == 0 && ty.width().is_some() {
            self.pool.push((whole, ty));
        } else {
            let text = format!("bitcast i{bits} {whole} to {}", ty.name());
            self.add(ty, &text);
        }
        self.pool.last().expect("just pushed").0.clone()
    }

    fn function(&mut self, number: u32) {
        self.pool.clear();
        let _ = writeln!(self.out, "define internal void @f{number}(ptr %pa, ptr %pb, ptr %out) noinline {{");
        for _ in 0..3 {
            let ty = self.random_type();
            self.input(ty);
        }
        for _ in 0..STEPS {
            let any = self.below(self.pool.len() as u32) as usize;
            let ty = self.pool[any].1;
            match ty.width() {
                _ if self.below(6) == 0 => self.any_step(ty),
                _ if ty.length != 0 && self.below(3) == 0 => self.vector_step(ty),
                Some(width) => self.int_step(ty, width),
                None => self.float_step(ty),
            }
        }
        let mut hash = "1".to_owned();
        for (name, ty) in std::mem::take(&mut self.pool) {
            hash = self.hashed(&hash, &name, ty);
        }
        let _ = writeln!(self.out, "  store i64 {hash}, ptr %out\n  ret void\n}}");
    }

    /// The hash with all bits of a value mixed in.
    fn hashed(&mut self, hash: &str, value: &str, ty: Ty) -> String {
        let bits = ty.bits();
        let int = match ty {
            Ty { length: 0, scalar: Int(_) } => value.to_owned(),
            _ => self.put(&format!("bitcast {} {value} to i{bits}", ty.name())),
        };
        let mut hash = hash.to_owned();
        for start in (0..bits).step_by(64) {
            let part = match start {
                0 => int.clone(),
                _ => self.put(&format!("lshr i{bits} {int}, {start}")),
            };
            let part = match bits {
                64 => part,
                ..64 => self.put(&format!("zext i{bits} {part} to i64")),
                _ => self.put(&format!("trunc i{bits} {part} to i64")),
            };
            let product = self.put(&format!("mul i64 {hash}, 6364136223846793005"));
            let turned = self.put(&format!("lshr i64 {product}, 29"));
            let mixed = self.put(&format!("xor i64 {product}, {turned}"));
            hash = self.put(&format!("add i64 {mixed}, {part}"));
        }
        hash
    }

    fn call(&mut self, ty: Ty, intrinsic: &str, types: &[Ty], args: &str) {
        let mangled: String = types.iter().map(|t| format!(".{}", t.mangled())).collect();
        let text = format!("call {} @llvm.{intrinsic}{mangled}({args})", ty.name());
        self.add(ty, &text);
    }

    fn int_step(&mut self, ty: Ty, width: u32) {
        let t = ty.name();
        let (a, b) = (self.value(ty), self.value(ty));
        // LLVM divides vectors of such integers nowhere.
        let divides = ty.length == 0 || width <= 128;
        match self.below(14) {
            0..=2 => {
                let op = self.one_of(&["add", "sub", "mul", "and", "or", "xor"]);
                self.add(ty, &format!("{op} {t} {a}, {b}"));
            }
            3 if width > 1 && divides => {
                let amount = self.put(&format!("urem {t} {b}, {}", ty.constant(&limit(width))));
                let op = self.one_of(&["shl", "lshr", "ashr"]);
                self.add(ty, &format!("{op} {t} {a}, {amount}"));
            }
            4 if width > 2 && divides => {
                let low = self.put(&format!("lshr {t} {b}, {}", ty.constant("1")));
                let divisor = self.put(&format!("or {t} {low}, {}", ty.constant("1")));
                let op = self.one_of(&["udiv", "urem", "sdiv", "srem"]);
                self.add(ty, &format!("{op} {t} {a}, {divisor}"));
            }
            5 => {
                let predicate = self.one_of(&["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"]);
                self.add(ty.with(Int(1)), &format!("icmp {predicate} {t} {a}, {b}"));
            }
            6 => {
                let to = self.one_of(WIDTHS);
                let target = ty.with(Int(to));
                if to != width && target.bits() <= BITS_MAX {
                    let op = if to < width { "trunc" } else { self.one_of(&["zext", "sext"]) };
                    self.add(target, &format!("{op} {t} {a} to {}", target.name()));
                }
            }
            7 if width <= 128 => {
                let target = ty.with(self.one_of(FLOATS));
                if target.bits() <= BITS_MAX && !target.is_vector_of_x87() {
                    let op = self.one_of(&["uitofp", "sitofp"]);
                    self.add(target, &format!("{op} {t} {a} to {}", target.name()));
                }
            }
            8 => {
                let op = self.one_of(&["smin", "smax", "umin", "umax", "sadd.sat", "uadd.sat", "ssub.sat", "usub.sat"]);
                self.call(ty, op, &[ty], &format!("{t} {a}, {t} {b}"));
            }
            9 => match self.below(6) {
                0 => self.call(ty, "ctpop", &[ty], &format!("{t} {a}")),
                1 => self.call(ty, "ctlz", &[ty], &format!("{t} {a}, i1 false")),
                2 => self.call(ty, "cttz", &[ty], &format!("{t} {a}, i1 false")),
                3 if width > 1 => self.call(ty, "abs", &[ty], &format!("{t} {a}, i1 false")),
                4 if width.is_multiple_of(16) => self.call(ty, "bswap", &[ty], &format!("{t} {a}")),
                _ => self.call(ty, "bitreverse", &[ty], &format!("{t} {a}")),
            },
            10 => {
                let (op, c) = (self.one_of(&["fshl", "fshr"]), self.value(ty));
                let amount =
                    if self.below(2) == 0 && width <= 128 { c } else { ty.constant(if width > 3 { "5" } else { "1" }) };
                self.call(ty, op, &[ty], &format!("{t} {a}, {t} {b}, {t} {amount}"));
            }
            11 => {
                let op = self.one_of(&["sadd", "uadd", "ssub", "usub", "smul", "umul"]);
                let flags = ty.with(Int(1));
                let pair = format!("{{ {t}, {} }}", flags.name());
                let both =
                    self.put(&format!("call {pair} @llvm.{op}.with.overflow.{}({t} {a}, {t} {b})", ty.mangled()));
                self.add(ty, &format!("extractvalue {pair} {both}, 0"));
                self.add(flags, &format!("extractvalue {pair} {both}, 1"));
            }
            12 if width > 3 && width <= 64 => {
                let op = self.one_of(&["smul.fix.sat", "umul.fix.sat", "sshl.sat", "ushl.sat"]);
                if op.contains("mul") {
                    let scale = self.below(width);
                    self.call(ty, op, &[ty], &format!("{t} {a}, {t} {b}, i32 {scale}"));
                } else {
                    let amount = self.put(&format!("urem {t} {b}, {}", ty.constant(&limit(width))));
                    self.call(ty, op, &[ty], &format!("{t} {a}, {t} {amount}"));
                }
            }
            _ if width > 2 && ty.length <= 16 => {
                let (op, to) = (self.one_of(&["scmp", "ucmp"]), ty.with(Int(self.one_of(&[2, 8, 32]))));
                self.call(to, op, &[to, ty], &format!("{t} {a}, {t} {b}"));
            }
            _ => self.add(ty, &format!("xor {t} {a}, {b}")),
        }
    }

    fn float_step(&mut self, ty: Ty) {
        let t = ty.name();
        let (a, b) = (self.value(ty), self.value(ty));
        match self.below(9) {
            0..=2 => {
                let op = self.one_of(&["fadd", "fsub", "fmul", "fdiv"]);
                self.add(ty, &format!("{op} {t} {a}, {b}"));
            }
            3 => self.add(ty, &format!("fneg {t} {a}")),
            4 => {
                let all =
                    ["oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une", "uno"];
                let predicate = self.one_of(&all);
                self.add(ty.with(Int(1)), &format!("fcmp {predicate} {t} {a}, {b}"));
            }
            5 => {
                let target = ty.with(self.one_of(FLOATS));
                if target.scalar.bits() != ty.scalar.bits() && target.bits() <= BITS_MAX && !target.is_vector_of_x87() {
                    let op = if target.scalar.bits() < ty.scalar.bits() { "fptrunc" } else { "fpext" };
                    self.add(target, &format!("{op} {t} {a} to {}", target.name()));
                }
            }
            6 => {
                let target = ty.with(Int(self.one_of(&[7, 8, 16, 24, 32, 33, 64])));
                if target.bits() <= BITS_MAX && !matches!(ty.scalar, X87 | Quad) {
                    let op = self.one_of(&["fptosi.sat", "fptoui.sat"]);
                    self.call(target, op, &[target, ty], &format!("{t} {a}"));
                }
            }
            7 => match self.below(4) {
                0 => self.call(ty, "fabs", &[ty], &format!("{t} {a}")),
                1 => self.call(ty, "copysign", &[ty], &format!("{t} {a}, {t} {b}")),
                2 if !matches!(ty.scalar, X87 | Quad) => {
                    let class = self.below(1023);
                    self.call(ty.with(Int(1)), "is.fpclass", &[ty], &format!("{t} {a}, i32 {class}"));
                }
                _ if !matches!(ty.scalar, Quad) => self.call(ty, "sqrt", &[ty], &format!("{t} {a}")),
                _ => {}
            },
            _ if !matches!(ty.scalar, Quad) => {
                let op = self.one_of(&["floor", "ceil", "trunc", "rint", "nearbyint", "roundeven"]);
                self.call(ty, op, &[ty], &format!("{t} {a}"));
            }
            _ => {}
        }
    }

    fn vector_step(&mut self, ty: Ty) {
        let (t, element, n) = (ty.name(), Ty::scalar(ty.scalar), ty.length);
        let (a, b) = (self.value(ty), self.value(ty));
        match self.below(9) {
            0 => {
                let lane = self.below(n);
                self.add(element, &format!("extractelement {t} {a}, i32 {lane}"));
            }
            1 => {
                let (index, value) = (self.index(n), self.value(element));
                self.add(ty, &format!("insertelement {t} {a}, {} {value}, i32 {index}", element.name()));
            }
            2 => {
                let index = self.index(n);
                self.add(element, &format!("extractelement {t} {a}, i32 {index}"));
            }
            3 | 4 => {
                let length = self.one_of(LENGTHS);
                let target = Ty { length, ..ty };
                if target.bits() <= BITS_MAX {
                    let lanes: Vec<String> = (0..length).map(|_| format!("i32 {}", self.below(2 * n))).collect();
                    let text = format!("shufflevector {t} {a}, {t} {b}, <{length} x i32> <{}>", lanes.join(", "));
                    self.add(target, &text);
                }
            }
            5 if ty.width().is_some() => {
                let op = self.one_of(&["add", "mul", "and", "or", "xor", "smin", "smax", "umin", "umax"]);
                self.call(element, &format!("vector.reduce.{op}"), &[ty], &format!("{t} {a}"));
            }
            5 if matches!(ty.scalar, Float | Double | Half | Bfloat) => {
                let (op, start) = (self.one_of(&["fadd", "fmul"]), self.value(element));
                let args = format!("{} {start}, {t} {a}", element.name());
                self.call(element, &format!("vector.reduce.{op}"), &[ty], &args);
            }
            6 => self.call(ty, "vector.reverse", &[ty], &format!("{t} {a}")),
            7 => {
                let mask = ty.with(Int(1));
                let m = self.value(mask);
                self.add(ty, &format!("select {} {m}, {t} {a}, {t} {b}", mask.name()));
            }
            _ => self.masked_memory(ty, &a, &b),
        }
    }

    /// An index below `n` that depends on the input.
    fn index(&mut self, n: u32) -> String {
        let any = self.value(Ty::int(32));
        self.put(&format!("urem i32 {any}, {n}"))
    }

    /// A vector through memory, some lanes of it only.
    fn masked_memory(&mut self, ty: Ty, a: &str, b: &str) {
        if !ty.scalar.bits().is_multiple_of(8) || ty.scalar == X87 || !ty.scalar.bits().is_power_of_two() {
            return;
        }
        let (t, mask) = (ty.name(), ty.with(Int(1)));
        let m = self.value(mask);
        let mask = mask.name();
        let slot = self.put(&format!("alloca {t}"));
        let _ = writeln!(self.out, "  store {t} {b}, ptr {slot}");
        let v = ty.mangled();
        let store = match self.below(2) {
            0 => format!("@llvm.masked.store.{v}.p0({t} {a}, ptr {slot}, i32 1, {mask} {m})"),
            _ => format!("@llvm.masked.compressstore.{v}({t} {a}, ptr {slot}, {mask} {m})"),
        };
        let _ = writeln!(self.out, "  call void {store}");
        let load = match self.below(3) {
            0 => format!("call {t} @llvm.masked.load.{v}.p0(ptr {slot}, i32 1, {mask} {m}, {t} {a})"),
            1 => format!("call {t} @llvm.masked.expandload.{v}(ptr {slot}, {mask} {m}, {t} {a})"),
            _ => format!("load {t}, ptr {slot}"),
        };
        self.add(ty, &load);
    }

    /// What values of every type can do.
    fn any_step(&mut self, ty: Ty) {
        let t = ty.name();
        let (a, b) = (self.value(ty), self.value(ty));
        match self.below(5) {
            0 => {
                let c = self.value(Ty::int(1));
                self.add(ty, &format!("select i1 {c}, {t} {a}, {t} {b}"));
            }
            1 => {
                let whole = Ty::int(ty.bits());
                if ty.scalar != X87 && ty != whole {
                    self.add(whole, &format!("bitcast {t} {a} to {}", whole.name()));
                }
            }
            2 => {
                // The same bits as elements of another size.
                let fits: Vec<u32> =
                    [8, 16, 32, 64, 4, 1, 2].into_iter().filter(|w| ty.bits().is_multiple_of(*w)).collect();
                if ty.scalar != X87 && !fits.is_empty() {
                    let width = fits[self.below(fits.len() as u32) as usize];
                    let target = Ty { length: ty.bits() / width, scalar: Int(width) };
                    let wrong = width == 1 && target.length > 16 && !target.length.is_power_of_two();
                    if target != ty && target.length <= 64 && !wrong && target.is_right_in_memory() {
                        self.add(target, &format!("bitcast {t} {a} to {}", target.name()));
                    }
                }
            }
            3 if ty.is_right_in_memory() => {
                let slot = self.put(&format!("alloca {t}"));
                let _ = writeln!(self.out, "  store {t} {a}, ptr {slot}");
                self.add(ty, &format!("load {t}, ptr {slot}"));
            }
            _ => {
                let pair = format!("{{ {t}, i8, {t} }}");
                let one = self.put(&format!("insertvalue {pair} zeroinitializer, {t} {a}, 0"));
                let two = self.put(&format!("insertvalue {pair} {one}, {t} {b}, 2"));
                let frozen = self.put(&format!("freeze {pair} {two}"));
                self.add(ty, &format!("extractvalue {pair} {frozen}, 2"));
            }
        }
    }
}

/// The width as a constant of that width, or one less where it does not fit.
fn limit(width: u32) -> String {
    if width < 3 { (width - 1).max(1).to_string() } else { width.to_string() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_seed_always_gives_the_same() {
        assert_eq!(super::module(5), super::module(5));
        assert_ne!(super::module(5), super::module(6));
    }
}
