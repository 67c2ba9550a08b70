//! Constants that need no code: global initialisers as bytes and relocations, addresses as symbol and offset.

use crate::function::{Base, mask};
use crate::llvm;
use crate::memory::gep_terms;
use crate::module::ModuleReader;
use crate::types;
use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Data, DataReloc, GlobalId, RelocKind, SymbolRef};

/// Largest initialiser that is accepted as bytes.
const BYTES_MAX: u64 = 1 << 31;

/// A constant number that may depend on where symbols lie: `plus` - `minus` + `addend`.
#[derive(Clone, Copy, Default)]
struct Sum {
    plus: Option<SymbolRef>,
    minus: Option<SymbolRef>,
    addend: i64,
}

impl Sum {
    fn number(addend: i64) -> Sum {
        Sum { addend, ..Sum::default() }
    }

    /// `self` + `other`, if that is a sum of the same form.
    fn plus(self, other: Sum) -> Option<Sum> {
        let mut sum = Sum::number(self.addend.wrapping_add(other.addend));
        let mut plus = [self.plus, other.plus];
        let mut minus = [self.minus, other.minus];
        for p in &mut plus {
            if let Some(m) = minus.iter_mut().find(|m| p.is_some() && **m == *p) {
                (*p, *m) = (None, None);
            }
        }
        sum.plus = single(plus)?;
        sum.minus = single(minus)?;
        Some(sum)
    }

    fn negated(self) -> Sum {
        Sum { plus: self.minus, minus: self.plus, addend: self.addend.wrapping_neg() }
    }

    fn is_number(self) -> bool {
        self.plus.is_none() && self.minus.is_none()
    }
}

/// The one symbol of at most one; `None` if there are two.
fn single(symbols: [Option<SymbolRef>; 2]) -> Option<Option<SymbolRef>> {
    match symbols {
        [Some(_), Some(_)] => None,
        [a, b] => Some(a.or(b)),
    }
}

impl ModuleReader {
    /// Contents of a defined global.
    pub(crate) fn global_data(&mut self, g: LLVMValueRef, id: GlobalId) -> Result<Data, String> {
        let init = llvm::initializer(g);
        if init.is_null() || llvm::is_null(init) || llvm::is_undef(init) {
            return Ok(Data::default());
        }
        let bytes = self.out.global(id).bytes;
        if bytes > BYTES_MAX {
            return Err(format!("initialiser of {bytes} bytes"));
        }
        let mut data = Data { bytes: vec![0; bytes as usize], relocs: Vec::new() };
        self.write(init, 0, id, &mut data)?;
        let used = data.bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
        data.bytes.truncate(used);
        data.bytes.shrink_to_fit();
        data.relocs.sort_by_key(|r| r.offset);
        Ok(data)
    }

    fn write(&mut self, c: LLVMValueRef, at: u64, own: GlobalId, data: &mut Data) -> Result<(), String> {
        if llvm::is_null(c) || llvm::is_undef(c) {
            return Ok(());
        }
        let ty = llvm::type_of(c);
        if llvm::is_const_int(c) || llvm::is_const_fp(c) {
            let bytes = llvm::store_size(self.types.layout, ty) as usize;
            if bytes <= 8 && llvm::is_const_int(c) {
                put(data, at, &llvm::zext_value(c).to_le_bytes()[..bytes]);
            } else {
                let limbs: Vec<u8> = self.source.limbs(c).iter().flat_map(|l| l.to_le_bytes()).collect();
                put(data, at, &limbs[..bytes.min(limbs.len())]);
            }
            return Ok(());
        }
        // LLVM asks this of packed data only: an array of i8 with an undef among its elements is not packed.
        if llvm::is_data_sequential(c) && llvm::is_packed_string(c) {
            put(data, at, llvm::string_bytes(c));
            return Ok(());
        }
        if types::is_vector(ty) {
            return self.write_vector(c, at, own, data);
        }
        if llvm::is_data_sequential(c) {
            let stride = llvm::alloc_size(self.types.layout, llvm::element_type(ty));
            for i in 0..llvm::array_length(ty) {
                self.write(llvm::aggregate_element(c, i as u32), at + i * stride, own, data)?;
            }
            return Ok(());
        }
        if llvm::is_const_array(c) || llvm::is_const_struct(c) {
            for (i, (offset, _)) in self.types.fields(ty).into_iter().enumerate() {
                self.write(llvm::operand(c, i as u32), at + offset, own, data)?;
            }
            return Ok(());
        }
        let refuse = || format!("initialiser {}", llvm::print_value(c));
        let sum = self.sum(c).ok_or_else(refuse)?;
        let bytes = llvm::store_size(self.types.layout, ty);
        let own = SymbolRef::Global(own);
        let (kind, target, addend) = match sum {
            Sum { plus: None, minus: None, addend } => {
                let bits = types::int_width(ty).unwrap_or(64);
                let value = addend as u128 & mask(bits);
                put(data, at, &value.to_le_bytes()[..bytes as usize]);
                return Ok(());
            }
            Sum { plus: Some(target), minus: None, addend } if bytes == 8 => (RelocKind::Abs64, target, addend),
            Sum { plus: Some(target), minus: Some(minus), addend } if minus == own && matches!(bytes, 4 | 8) => {
                let kind = if bytes == 4 { RelocKind::Rel32 } else { RelocKind::Rel64 };
                // LLVM's sum is relative to the global's start, the relocation's to the field.
                (kind, target, addend.wrapping_add(at as i64))
            }
            _ => return Err(refuse()),
        };
        if let SymbolRef::Global(g) = target
            && self.out.global(g).tls
        {
            return Err(refuse());
        }
        data.relocs.push(DataReloc { offset: at, kind, target, addend });
        Ok(())
    }

