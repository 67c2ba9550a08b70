//! Movement of lanes: `shufflevector`, `extractelement`, `insertelement`.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::Leaves;
use crate::vector::{Lane, Shape};
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

/// The scalar that an instruction puts into every element of a vector, where it is clang's idiom for that.
pub(crate) fn splatted(v: LLVMValueRef) -> Option<LLVMValueRef> {
    if !llvm::is_shuffle(v) || (0..llvm::mask_length(v)).any(|i| llvm::mask_value(v, i) > 0) {
        return None;
    }
    let insert = llvm::operand(v, 0);
    let is_first = |index| llvm::is_const_int(index) && llvm::zext_value(index) == 0;
    (llvm::is_insert_element(insert) && is_first(llvm::operand(insert, 2))).then(|| llvm::operand(insert, 1))
}

/// Where a lane of a shuffled vector comes from: a source chunk and a lane of it. `None` is undefined.
pub(crate) type Pick = Option<(usize, u32)>;

impl FuncReader<'_> {
    /// `shufflevector`.
    pub(crate) fn shuffle_vector(&mut self, inst: LLVMValueRef) -> Result<Leaves<Value>, ReadError> {
        let (source, target) = (Shape::of(llvm::type_of(llvm::operand(inst, 0))), Shape::of(llvm::type_of(inst)));
        if target.lane != Lane::Wide
            && let Some(scalar) = splatted(inst)
        {
            let scalar = self.one(scalar)?;
            return Ok(if target.lane == Lane::Bool {
                let lanes = vec![scalar; target.length as usize];
                self.join_lanes(target, &lanes)
            } else {
                self.splat_all(target, scalar)
            });
        }
        let mask: Vec<i32> = (0..llvm::mask_length(inst)).map(|i| llvm::mask_value(inst, i)).collect();
        let mut sources = self.leaves(llvm::operand(inst, 0))?;
        let first = sources.len();
        // The second operand is often unused, and then undefined.
        if mask.iter().any(|&m| m >= source.length as i32) {
            sources.extend(self.leaves(llvm::operand(inst, 1))?);
        }
        if target.lane == Lane::Wide {
            let leaves = first / source.length.max(1) as usize;
            let mut values = Leaves::new();
            for m in mask {
                let start = usize::try_from(m).unwrap_or(0) * leaves;
                values.extend_from_slice(&sources[start..start + leaves]);
            }
            return Ok(values);
        }
        let picks: Vec<Pick> = mask
            .iter()
            .map(|&m| {
                let m = u32::try_from(m).ok()?;
                let (chunk, m) = if m < source.length { (0, m) } else { (first, m - source.length) };
                Some((chunk + (m / source.per_chunk()) as usize, m % source.per_chunk()))
            })
            .collect();
        Ok(self.pick_lanes(target.chunk, &sources, &picks))
    }

    /// Chunks of the lanes picked out of `sources`, which are of the same type.
    pub(crate) fn pick_lanes(&mut self, chunk: Type, sources: &[Value], picks: &[Pick]) -> Leaves<Value> {
        picks.chunks(chunk.lanes() as usize).map(|picks| self.pick_chunk(chunk, sources, picks)).collect()
    }

    fn pick_chunk(&mut self, chunk: Type, sources: &[Value], picks: &[Pick]) -> Value {
        let mut used: Vec<usize> = picks.iter().flatten().map(|&(source, _)| source).collect();
        used.sort_unstable();
        used.dedup();
        let Some((&first, rest)) = used.split_first() else {
            return self.zero(chunk);
        };
        let stays = |source: usize| {
            picks.iter().enumerate().all(|(i, p)| p.is_none_or(|(s, lane)| s != source || lane == i as u32))
        };
        if rest.is_empty() && stays(first) {
            return sources[first];
        }
        // Each step takes one more source in; what has been placed stays in its place.
        let lane_bytes = chunk.lane().bytes();
        let mut whole = sources[first];
        for step in 0..rest.len().max(1) {
            let second = rest.get(step).copied();
            let other = match second {
                Some(second) => sources[second],
                None => whole,
            };
            let mask = (0..16).fold(0, |mask, byte: u32| {
                let (i, within) = ((byte / lane_bytes) as usize, byte % lane_bytes);
                let from = match picks.get(i).copied().flatten() {
                    Some((source, lane)) if Some(source) == second => 16 + lane * lane_bytes + within,
                    Some((source, lane)) if source == first && step == 0 => lane * lane_bytes + within,
                    _ => byte,
                };
                mask | u128::from(from) << (8 * byte)
            });
            whole = match joined_halves(mask) {
                Some((half, into)) => self.put_half(other, half, whole, into),
                None => self.shuffle_bytes(whole, other, mask),
            };
        }
        self.cast_chunk(whole, chunk)
    }

    /// Bytes picked out of two chunks, by whole 32-bit lanes where that is all.
    pub(crate) fn shuffle_bytes(&mut self, a: Value, b: Value, mask: u128) -> Value {
        match whole_lanes(mask) {
            Some(lanes) => {
                let [a, b] = [a, b].map(|v| self.cast_chunk(v, Type::I32x4));
                let permuted = self.emit(Op::Permute, Type::I32x4, &[a, b], Imm::Int(lanes));
                self.cast_chunk(permuted, Type::I8x16)
            }
            None => {
                let [a, b] = [a, b].map(|v| self.cast_chunk(v, Type::I8x16));
                self.emit(Op::Shuffle, Type::I8x16, &[a, b], Imm::Bits(mask))
            }
        }
    }

    /// 8-byte half `half` of `from` put into half `into` of `whole`.
    fn put_half(&mut self, from: Value, half: u8, whole: Value, into: u8) -> Value {
        let scalar = self.splatted_half(from).unwrap_or_else(|| {
            let from = self.cast_chunk(from, Type::F64x2);
            self.emit(Op::Extractlane, Type::F64x2, &[from], Imm::Lane(half))
        });
        let whole = self.cast_chunk(whole, Type::F64x2);
        let joined = self.emit(Op::Insertlane, Type::F64x2, &[whole, scalar], Imm::Lane(into));
        self.cast_chunk(joined, Type::I8x16)
    }

    /// `extractelement`; `None` if it needs a shim.
    pub(crate) fn extract_element(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        let vector = llvm::operand(inst, 0);
        let shape = Shape::of(llvm::type_of(vector));
        let chunks = self.leaves(vector)?;
        let index = llvm::operand(inst, 1);
        if let Some(i) = constant_index(index) {
            if i >= shape.length {
                let types = self.types(llvm::type_of(inst))?;
                return Ok(Some(types.iter().map(|&ty| self.zero(ty)).collect()));
            }
            if shape.lane == Lane::Wide {
                let leaves = chunks.len() / shape.length as usize;
                return Ok(Some(chunks[i as usize * leaves..][..leaves].into()));
            }
            return Ok(Some(smallvec![self.lane(shape, &chunks, i)]));
        }
        if shape.lane == Lane::Wide {
            return Ok(None);
        }
        let (address, _) = self.spill(shape, &chunks, index)?;
        let lane = shape.chunk.lane();
        let value = self.emit(Op::Load, lane, &[address], Imm::Mem { offset: 0, volatile: false });
        Ok(Some(smallvec![match shape.lane {
            Lane::Bool => {
                let one = self.iconst(Type::I8, 1);
                self.op(Op::And, Type::I8, &[value, one])
            }
            _ => value,
        }]))
    }

    /// `insertelement`; `None` if it needs a shim.
    pub(crate) fn insert_element(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        let (vector, element, index) = (llvm::operand(inst, 0), llvm::operand(inst, 1), llvm::operand(inst, 2));
        let shape = Shape::of(llvm::type_of(vector));
        if shape.lane == Lane::Wide {
            let Some(i) = constant_index(index) else { return Ok(None) };
            let mut values = self.leaves(vector)?;
            let element = self.leaves(element)?;
            if i < shape.length {
                let start = i as usize * element.len();
                values[start..start + element.len()].copy_from_slice(&element);
            }
            return Ok(Some(values));
        }
        let mut scalar = self.one(element)?;
        if shape.lane == Lane::Bool {
            let zero = self.iconst(Type::I8, 0);
            scalar = self.op(Op::Isub, Type::I8, &[zero, scalar]);
        }
        if let Some(i) = constant_index(index) {
            let at = (i / shape.per_chunk()) as usize;
            let is_undef = llvm::is_undef(vector);
            let mut chunks = self.leaves(vector)?;
            if i < shape.length {
                chunks[at] = if is_undef {
                    self.op(Op::Splat, shape.chunk, &[scalar])
                } else {
                    let lane = Imm::Lane((i % shape.per_chunk()) as u8);
                    self.emit(Op::Insertlane, shape.chunk, &[chunks[at], scalar], lane)
                };
            }
            return Ok(Some(chunks));
        }
        let chunks = self.leaves(vector)?;
        let (address, start) = self.spill(shape, &chunks, index)?;
        self.store_value(scalar, address, 0, false);
        let reload = |r: &mut Self, i: usize| {
            let at = Imm::Mem { offset: i as i32 * 16, volatile: false };
            r.emit(Op::Load, shape.chunk, &[start], at)
        };
        Ok(Some((0..chunks.len()).map(|i| reload(self, i)).collect()))
    }

    /// Writes a vector to the stack, and gives the addresses of the lane with number `index` and of the whole. An index
    /// out of range, which is undefined, stays within the stack slot.
    fn spill(&mut self, shape: Shape, chunks: &[Value], index: LLVMValueRef) -> Result<(Value, Value), ReadError> {
        let lanes = (shape.chunks() * shape.per_chunk()).next_power_of_two();
        let slot = self.body.add_slot(lanes * shape.lane_bytes(), 16);
        let start = self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0));
        for (i, &chunk) in chunks.iter().enumerate() {
            self.store_value(chunk, start, i as i32 * 16, false);
        }
        let index = self.leaves(index)?[0];
        let ty = self.ty(index);
        let last = self.iconst(ty, i128::from(lanes - 1));
        let index = self.op(Op::And, ty, &[index, last]);
        let index = match ty {
            Type::I8 => self.op(Op::Zext8, Type::I64, &[index]),
            Type::I16 => self.op(Op::Zext16, Type::I64, &[index]),
            Type::I32 => self.op(Op::Zext32, Type::I64, &[index]),
            Type::I128 => self.op(Op::Trunc, Type::I64, &[index]),
            _ => index,
        };
        let shift = self.iconst(Type::I64, shape.lane_bytes().trailing_zeros().into());
        let offset = self.op(Op::Shl, Type::I64, &[index, shift]);
        Ok((self.op(Op::Iadd, Type::Ptr, &[start, offset]), start))
    }
}

