//! Calls whose exceptions land in the function, over Cranelift's `try_call`.
//!
//! Owns the numbers that tie code to exception tables: selectors of types and tags of pads. The tables themselves are
//! the object writer's. A `try_call` carries one tag, the index of its pad: an Itanium call site has one landing pad,
//! whose code looks at the selector.

use crate::binding::Values;
use crate::function::FunctionLowering;
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, ExceptionTag, FuncRef, InstBuilder, SigRef,
    Value, types,
};
use rheo_ir::{BlockId, Body, Clause, Dest, GlobalId, Imm, Op, Pad};

/// Parameters that a landing pad's block has before the IR's: exception and selector, as the unwinder sets them.
pub(crate) const EXCEPTION_PARAMS: usize = 2;

/// What a function's exception tables are to say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unwind {
    /// Types by selector, from 1; none stands for any.
    pub types: Vec<Option<GlobalId>>,
    /// What each pad takes, by the tag of the calls that lead to it. All its types are listed.
    pub pads: Vec<Pad>,
    /// The block of each; none if it is the code generator's own.
    blocks: Vec<Option<BlockId>>,
}

impl Unwind {
    /// What they say of a body whose calls are not machine code's: pads by their order in it.
    pub fn of(body: &Body) -> Unwind {
        let mut unwind = Unwind::default();
        for (i, block) in body.blocks.iter().enumerate() {
            if let Some(Imm::Pad(pad)) = block.insts.first().map(|inst| &inst.imm) {
                unwind.add(Some(BlockId::new(i)), pad);
            }
        }
        unwind
    }

    fn add(&mut self, block: Option<BlockId>, pad: &Pad) -> usize {
        for ty in pad.clauses.iter().flat_map(Clause::types) {
            self.selector(ty);
        }
        self.pads.push(pad.clone());
        self.blocks.push(block);
        self.pads.len() - 1
    }

    /// The selector of a type.
    pub fn selector(&mut self, ty: Option<GlobalId>) -> u32 {
        let at = self.types.iter().position(|t| *t == ty).unwrap_or_else(|| {
            self.types.push(ty);
            self.types.len() - 1
        });
        at as u32 + 1
    }
}

/// Where a call's exceptions go.
pub(crate) struct Landing {
    tag: u32,
    block: Block,
    args: Vec<BlockArg>,
}

/// What is called.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    Function(FuncRef),
    Address(SigRef, Value),
}

impl FunctionLowering<'_, '_> {
    /// Whether exceptions come to the block.
    pub fn is_pad(&self, block: BlockId) -> bool {
        self.body.block(block).insts.first().is_some_and(|i| i.op == Op::LandingPad)
    }

    /// Gives a landing pad's block the parameters that the unwinder sets.
    pub fn append_exception(&mut self, block: Block) {
        for _ in 0..EXCEPTION_PARAMS {
            self.b.append_block_param(block, types::I64);
        }
        self.b.set_cold_block(block);
    }

    /// The exception and the selector in a landing pad's block.
    pub fn exception(&mut self, block: Block) -> (Value, Value) {
        let &[exception, selector, ..] = self.b.block_params(block) else { unreachable!("appended to every pad") };
        (exception, self.b.ins().ireduce(types::I32, selector))
    }

    /// The exceptional destination of an invoke.
    pub fn pad_of(&mut self, dest: &Dest) -> Landing {
        let known = self.unwind.blocks.iter().position(|&b| b == Some(dest.block));
        let tag = known.unwrap_or_else(|| {
            let Imm::Pad(pad) = &self.body.block(dest.block).insts[0].imm else {
                unreachable!("exceptions lead to landing pads")
            };
            self.unwind.add(Some(dest.block), pad)
        });
        let (block, args) = self.dest(dest);
        Landing { tag: tag as u32, block, args }
    }

    /// A landing pad of the code generator's own, for clean-ups.
    pub fn own_landing(&mut self, block: Block) -> Landing {
        let known = self.unwind.blocks.iter().position(Option::is_none);
        let tag = known.unwrap_or_else(|| self.unwind.add(None, &Pad { clauses: Vec::new(), cleanup: true }));
        Landing { tag: tag as u32, block, args: Vec::new() }
    }

    /// The call itself. With a pad it ends the block, and what follows is in the block of its return.
    pub fn emit_call(&mut self, target: Target, args: &[Value], pad: Option<&Landing>) -> Values {
        let Some(pad) = pad else {
            if let Some((around, _)) = &mut self.frame.around {
                around.before_call(&mut self.b);
            }
            let call = match target {
                Target::Function(f) => self.b.ins().call(f, args),
                Target::Address(sig, address) => self.b.ins().call_indirect(sig, address, args),
            };
            if let Some((around, _)) = &mut self.frame.around {
                around.after_call(&mut self.b);
            }
            return self.b.inst_results(call).iter().copied().collect();
        };
        let dfg = &self.b.func.dfg;
        let sig = match target {
            Target::Function(f) => dfg.ext_funcs[f].signature,
            Target::Address(sig, _) => sig,
        };
        let returned: Vec<_> = dfg.signatures[sig].returns.iter().map(|r| r.value_type).collect();
        let normal = self.b.create_block();
        let results: Values = returned.iter().map(|&ty| self.b.append_block_param(normal, ty)).collect();
        let pool = &mut self.b.func.dfg.value_lists;
        let returns = (0..results.len() as u32).map(BlockArg::TryCallRet);
        let normal_call = BlockCall::new(normal, returns, pool);
        let exception = (0..EXCEPTION_PARAMS as u32).map(BlockArg::TryCallExn);
        let pad_call = BlockCall::new(pad.block, exception.chain(pad.args.iter().copied()), pool);
        let item = ExceptionTableItem::Tag(ExceptionTag::from_u32(pad.tag), pad_call);
        let table = ExceptionTableData::new(sig, normal_call, [item]);
        let table = self.b.func.dfg.exception_tables.push(table);
        match target {
            Target::Function(f) => self.b.ins().try_call(f, args, table),
            Target::Address(_, address) => self.b.ins().try_call_indirect(address, args, table),
        };
        self.b.switch_to_block(normal);
        results
    }
}
