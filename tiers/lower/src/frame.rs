//! What the body of a function refers to: its stack slots, and the symbols around it.
//!
//! Owns how relocations of lowered code name things ([`Symbol`]), and what a [`Binding`] answers in a whole function.

use crate::binding::{Binding, BoundImm, Values};
use crate::region::Surroundings;
use crate::{LIBCALLS, Libcall, Machine, libcall};
use cranelift_codegen::ir::{
    self, AbiParam, ExtFuncData, ExternalName, FuncRef, GlobalValueData, InstBuilder, StackSlotData, StackSlotKind,
    UserExternalName, Value as ClifValue, types,
};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rheo_ir::{Body, FuncId, GlobalId, Imm, SymbolRef};
use rustc_hash::FxHashMap;

/// What a relocation of lowered code names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Symbol {
    /// The native address of a function.
    Func(FuncId),
    /// Code that sets `al` and jumps to a variadic function.
    VariadicCall(FuncId),
    /// A global variable.
    Global(GlobalId),
    /// A helper, by its index in [`LIBCALLS`].
    Libcall(u32),
    /// The runtime's `rheo_native_call`.
    NativeCall,
    /// A signature descriptor, by its index in [`Lowered::descriptors`](crate::Lowered::descriptors).
    Descriptor(u32),
}

impl Symbol {
    /// The symbol as Cranelift carries it.
    pub fn external(self) -> UserExternalName {
        let (namespace, index) = match self {
            Symbol::Func(f) => (0, f.0),
            Symbol::VariadicCall(f) => (1, f.0),
            Symbol::Global(g) => (2, g.0),
            Symbol::Libcall(i) => (3, i),
            Symbol::NativeCall => (4, 0),
            Symbol::Descriptor(i) => (5, i),
        };
        UserExternalName { namespace, index }
    }

    /// The inverse of [`Symbol::external`].
    pub fn from_external(name: &UserExternalName) -> Option<Symbol> {
        Some(match name.namespace {
            0 => Symbol::Func(FuncId(name.index)),
            1 => Symbol::VariadicCall(FuncId(name.index)),
            2 => Symbol::Global(GlobalId(name.index)),
            3 if (name.index as usize) < LIBCALLS.len() => Symbol::Libcall(name.index),
            4 => Symbol::NativeCall,
            5 => Symbol::Descriptor(name.index),
            _ => return None,
        })
    }
}

/// What lowered code may assume of the symbols around it.
pub trait Symbols {
    /// Whether the symbol is defined in the object that the code ends up in, for good: reached without the GOT.
    fn is_near(&self, symbol: SymbolRef) -> bool;
}

/// What the body of a function refers to: its stack slots and the symbols around it. The [`Binding`] of a whole function.
pub(crate) struct Frame<'a> {
    pub isa: &'a dyn TargetIsa,
    pub symbols: &'a dyn Symbols,
    machine: Machine,
    body: &'a Body,
    slots: Vec<ir::StackSlot>,
    functions: FxHashMap<(Symbol, ir::SigRef, bool), FuncRef>,
    signatures: FxHashMap<ir::Signature, ir::SigRef>,
    globals: FxHashMap<GlobalId, ir::GlobalValue>,
    pub descriptors: Vec<Vec<u8>>,
    /// Whether the function calls something that returns twice.
    pub second_returns: bool,
    identity: Option<ir::StackSlot>,
    /// Of a region: what it is part of, and the number of its first way out.
    pub around: Option<(&'a mut dyn Surroundings, usize)>,
}

impl<'a> Frame<'a> {
    pub fn new(body: &'a Body, isa: &'a dyn TargetIsa, symbols: &'a dyn Symbols, b: &mut FunctionBuilder) -> Self {
        let mut frame = Frame::without_slots(body, isa, symbols);
        frame.slots = body.slots.iter().map(|s| frame.slot(b, s.bytes, s.align)).collect();
        frame
    }

