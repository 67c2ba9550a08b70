//! Grammar of function bodies: slots, blocks, instructions.

use super::lex::Kind;
use super::{Parsed, Parser, integer};
use crate::print::{called_sig, result_type};
use crate::{
    BlockData, BlockId, Body, Clause, Dest, Imm, ImmKind, Inst, Op, Pad, RmwKind, StackSlot, StackSlotId, Type,
    TypeSet, Value,
};
use smallvec::SmallVec;

/// What is known of a body while it is read.
#[derive(Default)]
struct Reading {
    blocks: Vec<BlockData>,
    slots: Vec<StackSlot>,
    /// Types of the values defined so far.
    values: Vec<Option<Type>>,
    /// Token of each value's first mention.
    mentions: Vec<usize>,
    /// The highest block that is branched to, and the token that says so.
    farthest: Option<(BlockId, usize)>,
}

impl Parser<'_, '_> {
    /// A body up to its closing brace, from behind the opening one.
    pub(super) fn body(&mut self) -> Parsed<Body> {
        let mut r = Reading::default();
        while !self.eat('}') {
            if !self.tokens[self.at].first {
                return Err(self.expected("the end of the line"));
            }
            if let Some(i) = self.id("ss") {
                self.numbered_in_order("stack slots", i, r.slots.len())?;
                self.punct('=')?;
                let bytes = self.unsigned("a size in bytes")?;
                self.keyword("align")?;
                r.slots.push(StackSlot { bytes, align: self.unsigned("an alignment")? });
            } else if *self.peek() == Kind::Word("undefined") {
                self.at += 1;
                let v = self.value(&mut r)?;
                self.punct(':')?;
                let ty = self.ty()?;
                self.define(&mut r, v, ty)?;
            } else if let Some(i) = self.id("b") {
                self.numbered_in_order("blocks", i, r.blocks.len())?;
                let params = self.params(&mut r)?;
                r.blocks.push(BlockData { params, insts: Vec::new() });
            } else {
                let inst = self.inst(&mut r)?;
                match r.blocks.last_mut() {
                    Some(block) => block.insts.push(inst),
                    None => return Err(self.error("an instruction must stand in a block".into())),
                }
            }
        }
        if let Some((block, token)) = r.farthest
            && block.index() >= r.blocks.len()
        {
            self.at = token;
            return Err(self.error(format!("the function has no block {block}")));
        }
        if let Some(v) = r.values.iter().position(Option::is_none) {
            self.at = r.mentions[v];
            return Err(self.error(match self.at {
                usize::MAX => format!("v{v} is neither defined nor listed as undefined"),
                _ => format!("v{v} is used but neither defined nor listed as undefined"),
            }));
        }
        Ok(Body { blocks: r.blocks, values: r.values.into_iter().flatten().collect(), slots: r.slots })
    }

    fn numbered_in_order(&mut self, what: &str, i: u32, expected: usize) -> Parsed<()> {
        if i as usize == expected {
            return Ok(());
        }
        self.at -= 1;
        Err(self.error(format!("{what} are numbered in order; this one is {expected}")))
    }

    /// `(v0: i32, v1: ptr):` or just `:`.
    fn params(&mut self, r: &mut Reading) -> Parsed<Vec<Value>> {
        let mut params = Vec::new();
        if self.eat('(') {
            loop {
                let v = self.value(r)?;
                self.punct(':')?;
                let ty = self.ty()?;
                self.define(r, v, ty)?;
                params.push(v);
                if self.eat(')') {
                    break;
                }
                self.punct(',')?;
            }
        }
        self.punct(':')?;
        Ok(params)
    }

