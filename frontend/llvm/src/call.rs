//! Signatures, parameters, calls and returns.
//!
//! Owns how values cross a function boundary: aggregates leaf by leaf; narrow integers that LLVM marks `signext` or
//! `zeroext` as `i32`, extended by the caller and cut by the callee; `half` and `bfloat` in the low bits of an `f32`, as
//! the ABI passes them in a vector register. A structure-return pointer is also the result. What does not fit the result
//! registers is returned through such a pointer, as LLVM does it: in memory, in the layout of its type.
//!
//! A definition that is variadic keeps its C signature (with `variadic` set), but its body takes one pointer to the
//! argument area; see `variadic`.

use crate::convention::{Convention, convention, foreign};
use crate::error::ReadError;
use crate::function::{Base, FuncReader};
use crate::llvm;
use crate::memory::SLOT_ALIGN_MAX;
use crate::module::ModuleReader;
use crate::types::{self, Leaves};
use llvm_sys::LLVMTailCallKind;
use llvm_sys::LLVMTypeKind;
use llvm_sys::prelude::{LLVMAttributeRef, LLVMTypeRef, LLVMValueRef};
use rheo_ir::{BlockId, Extension, FuncId, Imm, Op, Param, Purpose, Signature, Type, Value};
use smallvec::smallvec;

/// Functions of C's library that go on on another native stack, which would find the bytecode's stack of the one before.
const STACK_SWITCHES: [&str; 2] = ["setcontext", "swapcontext"];

/// Whose attributes to ask.
#[derive(Clone, Copy)]
enum Site {
    Function(LLVMValueRef),
    /// A call, and the function where it names one.
    Call(LLVMValueRef, Option<LLVMValueRef>),
}

impl Site {
    fn attribute(self, index: u32, kind: u32) -> Option<LLVMAttributeRef> {
        match self {
            Site::Function(f) => llvm::function_attribute(f, index, kind),
            Site::Call(call, f) => llvm::call_attribute(call, index, kind)
                .or_else(|| f.and_then(|f| llvm::function_attribute(f, index, kind))),
        }
    }
}

/// How one parameter or result crosses a function boundary.
pub(crate) struct Crossing {
    /// Leaf types inside a function.
    inner: Leaves<Type>,
    /// Types in the signature, as many.
    abi: Leaves<Type>,
    /// Extension of a narrow integer.
    ext: Extension,
    /// A lone boolean, which only an extension keeps clean.
    boolean: bool,
    /// Special treatment.
    purpose: Purpose,
}

impl Crossing {
    fn params(&self) -> impl Iterator<Item = Param> + '_ {
        self.abi.iter().map(|&ty| Param { ty, ext: Extension::None, purpose: self.purpose })
    }
}

impl ModuleReader {
    /// Signature of a function, by its C ABI.
    pub(crate) fn function_signature(&self, f: LLVMValueRef) -> Result<Signature, String> {
        convention(llvm::function_call_conv(f))?;
        let ty = llvm::value_type(f);
        let crossings = self.crossings(&llvm::param_types(ty), Site::Function(f))?;
        let result = self.result(llvm::return_type(ty))?;
        if llvm::is_variadic(ty) && foreign(f).is_some() {
            let mut sig = self.signature(&crossings, &result, None);
            sig.params.push(Param::new(Type::Ptr));
            return Ok(sig);
        }
        Ok(self.signature(&crossings, &result, llvm::is_variadic(ty).then(|| llvm::param_count(ty))))
    }

    /// Signature of a function of which nothing is known but its type.
    pub(crate) fn bare_signature(&self, ty: LLVMTypeRef) -> Result<Signature, String> {
        let crossings: Vec<_> = llvm::param_types(ty).iter().map(|&ty| self.result(ty)).collect::<Result<_, _>>()?;
        let result = self.result(llvm::return_type(ty))?;
        Ok(self.signature(&crossings, &result, None))
    }

