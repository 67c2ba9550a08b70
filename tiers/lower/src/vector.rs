//! Meanings of operations on lanes.

use crate::BoundImm;
use crate::op::{Lower, clif_type, stream};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use rheo_ir::{Imm, Type};

impl Lower<'_, '_> {
    pub fn bitselect(&mut self, mask: Value, x: Value, y: Value) -> Value {
        self.b.ins().bitselect(mask, x, y)
    }

    pub fn extract_lane(&mut self, v: Value, imm: BoundImm) -> Value {
        let lane = match imm {
            BoundImm::Static(&Imm::Lane(lane)) => return self.b.ins().extractlane(v, lane),
            BoundImm::Static(other) => unreachable!("lane is {other:?}"),
            BoundImm::Dynamic(lane) => lane,
        };
        // The half that the lane is in, shifted right until it is lowest.
        let v = self.bitcast(v, types::I64X2);
        let (low, high) = (self.b.ins().extractlane(v, 0), self.b.ins().extractlane(v, 1));
        let lane_type = self.clif.lane_type();
        let half = self.b.ins().iconst(types::I64, i64::from(self.clif.lane_count() / 2));
        let in_low = self.b.ins().icmp(IntCC::UnsignedLessThan, lane, half);
        let word = self.b.ins().select(in_low, low, high);
        let int = cranelift_codegen::ir::Type::int(lane_type.bits() as u16).expect("lane width");
        let word = if lane_type.bits() < 64 {
            let log2 = self.b.ins().iconst(types::I64, i64::from(lane_type.bits().trailing_zeros()));
            // Cranelift masks the amount to 64, which takes the lane modulo lanes a half.
            let amount = self.b.ins().ishl(lane, log2);
            let word = self.b.ins().ushr(word, amount);
            self.b.ins().ireduce(int, word)
        } else {
            word
        };
        self.bitcast(word, lane_type)
    }

    pub fn insert_lane(&mut self, v: Value, x: Value, imm: BoundImm) -> Value {
        let lane = match imm {
            BoundImm::Static(&Imm::Lane(lane)) => return self.b.ins().insertlane(v, x, lane),
            BoundImm::Static(other) => unreachable!("lane is {other:?}"),
            BoundImm::Dynamic(lane) => lane,
        };
        // Bytes whose lane number equals the lane come from the new value, the others from the old vector.
        let lane_bytes = self.clif.lane_type().bytes() as u8;
        let numbers: [u8; 16] = std::array::from_fn(|i| i as u8 / lane_bytes);
        let numbers = self.const_of(types::I8X16, u128::from_le_bytes(numbers));
        let lane = self.b.ins().ireduce(types::I8, lane);
        let lane = self.b.ins().splat(types::I8X16, lane);
        let mask = self.b.ins().icmp(IntCC::Equal, numbers, lane);
        let x = self.b.ins().splat(self.clif, x);
        let [v, x] = [v, x].map(|v| self.bitcast(v, types::I8X16));
        let r = self.b.ins().bitselect(mask, x, v);
        self.bitcast(r, self.clif)
    }

    pub fn shuffle(&mut self, x: Value, y: Value, imm: BoundImm) -> Value {
        let address = match imm {
            BoundImm::Static(&Imm::Bits(mask)) => {
                let mask = mask & u128::from_le_bytes([31; 16]);
                if !self.env.machine().ssse3 {
                    return self.shuffle_by_parts(x, y, mask.to_le_bytes());
                }
                let mask = self.b.func.dfg.immediates.push(mask.to_le_bytes().as_slice().into());
                return self.b.ins().shuffle(x, y, mask);
            }
            BoundImm::Static(other) => unreachable!("shuffle mask is {other:?}"),
            BoundImm::Dynamic(address) => address,
        };
        let mask = self.b.ins().load(types::I8X16, stream(), address, 0);
        if !self.env.machine().ssse3 {
            return self.call("rheo_rt_shuffle", &[x, y, mask])[0];
        }
        self.pick_bytes(x, y, mask)
    }

