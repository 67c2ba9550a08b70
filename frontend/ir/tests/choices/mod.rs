//! Random modules made from a list of choices, so that proptest can shrink the list.
//!
//! Ids are in range and immediates are of the kind that the op asks for; all else may be nonsense.

use rheo_ir::*;

/// A list of choices; zeroes when it runs out.
pub struct Choices<'c> {
    list: &'c [u32],
}

impl<'c> Choices<'c> {
    pub fn new(list: &'c [u32]) -> Self {
        Choices { list }
    }

    fn word(&mut self) -> u32 {
        match self.list.split_first() {
            Some((&first, rest)) => {
                self.list = rest;
                first
            }
            None => 0,
        }
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.word() as usize % n.max(1)
    }

    fn flag(&mut self) -> bool {
        self.below(4) == 1
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.flag() { Some(make(self)) } else { None }
    }

    fn many<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    fn wide(&mut self) -> u128 {
        let word = |c: &mut Self| u128::from(c.word());
        match self.below(4) {
            0 => word(self),
            1 => word(self) << 32 | word(self),
            2 => u128::MAX - word(self),
            _ => word(self) << 96 | word(self) << 64 | word(self) << 32 | word(self),
        }
    }

    fn text(&mut self) -> String {
        let parts =
            ["a", "Z9", ".", "$", "_", " ", "\"", "\\", "\n", "\t", "\0", "é", "名", ";", "@", "{", "}", "x\"", "%s"];
        self.many(4, |c| c.of(&parts)).concat()
    }

    fn bytes(&mut self) -> Vec<u8> {
        match self.below(3) {
            0 => self.text().into_bytes(),
            1 => self.many(200, |c| c.word() as u8),
            _ => vec![b'a'; self.below(200)],
        }
    }

    fn ty(&mut self) -> Type {
        self.of(Type::ALL)
    }

    fn loc(&mut self) -> SrcLoc {
        let mut loc = || self.some(|c| c.word()).unwrap_or_default();
        SrcLoc { file: loc(), line: loc(), col: loc() }
    }
}

const LINKAGES: [Linkage; 10] = [
    Linkage::External,
    Linkage::Internal,
    Linkage::Private,
    Linkage::Weak,
    Linkage::WeakOdr,
    Linkage::LinkOnce,
    Linkage::LinkOnceOdr,
    Linkage::Common,
    Linkage::AvailableExternally,
    Linkage::ExternWeak,
];
const VISIBILITIES: [Visibility; 3] = [Visibility::Default, Visibility::Hidden, Visibility::Protected];
const COMDATS: [ComdatKind; 5] =
    [ComdatKind::Any, ComdatKind::ExactMatch, ComdatKind::Largest, ComdatKind::NoDeduplicate, ComdatKind::SameSize];

/// A module.
pub fn module(c: &mut Choices<'_>) -> Module {
    let mut m = Module {
        name: c.text(),
        triple: c.text(),
        data_layout: c.text(),
        files: c.many(3, Choices::text),
        sigs: c.many(4, signature),
        comdats: c.many(2, |c| Comdat { name: c.text(), kind: c.of(&COMDATS) }),
        shims: c.many(2, |c| Shim { name: c.text(), what: c.text(), llvm: c.text() }),
        module_asm: c.many(2, Choices::text),
        ..Module::default()
    };
    if m.sigs.is_empty() {
        m.sigs.push(Signature::default());
    }
    let (funcs, globals) = (1 + c.below(4), c.below(4));
    let symbol = |c: &mut Choices<'_>| match c.below(funcs + globals) {
        i if i < funcs => SymbolRef::Func(FuncId::new(i)),
        i => SymbolRef::Global(GlobalId::new(i - funcs)),
    };
    let alias = |c: &mut Choices<'_>| AliasOf { target: symbol(c), offset: c.wide() as i64 };
    m.globals = (0..globals)
        .map(|_| Global {
            name: c.text(),
            linkage: c.of(&LINKAGES),
            visibility: c.of(&VISIBILITIES),
            comdat: c.some(Choices::text),
            section: c.some(Choices::text),
            alias: c.some(alias),
            tls: c.flag(),
            constant: c.flag(),
            unnamed_addr: c.flag(),
            used: c.flag(),
            bytes: c.wide() as u64,
            align: c.word(),
            data: c.some(|c| Data {
                bytes: c.bytes(),
                relocs: c.many(3, |c| DataReloc {
                    offset: c.wide() as u64,
                    kind: c.of(&[RelocKind::Abs64, RelocKind::Rel32, RelocKind::Rel64]),
                    target: symbol(c),
                    addend: c.wide() as i64,
                }),
            }),
        })
        .collect();
    m.funcs = (0..funcs)
        .map(|_| Func {
            name: c.text(),
            sig: SigId::new(c.below(m.sigs.len())),
            linkage: c.of(&LINKAGES),
            visibility: c.of(&VISIBILITIES),
            comdat: c.some(Choices::text),
            section: c.some(Choices::text),
            alias: c.some(alias),
            flags: FuncFlags {
                noreturn: c.flag(),
                returns_twice: c.flag(),
                cold: c.flag(),
                used: c.flag(),
                variadic_definition: c.flag(),
                native: c.flag(),
            },
            personality: c.some(|c| FuncId::new(c.below(funcs))),
            loc: c.loc(),
            body: None,
        })
        .collect();
    m.ctors = c.many(2, |c| Structor { priority: c.word(), func: FuncId::new(c.below(funcs)) });
    m.dtors = c.many(2, |c| Structor { priority: c.word(), func: FuncId::new(c.below(funcs)) });
    for f in 0..funcs {
        let bodies = c.some(|c| body(c, &m));
        m.funcs[f].body = bodies;
    }
    m
}