    /// Elements of a vector lie bit by bit one after the other.
    fn write_vector(&mut self, c: LLVMValueRef, at: u64, own: GlobalId, data: &mut Data) -> Result<(), String> {
        let ty = llvm::type_of(c);
        let bits = llvm::size_in_bits(self.types.layout, llvm::element_type(ty));
        for i in 0..llvm::vector_length(ty) {
            let element = llvm::aggregate_element(c, i);
            if element.is_null() {
                return Err(format!("initialiser {}", llvm::print_value(c)));
            }
            let bit = u64::from(i) * bits;
            if bits.is_multiple_of(8) {
                self.write(element, at + bit / 8, own, data)?;
            } else if !llvm::is_undef(element) {
                let value = self.source.limbs(element);
                for b in (0..bits).filter(|b| value[(b / 64) as usize] >> (b % 64) & 1 != 0) {
                    data.bytes[(at + (bit + b) / 8) as usize] |= 1 << ((bit + b) % 8);
                }
            }
        }
        Ok(())
    }

    /// A constant pointer as base and offset; `None` if it is no constant or takes code to compute.
    pub(crate) fn constant_address(&mut self, c: LLVMValueRef) -> Option<(Base, i64)> {
        match self.sum(c)? {
            Sum { plus: None, minus: None, addend } => Some((Base::Null, addend)),
            Sum { plus: Some(SymbolRef::Func(f)), minus: None, addend } => Some((Base::Func(f), addend)),
            Sum { plus: Some(SymbolRef::Global(g)), minus: None, addend } => {
                let base = if self.out.global(g).tls { Base::ThreadLocal(g) } else { Base::Global(g) };
                Some((base, addend))
            }
            _ => None,
        }
    }

    /// The value of an integer or pointer constant of at most 64 bits.
    fn sum(&mut self, c: LLVMValueRef) -> Option<Sum> {
        if !llvm::is_constant(c) {
            return None;
        }
        if let Some(f) = self.func_id(c) {
            return Some(Sum { plus: Some(SymbolRef::Func(f)), ..Sum::default() });
        }
        if let Some(g) = self.global_id(c) {
            return Some(Sum { plus: Some(SymbolRef::Global(g)), ..Sum::default() });
        }
        let width = types::int_width(llvm::type_of(c));
        if width.is_some_and(|width| width > 64) {
            return None;
        }
        if llvm::is_const_int(c) {
            return Some(Sum::number(llvm::sext_value(c)));
        }
        if llvm::is_null(c) || llvm::is_undef(c) {
            return Some(Sum::default());
        }
        if llvm::is_block_address(c) {
            let number = self.block_number(llvm::block_address_function(c), llvm::block_address_block(c));
            return Some(Sum::number(number.into()));
        }
        if !llvm::is_const_expr(c) {
            // What is left is `dso_local_equivalent` and `no_cfi`: another name for their operand.
            let wrapper = !llvm::is_global_value(c) && llvm::operand_count(c) == 1 && llvm::is_pointer(c);
            return if wrapper { self.sum(llvm::operand(c, 0)) } else { None };
        }
        let first = llvm::operand(c, 0);
        match llvm::const_opcode(c) {
            LLVMOpcode::LLVMGetElementPtr if llvm::is_pointer(c) => {
                let (offset, terms) = gep_terms(self.types, c).ok()?;
                let mut sum = self.sum(first)?.plus(Sum::number(offset))?;
                for (index, scale) in terms {
                    let index = self.sum(index).filter(|s| s.is_number())?;
                    sum = sum.plus(Sum::number(index.addend.wrapping_mul(scale as i64)))?;
                }
                Some(sum)
            }
            LLVMOpcode::LLVMBitCast | LLVMOpcode::LLVMAddrSpaceCast | LLVMOpcode::LLVMIntToPtr => {
                let same = llvm::is_pointer(c) && (llvm::is_pointer(first) || width_of(first) == Some(64));
                let sum = self.sum(first)?;
                if same {
                    return Some(sum);
                }
                let width = width_of(first).filter(|_| sum.is_number())?;
                Some(Sum::number((sum.addend as u128 & mask(width)) as i64))
            }
            LLVMOpcode::LLVMPtrToInt | LLVMOpcode::LLVMTrunc => {
                let sum = self.sum(first)?;
                // A narrowed symbol address means something only as a difference.
                let whole = width == Some(64) || sum.is_number() || (sum.plus.is_some() && sum.minus.is_some());
                whole.then_some(sum)
            }
            LLVMOpcode::LLVMAdd => self.sum(first)?.plus(self.sum(llvm::operand(c, 1))?),
            LLVMOpcode::LLVMSub => self.sum(first)?.plus(self.sum(llvm::operand(c, 1))?.negated()),
            LLVMOpcode::LLVMMul | LLVMOpcode::LLVMXor => {
                let (a, b) = (self.sum(first)?, self.sum(llvm::operand(c, 1))?);
                if !a.is_number() || !b.is_number() {
                    return None;
                }
                let is_mul = llvm::const_opcode(c) == LLVMOpcode::LLVMMul;
                Some(Sum::number(if is_mul { a.addend.wrapping_mul(b.addend) } else { a.addend ^ b.addend }))
            }
            _ => None,
        }
    }
}

fn width_of(v: LLVMValueRef) -> Option<u32> {
    types::int_width(llvm::type_of(v))
}

fn put(data: &mut Data, at: u64, bytes: &[u8]) {
    let at = at as usize;
    data.bytes[at..at + bytes.len()].copy_from_slice(bytes);
}