    fn signature(&self, params: &[Crossing], result: &Crossing, variadic: Option<u32>) -> Signature {
        // LLVM counts parameters before flattening.
        let mut fixed = variadic.map(|n| params.iter().take(n as usize).map(|c| c.abi.len() as u32).sum());
        let mut params: Vec<Param> = params.iter().flat_map(Crossing::params).collect();
        if self.is_demoted(result) {
            params.insert(0, demotion());
            fixed = fixed.map(|n: u32| n + 1);
        }
        let mut results = result.abi.to_vec();
        if params.iter().any(|p| p.purpose == Purpose::StructReturn) {
            results = vec![Type::Ptr];
        }
        // Only there is the pointer passed differently from others.
        if !self.is_aarch64() {
            params.iter_mut().filter(|p| p.purpose == Purpose::StructReturn).for_each(|p| p.purpose = Purpose::Normal);
        }
        Signature { params, results, variadic: fixed }
    }

    /// Whether a result needs more registers than there are for results.
    fn is_demoted(&self, result: &Crossing) -> bool {
        let (mut ints, mut floats, mut x87) = (0, 0, 0);
        for ty in &result.abi {
            match ty {
                Type::F80 => x87 += 1,
                Type::I128 => ints += 2,
                ty if ty.is_int() => ints += 1,
                _ => floats += 1,
            }
        }
        let (ints_max, floats_max) = match () {
            () if self.is_aarch64() => (8, 8),
            () if self.out.triple.contains("windows") => (2, 1),
            () => (3, 2),
        };
        ints > ints_max || floats > floats_max || x87 > 2
    }

    fn crossings(&self, types: &[LLVMTypeRef], site: Site) -> Result<Vec<Crossing>, String> {
        let crossings: Result<Vec<Crossing>, String> =
            types.iter().zip(1..).map(|(&ty, index)| self.crossing(ty, index, site)).collect();
        let crossings = crossings?;
        if self.is_aarch64() {
            check_arrays(types, &crossings)?;
        }
        Ok(crossings)
    }

    fn crossing(&self, ty: LLVMTypeRef, index: u32, site: Site) -> Result<Crossing, String> {
        let kinds = &self.kinds;
        let has = |kind| site.attribute(index, kind).is_some();
        let mut crossing = self.result(ty)?;
        if let Some(width) = types::int_width(ty) {
            crossing.boolean = width == 1;
            if width < 32 {
                crossing.ext = match () {
                    () if has(kinds.signext) => Extension::Sign,
                    () if has(kinds.zeroext) => Extension::Zero,
                    () => return Ok(crossing),
                };
                crossing.abi = smallvec![Type::I32];
            }
        } else if llvm::type_kind(ty) == LLVMTypeKind::LLVMPointerTypeKind {
            for (kind, name) in
                [(kinds.inalloca, "inalloca"), (kinds.preallocated, "preallocated"), (kinds.nest, "nest")]
            {
                if has(kind) {
                    return Err(format!("parameter attribute {name}"));
                }
            }
            if let Some(attr) = site.attribute(index, kinds.byval) {
                let pointee = llvm::type_attribute(attr);
                let bytes = u32::try_from(llvm::alloc_size(self.types.layout, pointee))
                    .map_err(|_| "byval parameter of 4 GiB or more")?;
                let align = match site.attribute(index, kinds.align) {
                    Some(attr) => u32::try_from(llvm::int_attribute(attr)).unwrap_or(8),
                    None => llvm::abi_align(self.types.layout, pointee),
                };
                crossing.purpose = Purpose::ByVal { bytes, align: align.max(8) };
            } else if has(kinds.sret) {
                crossing.purpose = Purpose::StructReturn;
            }
        }
        Ok(crossing)
    }

