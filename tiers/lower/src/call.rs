//! Calls of the whole-function binding.
//!
//! Owns the choice between a call that Cranelift can make, a thunk that sets `al`, and the runtime's generic
//! call for what is left.

use crate::abi::{Abi, AbiError, INT_REGISTERS, Passing, Spot, TailExit};
use crate::binding::{Binding, Values};
use crate::frame::Symbol;
use crate::function::{FunctionLowering, call_signature, is_sysv_x64};
use crate::op::clif_type;
use crate::setjmp::returns_twice;
use crate::unwind::{Landing, Target};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, MemFlagsData, Value, types};
use rheo_ir::{Extension, FuncId, Imm, Inst, Param, Purpose, Signature, SymbolRef, Type};
use target_lexicon::BinaryFormat;

/// By-value structures up to this size are copied in line.
pub(crate) const INLINE_COPY_BYTES_MAX: u32 = 64;

/// The widest access that takes no more than `bytes`.
fn chunk_of(bytes: u32) -> u32 {
    [8, 4, 2, 1].into_iter().find(|&c| c <= bytes).expect("1 fits")
}

/// Who is called.
#[derive(Clone, Copy)]
enum Callee {
    Direct(FuncId),
    Address(Value),
}

/// How a call is made.
enum Route {
    /// By Cranelift.
    Plain(Abi),
    /// By Cranelift, to the symbol named.
    Named(Abi, Symbol),
    /// By the runtime.
    Generic,
}

impl FunctionLowering<'_, '_> {
    /// Makes the call and gives its results, of the IR's types. Exceptions go to `pad`, if there is one.
    pub fn call(&mut self, inst: &Inst, pad: Option<&Landing>) -> Result<Values, AbiError> {
        let (sig, params) = call_signature(self.module, self.body, inst);
        let (callee, args) = match inst.imm {
            Imm::Func(f) => (Callee::Direct(f), &inst.args[..]),
            _ => (Callee::Address(self.value(inst.args[0])), &inst.args[1..]),
        };
        let args: Vec<Value> = args.iter().map(|&v| self.value(v)).collect();
        let passing = if pad.is_none() { self.passing() } else { None };
        let pad = pad.or(passing.as_ref());
        // A second return finds dynamic stack memory as it was at the first.
        let mark = returns_twice(self.module, inst).then(|| {
            let mark = self.frame.stack_save(&mut self.b);
            let slot = self.frame.slot(&mut self.b, 8, 8);
            self.b.ins().stack_store(types::I64, mark, slot, 0);
            slot
        });
        let results = match self.route(callee, sig, &params)? {
            Route::Plain(abi) => self.plain_call(callee, None, &abi, &args, pad),
            Route::Named(abi, symbol) => self.plain_call(callee, Some(symbol), &abi, &args, pad),
            Route::Generic => self.generic_call(callee, sig, &params, &args, pad),
        };
        if let Some(slot) = mark {
            let mark = self.b.ins().stack_load(types::I64, types::I64, slot, 0);
            self.frame.stack_restore(&mut self.b, mark);
            self.note_top(mark);
        }
        Ok(results)
    }

    fn route(&self, callee: Callee, sig: &Signature, params: &[Param]) -> Result<Route, AbiError> {
        let abi = Abi::new(params, &sig.results, self.frame.isa)?;
        let triple = self.frame.isa.triple();
        let sysv_x64 = is_sysv_x64(self.frame.isa);
        // Cranelift's frames are aligned to 16 bytes and no more.
        if abi.stack_align > 16 {
            return Ok(Route::Generic);
        }
        // Results in x87 registers.
        if abi.f80_results > 0 {
            return Ok(Route::Generic);
        }
        if sig.variadic.is_none() {
            return Ok(Route::Plain(abi));
        }
        Ok(match callee {
            Callee::Direct(f) if sysv_x64 => Route::Named(abi, Symbol::VariadicCall(f)),
            // AAPCS64 passes variable arguments as it passes others; Apple and Windows do not.
            _ if !sysv_x64 && triple.binary_format == BinaryFormat::Elf => Route::Plain(abi),
            _ => Route::Generic,
        })
    }