    /// The frame of code whose static stack slots are elsewhere.
    pub fn without_slots(body: &'a Body, isa: &'a dyn TargetIsa, symbols: &'a dyn Symbols) -> Self {
        Frame {
            isa,
            symbols,
            machine: Machine::of(isa),
            body,
            slots: Vec::new(),
            functions: FxHashMap::default(),
            signatures: FxHashMap::default(),
            globals: FxHashMap::default(),
            descriptors: Vec::new(),
            second_returns: false,
            identity: None,
            around: None,
        }
    }

    /// A new stack slot. Cranelift aligns the frame to 16 bytes only: stricter ones have room to be aligned in.
    pub fn slot(&self, b: &mut FunctionBuilder, bytes: u32, align: u32) -> ir::StackSlot {
        let room = align.saturating_sub(16);
        let shift = align.min(16).trailing_zeros() as u8;
        let bytes = bytes.max(1).saturating_add(room);
        b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, shift))
    }

    pub fn signature(&mut self, b: &mut FunctionBuilder, sig: ir::Signature) -> ir::SigRef {
        *self.signatures.entry(sig.clone()).or_insert_with(|| b.import_signature(sig))
    }

    /// A reference to a function of signature `sig`. Near ones are reached by a direct call, others through the GOT.
    pub fn function(&mut self, b: &mut FunctionBuilder, s: Symbol, sig: ir::SigRef, near: bool) -> FuncRef {
        *self.functions.entry((s, sig, near)).or_insert_with(|| {
            let name = b.func.declare_imported_user_function(s.external());
            let name = ExternalName::user(name);
            b.import_function(ExtFuncData { name, signature: sig, colocated: near, patchable: false })
        })
    }

    pub fn call_helper(
        &mut self,
        b: &mut FunctionBuilder,
        symbol: Symbol,
        params: &[ir::Type],
        results: &[ir::Type],
        args: &[ClifValue],
    ) -> Values {
        let mut sig = ir::Signature::new(self.isa.default_call_conv());
        sig.params.extend(params.iter().map(|&t| AbiParam::new(t)));
        sig.returns.extend(results.iter().map(|&t| AbiParam::new(t)));
        let callee = self.helper(b, symbol, sig);
        let call = b.ins().call(callee, args);
        b.inst_results(call).iter().copied().collect()
    }

    /// A reference to a helper.
    pub fn helper(&mut self, b: &mut FunctionBuilder, symbol: Symbol, sig: ir::Signature) -> FuncRef {
        let sig = self.signature(b, sig);
        self.function(b, symbol, sig, true)
    }

    /// The address of a symbol, as a value.
    pub fn address_of(&mut self, b: &mut FunctionBuilder, symbol: Symbol, near: bool) -> ClifValue {
        let sig = self.signature(b, ir::Signature::new(self.isa.default_call_conv()));
        let f = self.function(b, symbol, sig, near);
        b.ins().func_addr(types::I64, f)
    }

    fn global(&mut self, b: &mut FunctionBuilder, g: GlobalId, tls: bool) -> ir::GlobalValue {
        let colocated = self.symbols.is_near(SymbolRef::Global(g));
        *self.globals.entry(g).or_insert_with(|| {
            let name = b.func.declare_imported_user_function(Symbol::Global(g).external());
            let name = ExternalName::user(name);
            b.create_global_value(GlobalValueData::Symbol { name, offset: 0.into(), colocated, tls })
        })
    }
}

/// The value plus a constant.
fn plus(b: &mut FunctionBuilder, v: ClifValue, offset: i64) -> ClifValue {
    if offset == 0 {
        return v;
    }
    let offset = b.ins().iconst(types::I64, offset);
    b.ins().iadd(v, offset)
}