    pub fn permute(&mut self, x: Value, y: Value, imm: BoundImm) -> Value {
        let lanes = match imm {
            BoundImm::Static(&Imm::Int(lanes)) => {
                let mask: [u8; 16] = std::array::from_fn(|i| ((lanes >> (4 * (i / 4))) & 7) as u8 * 4 + i as u8 % 4);
                let [x, y] = [x, y].map(|v| self.bitcast(v, types::I8X16));
                let r = self.shuffle(x, y, BoundImm::Static(&Imm::Bits(u128::from_le_bytes(mask))));
                return self.bitcast(r, self.clif);
            }
            BoundImm::Static(other) => unreachable!("lanes are {other:?}"),
            BoundImm::Dynamic(lanes) => lanes,
        };
        if !self.env.machine().ssse3 {
            return self.call("rheo_rt_permute", &[x, y, lanes])[0];
        }
        // Two digits spread to a 64-bit half each, then times four in every byte of a lane, plus the byte's place in it.
        let half = |l: &mut Self, from: u64| {
            let digit = |l: &mut Self, i: u64| {
                let d = l.b.ins().ushr_imm_u(lanes, (4 * i) as i64);
                l.b.ins().band_imm_u(d, 7)
            };
            let (low, high) = (digit(l, from), digit(l, from + 1));
            let high = l.b.ins().ishl_imm_u(high, 32);
            let both = l.b.ins().bor(low, high);
            let bytes = l.b.ins().imul_imm_u(both, 0x0404_0404);
            l.b.ins().iadd_imm_u(bytes, 0x0302_0100_0302_0100)
        };
        let (low, high) = (half(self, 0), half(self, 2));
        let mask = self.b.ins().scalar_to_vector(types::I64X2, low);
        let mask = self.b.ins().insertlane(mask, high, 1);
        let [x, y, mask] = [x, y, mask].map(|v| self.bitcast(v, types::I8X16));
        let r = self.pick_bytes(x, y, mask);
        self.bitcast(r, self.clif)
    }

    /// The bytes of `x` and `y` that a mask of numbers from 0 to 31 names. `swizzle` gives 0 for indices above 15, so each
    /// half of the mask's range picks from one operand.
    fn pick_bytes(&mut self, x: Value, y: Value, mask: Value) -> Value {
        let sixteen = self.const_of(types::I8X16, u128::from_le_bytes([16; 16]));
        let beyond = self.b.ins().isub(mask, sixteen);
        let x = self.b.ins().swizzle(x, mask);
        let y = self.b.ins().swizzle(y, beyond);
        self.b.ins().bor(x, y)
    }

    pub fn sign_bits(&mut self, v: Value) -> Value {
        let v = self.bitcast(v, clif_type(self.ty.mask()));
        self.b.ins().vhigh_bits(types::I32, v)
    }

    pub fn unsigned_narrow(&mut self, x: Value, y: Value) -> Value {
        if self.ty == Type::I8x16 || self.env.machine().sse42 {
            return self.b.ins().unarrow(x, y);
        }
        // Without PACKUSDW: clamp at 0, shift the range down by 2^15 so that signed saturation clamps above, shift back.
        let zero = self.const_of(types::I32X4, 0);
        let offset = u128::from_le_bytes([0, 0x80, 0, 0].repeat(4).try_into().expect("16 bytes"));
        let offset = self.const_of(types::I32X4, offset);
        let [x, y] = [x, y].map(|v| {
            let positive = self.b.ins().icmp(IntCC::SignedGreaterThan, v, zero);
            let v = self.b.ins().band(v, positive);
            self.b.ins().isub(v, offset)
        });
        let r = self.b.ins().snarrow(x, y);
        let back = u128::from_le_bytes([0, 0x80].repeat(8).try_into().expect("16 bytes"));
        let back = self.const_of(types::I16X8, back);
        self.b.ins().iadd(r, back)
    }
}