/// The lanes that a `permute` picks to do what a shuffle of bytes does.
fn whole_lanes(mask: u128) -> Option<i64> {
    let mut lanes = 0;
    for i in 0..4 {
        let bytes = (mask >> (32 * i)) as u32;
        let lane = (bytes >> 2) & 7;
        if bytes != 0x0302_0100 + lane * 0x0404_0404 {
            return None;
        }
        lanes |= i64::from(lane) << (4 * i);
    }
    Some(lanes)
}

/// Where a shuffle leaves one 8-byte half of its first operand in place and fills the other with a half of the second:
/// the second's half, and the one filled. Two-element vectors of floats make many of them.
fn joined_halves(mask: u128) -> Option<(u8, u8)> {
    const IN_ORDER: u64 = u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7]);
    const STEP: u64 = u64::from_le_bytes([8; 8]);
    let halves = [mask as u64, (mask >> 64) as u64];
    let half_of = |bytes: u64| (0..4).find(|&half| bytes == IN_ORDER + half * STEP);
    match halves.map(half_of) {
        [Some(0), Some(half @ 2..)] => Some((half as u8 - 2, 1)),
        [Some(half @ 2..), Some(1)] => Some((half as u8 - 2, 0)),
        _ => None,
    }
}

/// An index known now. One too large for 32 bits is out of range like any other.
fn constant_index(index: LLVMValueRef) -> Option<u32> {
    llvm::is_const_int(index).then(|| u32::try_from(llvm::zext_value(index)).unwrap_or(u32::MAX))
}