    fn inst(&mut self, r: &mut Reading) -> Parsed<Inst> {
        let results = self.results(r)?;
        let (op, ty, mut imm) = self.op()?;
        let mut args = SmallVec::new();
        let mut dests = Vec::new();
        match op.info().imm {
            ImmKind::Func if op != Op::FuncAddr => {
                imm = Imm::Func(self.func_ref()?);
                args.extend(self.call_args(r)?);
                self.dests(r, false, &mut dests)?;
            }
            ImmKind::Sig => {
                if self.is_id("v") {
                    args.push(self.value(r)?);
                    args.extend(self.call_args(r)?);
                }
                self.punct(':')?;
                imm = Imm::Sig(self.sig_ref()?);
                self.dests(r, false, &mut dests)?;
            }
            ImmKind::Pad => imm = Imm::Pad(Box::new(self.pad()?)),
            ImmKind::Cases => {
                self.values(r, &mut args)?;
                imm = self.cases(r, ty, &mut dests)?;
            }
            kind => {
                self.values(r, &mut args)?;
                if !args.is_empty() && !matches!(kind, ImmKind::None | ImmKind::Mem | ImmKind::FromType | ImmKind::Rmw)
                {
                    self.punct(',')?;
                }
                self.imm(r, kind, op, ty, &mut imm)?;
                self.dests(r, !args.is_empty(), &mut dests)?;
            }
        }
        let loc = self.loc()?;
        let mut inst = Inst { op, ty, args, imm, results: SmallVec::new(), dests, loc };
        for (i, (v, given, token)) in results.into_iter().enumerate() {
            let inferred = result_type(op, ty, called_sig(self.module, &inst), i);
            let Some(result) = given.or(inferred) else {
                self.at = token;
                return Err(
                    self.error(format!("the type of {v} does not follow from the instruction: write {v}: TYPE"))
                );
            };
            self.define(r, v, result)?;
            inst.results.push(v);
        }
        Ok(inst)
    }

    /// `v1, v2: i32 =`, or nothing. With each value, the type given and the token.
    fn results(&mut self, r: &mut Reading) -> Parsed<Vec<(Value, Option<Type>, usize)>> {
        let mut results = Vec::new();
        if self.id_at(self.at, "v").is_none() {
            return Ok(results);
        }
        loop {
            let token = self.at;
            let v = self.value(r)?;
            let ty = if self.eat(':') { Some(self.ty()?) } else { None };
            results.push((v, ty, token));
            if self.eat('=') {
                return Ok(results);
            }
            self.punct(',')?;
        }
    }

    /// `op.type.detail`; the immediate is what the detail says, or none.
    fn op(&mut self) -> Parsed<(Op, Type, Imm)> {
        let Kind::Word(word) = *self.peek() else { return Err(self.expected("an instruction")) };
        let mut parts = word.split('.');
        let Some(op) = parts.next().and_then(Op::parse) else { return Err(self.expected("an instruction")) };
        let info = op.info();
        let ty = match parts.next() {
            Some(name) => Type::parse(name),
            None if info.types == TypeSet::OnlyPtr => Some(Type::Ptr),
            None => None,
        };
        let Some(ty) = ty else { return Err(self.error(format!("write {op}.TYPE"))) };
        let detail = parts.next();
        let imm = match info.imm {
            ImmKind::FromType => detail.and_then(Type::parse).map(Imm::FromType),
            ImmKind::Rmw => RmwKind::ALL.iter().copied().find(|kind| detail == Some(kind.name())).map(Imm::Rmw),
            _ if detail.is_none() => Some(Imm::None),
            _ => None,
        };
        match imm {
            Some(imm) if parts.next().is_none() => {
                self.at += 1;
                Ok((op, ty, imm))
            }
            _ => Err(self.error(match info.imm {
                ImmKind::FromType => format!("write {op}.TYPE.SOURCETYPE"),
                ImmKind::Rmw => format!("write {op}.TYPE.KIND"),
                _ => format!("write {op}.TYPE"),
            })),
        }
    }