    fn plain_call(
        &mut self,
        callee: Callee,
        symbol: Option<Symbol>,
        abi: &Abi,
        args: &[Value],
        pad: Option<&Landing>,
    ) -> Values {
        let in_words = abi.copies_fit_words();
        let mut passed = Vec::with_capacity(abi.passing.len());
        let mut args = args.iter();
        for &passing in &abi.passing {
            let v = match passing {
                Passing::Copy { .. } if in_words => *args.next().expect("argument"),
                Passing::Padding => {
                    let slot = self.frame.slot(&mut self.b, 8, 8);
                    self.b.ins().stack_addr(types::I64, slot, 0)
                }
                Passing::Value => *args.next().expect("argument"),
                Passing::Copy { bytes } => {
                    let from = *args.next().expect("argument");
                    self.whole_words(from, bytes)
                }
                Passing::F80 => {
                    let v = *args.next().expect("argument");
                    let slot = self.frame.slot(&mut self.b, 16, 16);
                    self.b.ins().stack_store(types::I64, v, slot, 0);
                    self.b.ins().stack_addr(types::I64, slot, 0)
                }
            };
            passed.push(v);
        }
        let unreturned = abi.unreturned.map(|i| passed[i]);
        let (signature, passed) = if in_words { self.in_words(abi, &passed) } else { (abi.signature.clone(), passed) };
        let sig = self.frame.signature(&mut self.b, signature);
        let target = match callee {
            Callee::Direct(f) => {
                let symbol = symbol.unwrap_or(Symbol::Func(f));
                Target::Function(self.frame.function(&mut self.b, symbol, sig, true))
            }
            Callee::Address(address) => Target::Address(sig, address),
        };
        let results = self.emit_call(target, &passed, pad);
        unreturned.map_or(results, |v| Values::from_slice(&[v]))
    }

    /// A signature by which Cranelift puts everything where `abi` does, and the arguments for it: small structures as words.
    /// Cranelift's own way is a call of memcpy, after which the callee waits for the bytes of narrower stores.
    ///
    /// Words are integer parameters that find no register left: first comes what goes in registers, then as many integers
    /// that mean nothing as there are registers left, then the stack in its order.
    fn in_words(&mut self, abi: &Abi, passed: &[Value]) -> (ir::Signature, Vec<Value>) {
        let mut signature = abi.signature.clone();
        signature.params.clear();
        let mut values = Vec::new();
        let all = || abi.signature.params.iter().zip(&abi.passing).zip(&abi.spots).zip(passed);
        let mut ints = 0;
        for (((param, _), spot), &v) in all().filter(|((_, spot), _)| !matches!(spot, Spot::Stack(_))) {
            if let Spot::Ints(first) = *spot {
                ints = first + if param.value_type == types::I128 { 2 } else { 1 };
            }
            signature.params.push(*param);
            values.push(v);
        }
        for _ in ints..INT_REGISTERS {
            signature.params.push(AbiParam::new(types::I64));
            values.push(self.b.ins().iconst(types::I64, 0));
        }
        for (((param, passing), _), &v) in all().filter(|((_, spot), _)| matches!(spot, Spot::Stack(_))) {
            let Passing::Copy { bytes } = *passing else {
                signature.params.push(*param);
                values.push(v);
                continue;
            };
            for at in (0..bytes).step_by(8) {
                signature.params.push(AbiParam::new(types::I64));
                values.push(self.word(v, at, (bytes - at).min(8)));
            }
        }
        (signature, values)
    }

    /// `bytes` at `address + at`, zero-extended to a word.
    fn word(&mut self, address: Value, at: u32, bytes: u32) -> Value {
        let flags = MemFlagsData::new().with_notrap();
        let mut word = None;
        let mut offset = 0;
        while offset < bytes {
            let chunk = chunk_of(bytes - offset);
            let (b, from) = (&mut self.b, (at + offset) as i32);
            let part = match chunk {
                8 => b.ins().load(types::I64, flags, address, from),
                4 => b.ins().uload32(flags, address, from),
                2 => b.ins().uload16(types::I64, flags, address, from),
                _ => b.ins().uload8(types::I64, flags, address, from),
            };
            word = Some(match word {
                None => part,
                Some(low) => {
                    let part = b.ins().ishl_imm_u(part, i64::from(8 * offset));
                    b.ins().bor(low, part)
                }
            });
            offset += chunk;
        }
        word.expect("a structure has bytes")
    }