    fn result(&self, ty: LLVMTypeRef) -> Result<Crossing, String> {
        let inner = self.types.leaves(ty)?;
        let abi = self.types.abi_leaves(ty)?;
        let boolean = types::int_width(ty) == Some(1);
        Ok(Crossing { inner, abi, ext: Extension::None, boolean, purpose: Purpose::Normal })
    }
}

/// Refuses arrays, as which clang passes structures on AArch64, that do not fit in the registers left: such a one goes on the
/// stack as a whole, but a signature has its elements as parameters of their own.
fn check_arrays(types: &[LLVMTypeRef], crossings: &[Crossing]) -> Result<(), String> {
    const REGISTERS: usize = 8;
    let (mut ints, mut floats) = (0, 0);
    for (&ty, crossing) in types.iter().zip(crossings) {
        let passed = crossing.abi.iter().filter(|_| crossing.purpose != Purpose::StructReturn);
        let (of_ints, of_floats): (Vec<Type>, Vec<Type>) = passed.partition(|t| t.is_int());
        ints += of_ints.iter().map(|&t| if t == Type::I128 { 2 } else { 1 }).sum::<usize>();
        floats += of_floats.len();
        let is_array = llvm::type_kind(ty) == LLVMTypeKind::LLVMArrayTypeKind && crossing.abi.len() > 1;
        if is_array && (ints > REGISTERS && !of_ints.is_empty() || floats > REGISTERS && !of_floats.is_empty()) {
            return Err("a structure passed as an array for which too few argument registers are left".into());
        }
    }
    Ok(())
}

/// The parameter that says where a demoted result goes.
fn demotion() -> Param {
    Param { purpose: Purpose::StructReturn, ..Param::new(Type::Ptr) }
}

/// Whether a call's operand bundle may be ignored: it constrains LLVM's own passes or hardens calls.
fn is_harmless_bundle(tag: &str) -> bool {
    matches!(tag, "kcfi" | "convergencectrl" | "deopt" | "gc-live")
}