impl Binding for Frame<'_> {
    fn machine(&self) -> Machine {
        self.machine
    }

    fn libcall(&mut self, b: &mut FunctionBuilder, callee: &'static Libcall, args: &[ClifValue]) -> Values {
        let index = LIBCALLS.iter().position(|l| std::ptr::eq(l, callee) || l.name == callee.name).expect("in table");
        self.call_helper(b, Symbol::Libcall(index as u32), callee.params, callee.results, args)
    }

    fn stack_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> ClifValue {
        let BoundImm::Static(&Imm::Slot(slot, offset)) = imm else { unreachable!("stack_addr of {imm:?}") };
        if let Some((around, _)) = &mut self.around {
            return around.stack_addr(b, slot, offset);
        }
        let align = i64::from(self.body.slots[slot.index()].align);
        let slot = self.slots[slot.index()];
        // Cranelift takes no negative offset; C code has them in addresses that a later index brings back.
        if align <= 16 && offset >= 0 {
            return b.ins().stack_addr(types::I64, slot, offset);
        }
        if align <= 16 {
            let base = b.ins().stack_addr(types::I64, slot, 0);
            return plus(b, base, i64::from(offset));
        }
        let base = b.ins().stack_addr(types::I64, slot, 0);
        let above = plus(b, base, align - 1);
        let mask = b.ins().iconst(types::I64, -align);
        let base = b.ins().band(above, mask);
        plus(b, base, i64::from(offset))
    }

    fn global_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> ClifValue {
        let BoundImm::Static(&Imm::Global(g, offset)) = imm else { unreachable!("global_addr of {imm:?}") };
        let global = self.global(b, g, false);
        let base = b.ins().symbol_value(types::I64, global);
        plus(b, base, offset)
    }

    fn tls_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> ClifValue {
        let BoundImm::Static(&Imm::Global(g, offset)) = imm else { unreachable!("tls_addr of {imm:?}") };
        let global = self.global(b, g, true);
        let base = b.ins().tls_value(types::I64, global);
        plus(b, base, offset)
    }

    fn func_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> ClifValue {
        let BoundImm::Static(&Imm::Func(f)) = imm else { unreachable!("func_addr of {imm:?}") };
        let near = self.symbols.is_near(SymbolRef::Func(f));
        self.address_of(b, Symbol::Func(f), near)
    }

    fn alloca(&mut self, b: &mut FunctionBuilder, bytes: ClifValue, align: BoundImm) -> ClifValue {
        let BoundImm::Static(&Imm::Int(align)) = align else { unreachable!("alloca with {align:?}") };
        let align = b.ins().iconst(types::I64, align);
        self.libcall(b, libcall("rheo_rt_alloca"), &[bytes, align])[0]
    }

    fn stack_save(&mut self, b: &mut FunctionBuilder) -> ClifValue {
        self.libcall(b, libcall("rheo_rt_alloca_save"), &[])[0]
    }

    fn stack_restore(&mut self, b: &mut FunctionBuilder, mark: ClifValue) {
        self.libcall(b, libcall("rheo_rt_alloca_restore"), &[mark]);
    }

    fn return_address(&mut self, b: &mut FunctionBuilder, level: BoundImm) -> ClifValue {
        match level {
            BoundImm::Static(Imm::Int(0)) => b.ins().get_return_address(types::I64),
            // Frames further up need not keep frame pointers.
            _ => b.ins().iconst(types::I64, 0),
        }
    }

    fn frame_address(&mut self, b: &mut FunctionBuilder, level: BoundImm) -> ClifValue {
        match level {
            BoundImm::Static(Imm::Int(0)) => {
                let slot = match self.identity {
                    Some(slot) => slot,
                    None => *self.identity.insert(self.slot(b, 16, 16)),
                };
                b.ins().stack_addr(types::I64, slot, 0)
            }
            _ => b.ins().iconst(types::I64, 0),
        }
    }
}

/// Lowers a function without parameters that gives the calling thread's address of `g`.
pub fn lower_tls_accessor(
    g: GlobalId,
    near: bool,
    isa: &dyn TargetIsa,
    func: &mut ir::Function,
    fb_ctx: &mut FunctionBuilderContext,
) {
    func.signature = ir::Signature::new(isa.default_call_conv());
    func.signature.returns.push(AbiParam::new(types::I64));
    let mut b = FunctionBuilder::new(func, fb_ctx);
    let block = b.create_block();
    b.switch_to_block(block);
    let name = b.func.declare_imported_user_function(Symbol::Global(g).external());
    let name = ExternalName::user(name);
    let global = b.create_global_value(GlobalValueData::Symbol { name, offset: 0.into(), colocated: near, tls: true });
    let address = b.ins().tls_value(types::I64, global);
    b.ins().return_(&[address]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}