    /// Leaves a tail call to the thunk, if it can make it: whether it can.
    pub fn tail_exit(&mut self, inst: &Inst) -> Result<bool, AbiError> {
        if !self.abi.tail_exit {
            return Ok(false);
        }
        let (sig, params) = call_signature(self.module, self.body, inst);
        let to = Abi::new(&params, &sig.results, self.frame.isa)?;
        if to.stack_used > self.abi.stack_used || to.stack_align > 16 {
            return Ok(false);
        }
        let (callee, args) = match inst.imm {
            Imm::Func(f) => (Callee::Direct(f), &inst.args[..]),
            _ => (Callee::Address(self.value(inst.args[0])), &inst.args[1..]),
        };
        let record = self.hidden();
        let record_at = self.abi.tail_exit_offset();
        let flags = MemFlagsData::trusted();
        let target = self.target(callee);
        self.b.ins().store(flags, target, record, record_at as i32);
        let places = to.passing.iter().zip(&to.spots).filter(|(p, _)| **p != Passing::Padding);
        for ((&passing, &spot), (p, &arg)) in places.zip(params.iter().zip(args)) {
            let v = self.value(arg);
            let at = record_at
                + match spot {
                    Spot::Ints(n) => TailExit::INTS + 8 * n,
                    Spot::Float(n) => TailExit::FLOATS + 16 * n,
                    Spot::Stack(at) => TailExit::STACK + at,
                };
            if let Passing::Copy { bytes } = passing {
                let at = self.b.ins().iconst(types::I64, i64::from(at));
                let place = self.b.ins().iadd(record, at);
                self.copy(v, place, bytes);
            } else {
                let v = self.extended(v, p);
                self.b.ins().store(flags, v, record, at as i32);
            }
        }
        self.leave_for_another();
        Ok(true)
    }

    /// The address called.
    fn target(&mut self, callee: Callee) -> Value {
        match callee {
            Callee::Direct(f) => {
                let near = self.frame.symbols.is_near(SymbolRef::Func(f));
                self.frame.address_of(&mut self.b, Symbol::Func(f), near)
            }
            Callee::Address(address) => address,
        }
    }

    /// An integer argument as wide as a register.
    fn extended(&mut self, v: Value, p: &Param) -> Value {
        let clif = clif_type(p.ty);
        match p.ext {
            _ if p.purpose != Purpose::Normal || !clif.is_int() || clif.bits() >= 64 => v,
            Extension::Sign => self.b.ins().sextend(types::I64, v),
            Extension::Zero | Extension::None => self.b.ins().uextend(types::I64, v),
        }
    }

    /// An address from which `bytes`, rounded up to 8, can be read, with what is at `from` at its start.
    fn whole_words(&mut self, from: Value, bytes: u32) -> Value {
        if bytes.is_multiple_of(8) {
            return from;
        }
        let slot = self.frame.slot(&mut self.b, bytes.next_multiple_of(8), 16);
        let to = self.b.ins().stack_addr(types::I64, slot, 0);
        self.copy(from, to, bytes);
        to
    }

    fn copy(&mut self, from: Value, to: Value, bytes: u32) {
        if bytes > INLINE_COPY_BYTES_MAX {
            let size = self.b.ins().iconst(types::I64, i64::from(bytes));
            self.b.call_memcpy(self.frame.isa.frontend_config(), to, from, size);
            return;
        }
        let flags = MemFlagsData::new().with_notrap();
        let mut offset = 0;
        while offset < bytes {
            let chunk = chunk_of(bytes - offset);
            let ty = cranelift_codegen::ir::Type::int(8 * chunk as u16).expect("integer");
            let v = self.b.ins().load(ty, flags, from, offset as i32);
            self.b.ins().store(flags, v, to, offset as i32);
            offset += chunk;
        }
    }