fn signature(c: &mut Choices<'_>) -> Signature {
    let params = c.many(4, |c| Param {
        ty: c.ty(),
        ext: c.of(&[Extension::None, Extension::Sign, Extension::Zero]),
        purpose: match c.below(5) {
            0 => Purpose::ByVal { bytes: c.word(), align: c.word() },
            1 => Purpose::StructReturn,
            _ => Purpose::Normal,
        },
    });
    let variadic = c.some(|c| c.below(params.len() + 1) as u32);
    Signature { params, results: c.many(3, Choices::ty), variadic }
}

fn body(c: &mut Choices<'_>, m: &Module) -> Body {
    let mut body = Body {
        values: c.many(6, Choices::ty),
        slots: c.many(2, |c| StackSlot { bytes: c.word(), align: c.word() }),
        ..Body::default()
    };
    if body.values.is_empty() {
        body.values.push(Type::I32);
    }
    let blocks = 1 + c.below(4);
    let value = |c: &mut Choices<'_>| Value::new(c.below(body.values.len()));
    body.blocks = (0..blocks)
        .map(|_| BlockData { params: c.many(2, value), insts: c.many(5, |c| inst(c, m, &body, blocks)) })
        .collect();
    body
}

fn pad(c: &mut Choices<'_>, m: &Module) -> Pad {
    let ty = |c: &mut Choices<'_>| GlobalId::new(c.below(m.globals.len()));
    let clauses = c.many(3, |c| match c.below(3) {
        _ if m.globals.is_empty() => Clause::Catch(None),
        0 => Clause::Filter(c.many(2, ty)),
        1 => Clause::Catch(None),
        _ => Clause::Catch(Some(ty(c))),
    });
    Pad { clauses, cleanup: c.flag() }
}

fn inst(c: &mut Choices<'_>, m: &Module, body: &Body, blocks: usize) -> Inst {
    let value = |c: &mut Choices<'_>| Value::new(c.below(body.values.len()));
    let dest = |c: &mut Choices<'_>| Dest { block: BlockId::new(c.below(blocks)), args: c.many(3, value).into() };
    let mut op = c.of(Op::ALL);
    if matches!(op.info().imm, ImmKind::Global if m.globals.is_empty())
        || matches!(op.info().imm, ImmKind::Slot if body.slots.is_empty())
    {
        op = Op::Iadd;
    }
    let ty = if op.info().types == TypeSet::OnlyPtr && !c.flag() { Type::Ptr } else { c.ty() };
    let mut dests = if op.is_terminator() { c.many(3, dest) } else { Vec::new() };
    let imm = match op.info().imm {
        ImmKind::None => Imm::None,
        ImmKind::Int if op == Op::Permute => Imm::Int((c.word() & 0x7777).into()),
        ImmKind::Int => Imm::Int(c.wide() as i64),
        ImmKind::Bits => Imm::Bits(c.wide() >> (128 - ty.bytes() * 8)),
        ImmKind::Lane => Imm::Lane(c.word() as u8),
        ImmKind::Mem => Imm::Mem { offset: c.wide() as i32, volatile: c.flag() },
        ImmKind::Slot => Imm::Slot(StackSlotId::new(c.below(body.slots.len())), c.wide() as i32),
        ImmKind::Global => Imm::Global(GlobalId::new(c.below(m.globals.len())), c.wide() as i64),
        ImmKind::Func => Imm::Func(FuncId::new(c.below(m.funcs.len()))),
        ImmKind::Sig => Imm::Sig(SigId::new(c.below(m.sigs.len()))),
        ImmKind::Cases => {
            let cases: Vec<u128> = c.many(4, Choices::wide);
            dests = (0..=cases.len()).map(|_| dest(c)).collect();
            Imm::Cases(cases.into())
        }
        ImmKind::FromType => Imm::FromType(c.ty()),
        ImmKind::Rmw => Imm::Rmw(c.of(RmwKind::ALL)),
        ImmKind::Pad => Imm::Pad(Box::new(pad(c, m))),
    };
    // A landing pad has no operands to show.
    let args = if matches!(imm, Imm::Pad(_)) { Vec::new() } else { c.many(4, value) };
    Inst { op, ty, args: args.into(), imm, results: c.many(2, value).into(), dests, loc: c.loc() }
}