    /// An immediate that stands behind the operands.
    fn imm(&mut self, r: &Reading, kind: ImmKind, op: Op, ty: Type, imm: &mut Imm) -> Parsed<()> {
        *imm = match kind {
            ImmKind::None | ImmKind::FromType | ImmKind::Rmw => return Ok(()),
            ImmKind::Int => Imm::Int(self.signed("an integer")?),
            ImmKind::Lane => Imm::Lane(self.unsigned("a lane number")?),
            ImmKind::Bits if op == Op::Shuffle => {
                let mut mask = [0u8; 16];
                for (i, byte) in mask.iter_mut().enumerate() {
                    self.punct(if i == 0 { '[' } else { ',' })?;
                    *byte = self.unsigned("a byte number")?;
                }
                self.punct(']')?;
                Imm::Bits(u128::from_le_bytes(mask))
            }
            ImmKind::Bits => Imm::Bits(self.bits(ty)?),
            ImmKind::Mem => {
                let offset = self.offset()?;
                let volatile = !self.tokens[self.at].first && *self.peek() == Kind::Word("volatile");
                self.at += usize::from(volatile);
                Imm::Mem { offset, volatile }
            }
            ImmKind::Slot => match self.id("ss") {
                Some(i) if (i as usize) < r.slots.len() => Imm::Slot(StackSlotId(i), self.offset()?),
                Some(_) => {
                    self.at -= 1;
                    return Err(self.error("the function has no such stack slot".into()));
                }
                None => return Err(self.expected("a stack slot")),
            },
            ImmKind::Global => Imm::Global(self.global_ref()?, self.offset()?),
            ImmKind::Func => Imm::Func(self.func_ref()?),
            ImmKind::Sig | ImmKind::Cases | ImmKind::Pad => unreachable!("these have a notation of their own"),
        };
        Ok(())
    }

    /// `[0: b1, 5: b2(v3)] b4`; the last destination becomes the first.
    fn cases(&mut self, r: &mut Reading, ty: Type, dests: &mut Vec<Dest>) -> Parsed<Imm> {
        let mut cases = Vec::new();
        self.punct('[')?;
        while !self.eat(']') {
            if !cases.is_empty() {
                self.punct(',')?;
            }
            cases.push(self.bits(ty)?);
            self.punct(':')?;
            dests.push(self.dest(r)?);
        }
        dests.insert(0, self.dest(r)?);
        Ok(Imm::Cases(cases.into()))
    }

    /// A constant of type `ty`: a signed integer or its bits, a float or its bits, or bits.
    fn bits(&mut self, ty: Type) -> Parsed<u128> {
        let width = ty.bytes() * 8;
        let start = self.at;
        let minus = self.eat('-');
        let bits = match *self.peek() {
            Kind::Word("inf") if ty == Type::F32 => Some(u128::from(f32::INFINITY.to_bits())),
            Kind::Word("inf") if ty == Type::F64 => Some(u128::from(f64::INFINITY.to_bits())),
            Kind::Number(digits)
                if ty.lane().is_float() && !digits.starts_with("0x") && digits.contains(['.', 'e']) =>
            {
                match ty {
                    Type::F32 => digits.parse::<f32>().ok().map(|f| u128::from(f.to_bits())),
                    Type::F64 => digits.parse::<f64>().ok().map(|f| u128::from(f.to_bits())),
                    _ => None,
                }
            }
            Kind::Number(digits) => match integer(digits) {
                Some(n) if minus && ty.is_int() && n <= 1 << (width - 1) => {
                    self.at += 1;
                    return Ok(n.wrapping_neg() & (u128::MAX >> (128 - width)));
                }
                n if !minus => {
                    self.at += usize::from(n.is_some());
                    return n.ok_or_else(|| self.expected("a constant"));
                }
                _ => None,
            },
            _ => None,
        };
        let Some(bits) = bits else {
            self.at = start;
            return Err(self.expected(&format!("a constant of type {ty}")));
        };
        self.at += 1;
        Ok(if minus { bits ^ 1 << (width - 1) } else { bits })
    }

    /// Values with commas between them, as many as there are on the line.
    fn values(&mut self, r: &mut Reading, args: &mut SmallVec<[Value; 3]>) -> Parsed<()> {
        if !self.is_id("v") {
            return Ok(());
        }
        args.push(self.value(r)?);
        while *self.peek() == Kind::Punct(',') && self.id_at(self.at + 1, "v").is_some() {
            self.at += 1;
            args.push(self.value(r)?);
        }
        Ok(())
    }