    /// Lays the arguments out as a window of VM slots and has the runtime make the call.
    fn generic_call(
        &mut self,
        callee: Callee,
        sig: &Signature,
        params: &[Param],
        args: &[Value],
        pad: Option<&Landing>,
    ) -> Values {
        let slots_of = |types: &mut dyn Iterator<Item = Type>| types.map(Type::slots).sum::<u32>();
        let param_slots = slots_of(&mut params.iter().map(|p| p.ty));
        let result_slots = slots_of(&mut sig.results.iter().copied());
        let window = self.frame.slot(&mut self.b, 8 * param_slots.max(result_slots).max(1), 16);
        let mut offset = 0;
        for (p, &v) in params.iter().zip(args) {
            let v = self.extended(v, p);
            self.b.ins().stack_store(types::I64, v, window, offset);
            offset += 8 * p.ty.slots() as i32;
        }
        let target = self.target(callee);
        let bytes = rheo_ir::descriptor(params, &sig.results, sig.variadic.is_some());
        let index = match self.frame.descriptors.iter().position(|d| *d == bytes) {
            Some(index) => index,
            None => {
                self.frame.descriptors.push(bytes);
                self.frame.descriptors.len() - 1
            }
        };
        let descriptor = self.frame.address_of(&mut self.b, Symbol::Descriptor(index as u32), true);
        let address = self.b.ins().stack_addr(types::I64, window, 0);
        let thread = self.b.ins().iconst(types::I64, 0);
        let mut native_call = ir::Signature::new(self.frame.isa.default_call_conv());
        native_call.params.extend([AbiParam::new(types::I64); 4]);
        native_call.returns.extend([AbiParam::new(types::I64), AbiParam::new(types::I8X16)]);
        let native_call = self.frame.helper(&mut self.b, Symbol::NativeCall, native_call);
        let returned = self.emit_call(Target::Function(native_call), &[target, descriptor, address, thread], pad);
        self.window_results(&sig.results, returned[0], returned[1], address)
    }

    /// The first integer piece in `acc`, the first float or vector in `facc`, further ones in the window.
    fn window_results(&mut self, results: &[Type], acc: Value, facc: Value, window: Value) -> Values {
        let (mut acc, mut facc, mut slot) = (Some(acc), Some(facc), 0);
        let flags = MemFlagsData::trusted().with_endianness(cranelift_codegen::ir::Endianness::Little);
        let mut word = |l: &mut Self, acc: &mut Option<Value>| {
            acc.take().unwrap_or_else(|| {
                slot += 8;
                l.b.ins().load(types::I64, flags, window, slot - 8)
            })
        };
        let mut out = Values::new();
        for &ty in results {
            let clif = clif_type(ty);
            let v = if ty.is_vector() || matches!(ty, Type::F32 | Type::F64) {
                match (facc.take(), ty.is_vector()) {
                    (Some(v), true) => self.same_bits(v, clif),
                    (Some(v), false) => {
                        let vector = if ty == Type::F32 { types::F32X4 } else { types::F64X2 };
                        let v = self.same_bits(v, vector);
                        self.b.ins().extractlane(v, 0)
                    }
                    (None, vector) => {
                        let low = word(self, &mut None);
                        if vector {
                            let high = word(self, &mut None);
                            let v = self.b.ins().scalar_to_vector(types::I64X2, low);
                            let v = self.b.ins().insertlane(v, high, 1);
                            self.same_bits(v, clif)
                        } else {
                            let low = if ty == Type::F32 { self.b.ins().ireduce(types::I32, low) } else { low };
                            self.same_bits(low, clif)
                        }
                    }
                }
            } else {
                let low = word(self, &mut acc);
                match clif {
                    types::I128 => {
                        let high = word(self, &mut acc);
                        self.b.ins().iconcat(low, high)
                    }
                    types::I64 => low,
                    narrow => self.b.ins().ireduce(narrow, low),
                }
            };
            out.push(v);
        }
        out
    }

    fn same_bits(&mut self, v: Value, to: cranelift_codegen::ir::Type) -> Value {
        if self.b.func.dfg.value_type(v) == to {
            return v;
        }
        let flags = MemFlagsData::new().with_endianness(cranelift_codegen::ir::Endianness::Little);
        self.b.ins().bitcast(to, flags, v)
    }
}