impl FuncReader<'_> {
    /// Makes the entry block's parameters, and defines LLVM's.
    pub(crate) fn read_params(&mut self) -> Result<(), ReadError> {
        let entry = BlockId(0);
        self.switch_to(entry);
        let ty = llvm::value_type(self.llvm);
        let types = llvm::param_types(ty);
        let site = Site::Function(self.llvm);
        let crossings = self.module.crossings(&types, site).map_err(|what| self.unsupported(what))?;
        // Of a foreign convention only the address of the variable arguments is passed.
        let takes_area = llvm::is_variadic(ty) && foreign(self.llvm).is_none();
        if takes_area {
            self.open_argument_area(entry);
        }
        let incoming = |reader: &mut Self, param: Param| {
            if takes_area { reader.argument_from_area(param) } else { reader.block_param(entry, param.ty) }
        };
        let result = self.module.result(llvm::return_type(ty)).map_err(|what| self.unsupported(what))?;
        if self.module.is_demoted(&result) {
            self.demoted = true;
            self.struct_return = Some(incoming(self, demotion()));
        }
        let local = self.module.out.func(self.func).linkage.is_local();
        for (crossing, i) in crossings.iter().zip(0..) {
            let raw: Leaves<Value> = crossing.params().map(|param| incoming(self, param)).collect();
            if crossing.purpose == Purpose::StructReturn {
                self.struct_return = raw.first().copied();
            }
            let values = self.receive(&raw, crossing, local);
            self.define(llvm::param(self.llvm, i), &values);
        }
        if llvm::is_variadic(ty) && !takes_area {
            self.variable_arguments = Some(self.block_param(entry, Type::Ptr));
        }
        Ok(())
    }

    /// The values for a signature's parameters from an operand's.
    fn pass(&mut self, v: LLVMValueRef, crossing: &Crossing) -> Result<Leaves<Value>, ReadError> {
        if crossing.ext != Extension::None {
            let signed = crossing.ext == Extension::Sign;
            return Ok(smallvec![self.extended(v, signed, Type::I32)?]);
        }
        let values = self.leaves(v)?;
        Ok(self.cross_out(&values, crossing))
    }

    fn cross_out(&mut self, values: &[Value], crossing: &Crossing) -> Leaves<Value> {
        let mut out = Leaves::new();
        for (i, &value) in values.iter().enumerate() {
            out.push(if crossing.inner[i] == crossing.abi[i] { value } else { self.half_to_abi(value) });
        }
        out
    }

    /// An operand's values from a signature's. Who calls from outside may leave bits above a boolean.
    fn receive(&mut self, raw: &[Value], crossing: &Crossing, local: bool) -> Leaves<Value> {
        let mut values = Leaves::new();
        for (i, &value) in raw.iter().enumerate() {
            let inner = crossing.inner[i];
            values.push(match crossing.abi[i] {
                abi if abi == inner && crossing.boolean && !local => {
                    let one = self.iconst(inner, 1);
                    self.op(Op::And, inner, &[value, one])
                }
                abi if abi == inner => value,
                Type::F32 => self.half_from_abi(value),
                _ => self.op(Op::Trunc, inner, &[value]),
            });
        }
        values
    }

    /// `call` and the call in `invoke`. A `musttail` call ends the block.
    pub(crate) fn call(&mut self, call: LLVMValueRef) -> Result<(), ReadError> {
        let callee = llvm::called_value(call);
        if llvm::is_inline_asm(callee) {
            return self.inline_asm(call);
        }
        let function = llvm::is_function(callee).then_some(callee);
        if function.is_some() && llvm::name_starts_with(callee, "llvm.") {
            let name = llvm::name(callee);
            return if name.starts_with("llvm.dbg.") { Ok(()) } else { self.intrinsic(call, &name) };
        }
        let switches = |name: &&&str| llvm::name_starts_with(callee, name) && llvm::name(callee) == **name;
        if let Some(name) = function.filter(|&f| llvm::is_declaration(f)).and(STACK_SWITCHES.iter().find(switches)) {
            return Err(self.unsupported(format!("{name}: a thread's bytecode runs on one native stack alone")));
        }
        for i in 0..llvm::bundle_count(call) {
            let tag = llvm::bundle_tag(call, i);
            if !is_harmless_bundle(&tag) {
                return Err(self.unsupported(format!("operand bundle {tag}")));
            }
        }
        let convention = convention(llvm::call_conv(call)).map_err(|what| self.unsupported(what))?;

        let site = Site::Call(call, function);
        let ty = llvm::called_function_type(call);
        let operands: Vec<_> = (0..llvm::arg_count(call)).map(|i| llvm::operand(call, i)).collect();
        let types: Vec<_> = operands.iter().map(|&v| llvm::type_of(v)).collect();
        let crossings = self.module.crossings(&types, site).map_err(|what| self.unsupported(what))?;
        let result = self.module.result(llvm::return_type(ty)).map_err(|what| self.unsupported(what))?;
        let mut sig = self.module.signature(&crossings, &result, llvm::is_variadic(ty).then(|| llvm::param_count(ty)));
        let returns_struct = crossings.iter().any(|c| c.purpose == Purpose::StructReturn);
        // A clean boolean comes from a callee that says so, or one that we read ourselves.
        let clean = site.attribute(0, self.module.kinds.zeroext).is_some();
        let is_tail = llvm::tail_call_kind(call) == LLVMTailCallKind::LLVMTailCallKindMustTail;
        let mut args = Vec::with_capacity(operands.len() + 1);
        let demoted = self.module.is_demoted(&result).then(|| llvm::return_type(ty));
        if let Some(ty) = demoted {
            args.push(match self.struct_return.filter(|_| is_tail) {
                Some(pointer) => pointer,
                None => self.temporary(ty)?,
            });
        }
        for (&v, crossing) in operands.iter().zip(&crossings) {
            args.extend(self.pass(v, crossing)?);
        }

        let func = match convention {
            Convention::AsInC => self.module.func_id(callee),
            Convention::Foreign(name) => {
                let (func, address) = self.foreign_callee(call, name, &types, &mut sig)?;
                args.extend(address);
                Some(func)
            }
        };
        if is_tail {
            return self.tail_call(call, func, sig, &args);
        }
        let raw = match func {
            Some(func) => self.emit_call(func, sig, &args),
            None => {
                let target = self.one(callee)?;
                self.emit_call_indirect(target, sig, &args)
            }
        };
        if let Some(ty) = demoted {
            let values = self.load_at(ty, raw[0], 0, false)?;
            self.define(call, &values);
        } else if !returns_struct {
            let local = func.is_some_and(|f| self.module.out.func(f).linkage.is_local());
            let values = self.receive(&raw, &result, local || clean);
            self.define(call, &values);
        }
        Ok(())
    }

    /// The address of memory for a value that is on its way.
    pub(crate) fn temporary(&mut self, ty: LLVMTypeRef) -> Result<Value, ReadError> {
        let bytes = u32::try_from(llvm::alloc_size(self.module.types.layout, ty));
        let align = llvm::abi_align(self.module.types.layout, ty);
        let bytes = bytes.ok().and_then(|bytes| bytes.checked_add(align));
        let bytes = bytes.ok_or_else(|| self.unsupported("result of 4 GiB or more"))?;
        let slot = self.body.add_slot(bytes, align.min(SLOT_ALIGN_MAX));
        let start = self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0));
        if align <= SLOT_ALIGN_MAX {
            return Ok(start);
        }
        let up = self.iconst(Type::Ptr, i128::from(align) - 1);
        let end = self.op(Op::Iadd, Type::Ptr, &[start, up]);
        let mask = self.iconst(Type::Ptr, -i128::from(align));
        Ok(self.op(Op::And, Type::Ptr, &[end, mask]))
    }

    fn tail_call(
        &mut self,
        call: LLVMValueRef,
        func: Option<FuncId>,
        sig: Signature,
        args: &[Value],
    ) -> Result<(), ReadError> {
        if sig.variadic.is_some() || llvm::is_variadic(llvm::value_type(self.llvm)) {
            return Err(self.unsupported("musttail call with variable arguments"));
        }
        match func.filter(|&f| self.module.can_call_directly(f, &sig)) {
            Some(func) => self.terminate(Op::TailCall, Type::Ptr, args, Imm::Func(func), Vec::new()),
            None => {
                let target = match func {
                    Some(func) => self.address_value(Base::Func(func), 0),
                    None => self.one(llvm::called_value(call))?,
                };
                let args: Vec<Value> = std::iter::once(target).chain(args.iter().copied()).collect();
                let sig = self.module.intern(sig);
                self.terminate(Op::TailCallIndirect, Type::Ptr, &args, Imm::Sig(sig), Vec::new());
            }
        }
        // The `ret` that must follow is not converted; its operand is never asked for.
        self.define(call, &[]);
        self.end_block();
        Ok(())
    }

    /// `ret`.
    pub(crate) fn ret(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let mut values = Leaves::new();
        if let Some(pointer) = self.struct_return {
            if self.demoted {
                let operand = llvm::operand(inst, 0);
                let inner = self.leaves(operand)?;
                self.store_at(llvm::type_of(operand), &inner, pointer, 0, false)?;
            }
            values.push(pointer);
        } else if llvm::operand_count(inst) == 1 {
            let operand = llvm::operand(inst, 0);
            let crossing = self.module.result(llvm::type_of(operand)).map_err(|what| self.unsupported(what))?;
            let inner = self.leaves(operand)?;
            values = self.cross_out(&inner, &crossing);
        }
        self.terminate(Op::Ret, Type::Ptr, &values, Imm::None, Vec::new());
        Ok(())
    }
}