    /// `(v1, v2)`.
    fn call_args(&mut self, r: &mut Reading) -> Parsed<SmallVec<[Value; 3]>> {
        let mut args = SmallVec::new();
        self.punct('(')?;
        if !self.eat(')') {
            self.values(r, &mut args)?;
            self.punct(')')?;
        }
        Ok(args)
    }

    /// Blocks with commas between them, and before the first if `comma`, as many as there are on the line.
    fn dests(&mut self, r: &mut Reading, mut comma: bool, dests: &mut Vec<Dest>) -> Parsed<()> {
        while self.id_at(self.at + usize::from(comma), "b").is_some() && !self.tokens[self.at].first {
            if comma {
                self.punct(',')?;
            }
            dests.push(self.dest(r)?);
            comma = true;
        }
        Ok(())
    }

    /// `catch @a, catch all, filter [@b, @c], cleanup`, or nothing.
    fn pad(&mut self) -> Parsed<Pad> {
        let mut pad = Pad::default();
        let mut comma = false;
        loop {
            let at = self.at + usize::from(comma);
            let Some(token) = self.tokens.get(at).filter(|_| !self.tokens[self.at].first) else { return Ok(pad) };
            let Kind::Word(word @ ("catch" | "filter" | "cleanup")) = token.kind else { return Ok(pad) };
            if comma {
                self.punct(',')?;
            }
            self.at += 1;
            match word {
                "catch" if *self.peek() == Kind::Word("all") => {
                    self.at += 1;
                    pad.clauses.push(Clause::Catch(None));
                }
                "catch" => pad.clauses.push(Clause::Catch(Some(self.global_ref()?))),
                "filter" => {
                    let mut types = Vec::new();
                    self.punct('[')?;
                    while !self.eat(']') {
                        if !types.is_empty() {
                            self.punct(',')?;
                        }
                        types.push(self.global_ref()?);
                    }
                    pad.clauses.push(Clause::Filter(types));
                }
                _ => {
                    pad.cleanup = true;
                    return Ok(pad);
                }
            }
            comma = true;
        }
    }

    fn dest(&mut self, r: &mut Reading) -> Parsed<Dest> {
        let token = self.at;
        let Some(i) = self.id("b") else { return Err(self.expected("a block")) };
        let block = BlockId(i);
        if r.farthest.is_none_or(|(b, _)| b < block) {
            r.farthest = Some((block, token));
        }
        let args = if *self.peek() == Kind::Punct('(') { self.call_args(r)? } else { SmallVec::new() };
        Ok(Dest { block, args: args.into_iter().collect() })
    }

    /// Whether `prefix` + digits is next on this line.
    fn is_id(&self, prefix: &str) -> bool {
        !self.tokens[self.at].first && self.id_at(self.at, prefix).is_some()
    }

    fn value(&mut self, r: &mut Reading) -> Parsed<Value> {
        let token = self.at;
        let Some(i) = self.id("v") else { return Err(self.expected("a value")) };
        let index = i as usize;
        // Each value is defined by a token of its own, so a higher number cannot be right, and costs no memory.
        if index >= self.tokens.len() {
            self.at = token;
            return Err(self.error(format!("v{i} cannot be: the text has not so many words")));
        }
        if index >= r.values.len() {
            r.values.resize(index + 1, None);
            r.mentions.resize(index + 1, usize::MAX);
        }
        r.mentions[index] = r.mentions[index].min(token);
        Ok(Value(i))
    }

    fn define(&mut self, r: &mut Reading, v: Value, ty: Type) -> Parsed<()> {
        match r.values[v.index()].replace(ty) {
            Some(other) if other != ty => {
                self.at = r.mentions[v.index()];
                Err(self.error(format!("{v} is defined as {other} and as {ty}")))
            }
            _ => Ok(()),
        }
    }
}
