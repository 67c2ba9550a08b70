//! Static byte shuffles where the machine has no byte shuffle of its own (x86-64 before SSSE3).
//!
//! Owns the breakdown into shuffles that Cranelift gives one SSE2 instruction each, packs and inserts. What is left over
//! goes to the helper that Cranelift calls.

use crate::op::Lower;
use cranelift_codegen::ir::{InstBuilder, Value, types};

/// For each byte of the result, the byte of the two operands' 32 that it is.
pub(crate) type Mask = [u8; 16];

/// Lane numbers, if each `N`-th part of the mask is a whole aligned lane.
fn lanes<const N: usize>(mask: &Mask) -> Option<[u8; N]> {
    let size = 16 / N;
    let mut out = [0; N];
    for (lane, bytes) in out.iter_mut().zip(mask.chunks_exact(size)) {
        let first = bytes[0];
        let whole =
            (first as usize).is_multiple_of(size) && bytes.iter().enumerate().all(|(i, &b)| b == first + i as u8);
        if !whole {
            return None;
        }
        *lane = first / size as u8;
    }
    Some(out)
}

/// The byte mask of a mask of lanes.
fn bytes<const N: usize>(lanes: [u8; N]) -> Mask {
    let size = 16 / N;
    std::array::from_fn(|i| lanes[i / size] * size as u8 + (i % size) as u8)
}

/// The mask for swapped operands.
fn swapped(mask: &Mask) -> Mask {
    mask.map(|b| b ^ 16)
}

/// Whether Cranelift has one SSE2 instruction for the mask, operands as they are.
fn is_direct(mask: &Mask) -> bool {
    let interleave = |start: u8| -> Mask { std::array::from_fn(|i| start + i as u8 / 2 + 16 * (i as u8 % 2)) };
    if *mask == interleave(0) || *mask == interleave(8) {
        return true;
    }
    if let Some(w) = lanes::<8>(mask) {
        let interleave = |start: u8| -> [u8; 8] { std::array::from_fn(|i| start + i as u8 / 2 + 8 * (i as u8 % 2)) };
        let one_half = |base: u8| {
            let within = |half: &[u8], from: u8| half.iter().all(|&l| l >= from && l < from + 4);
            let kept = |half: &[u8], from: u8| half.iter().enumerate().all(|(i, &l)| l == from + i as u8);
            within(&w[..4], base) && kept(&w[4..], base + 4) || kept(&w[..4], base) && within(&w[4..], base + 4)
        };
        if w == interleave(0) || w == interleave(4) || one_half(0) || one_half(8) {
            return true;
        }
    }
    let Some(d) = lanes::<4>(mask) else { return false };
    let from_x = |l: u8| l < 4;
    let same = |a: u8, b: u8| from_x(a) == from_x(b);
    // One operand's lanes in any order; two of one then two of the other; interleaved.
    same(d[0], d[1]) && same(d[2], d[3]) || matches!(d, [0, 4, 1, 5] | [2, 6, 3, 7] | [0, 1, 4, 5] | [2, 3, 6, 7])
}

impl Lower<'_, '_> {
    pub fn shuffle_by_parts(&mut self, x: Value, y: Value, mask: Mask) -> Value {
        if let Some(pack) = self.pack(x, y, &mask) {
            return pack;
        }
        if x != y && is_blend(&mask) {
            return self.blend(x, y, &mask);
        }
        // With one operand given twice, its lanes are those of the first.
        let mask = if x == y { mask.map(|b| b % 16) } else { mask };
        if mask.iter().enumerate().all(|(i, &b)| b == i as u8) {
            return x;
        }
        if is_direct(&mask) {
            return self.direct(x, y, mask);
        }
        if is_direct(&swapped(&mask)) {
            return self.direct(y, x, swapped(&mask));
        }
        if let Some(d) = lanes::<4>(&mask) {
            return self.shuffle_dwords(x, y, d);
        }
        if let Some(w) = lanes::<8>(&mask) {
            return self.shuffle_words(x, y, w);
        }
        let turned: Mask = std::array::from_fn(|i| mask[i ^ 1]);
        if lanes::<8>(&turned).is_some() {
            // Whole 16-bit lanes, the bytes of each swapped.
            let v = self.shuffle_by_parts(x, y, turned);
            return self.swap_bytes(v);
        }
        self.direct(x, y, mask)
    }

    fn direct(&mut self, x: Value, y: Value, mask: Mask) -> Value {
        let mask = self.b.func.dfg.immediates.push(mask.as_slice().into());
        self.b.ins().shuffle(x, y, mask)
    }

    /// At most three SHUFPS: the low pair, the high pair, and both together.
    fn shuffle_dwords(&mut self, x: Value, y: Value, d: [u8; 4]) -> Value {
        let pair = |l: &mut Self, a: u8, b: u8| -> (Value, [u8; 2]) {
            match (a < 4, b < 4) {
                (true, true) => (x, [a, b]),
                (false, false) => (y, [a - 4, b - 4]),
                (true, false) => (l.direct(x, y, bytes([a, a, b, b])), [0, 2]),
                (false, true) => (l.direct(x, y, bytes([b, b, a, a])), [2, 0]),
            }
        };
        let (low, l) = pair(self, d[0], d[1]);
        let (high, h) = pair(self, d[2], d[3]);
        self.direct(low, high, bytes([l[0], l[1], h[0] + 4, h[1] + 4]))
    }

    fn shuffle_words(&mut self, x: Value, y: Value, w: [u8; 8]) -> Value {
        // Each half permuted within itself: PSHUFLW, then PSHUFHW.
        for (v, base) in [(x, 0), (y, 8)] {
            let within = |half: &[u8], from: u8| half.iter().all(|&l| l >= from && l < from + 4);
            if within(&w[..4], base) && within(&w[4..], base + 4) {
                let w = w.map(|l| l - base);
                let v = self.direct(v, v, bytes([w[0], w[1], w[2], w[3], 4, 5, 6, 7]));
                return self.direct(v, v, bytes([0, 1, 2, 3, w[4], w[5], w[6], w[7]]));
            }
        }
        // Insert what differs into the operand that has more lanes in place.
        let in_place = |base: u8| w.iter().enumerate().filter(|(i, l)| **l == base + *i as u8).count();
        let base = if in_place(8) > in_place(0) { 8 } else { 0 };
        let [x, y] = [x, y].map(|v| self.bitcast(v, types::I16X8));
        let mut v = if base == 0 { x } else { y };
        for (i, &lane) in w.iter().enumerate().filter(|(i, l)| **l != base + *i as u8) {
            let from = if lane < 8 { x } else { y };
            let word = self.b.ins().extractlane(from, lane % 8);
            v = self.b.ins().insertlane(v, word, i as u8);
        }
        self.bitcast(v, types::I8X16)
    }

    /// Every second lane of both operands, by a pack that is made to keep the low half of each.
    fn pack(&mut self, x: Value, y: Value, mask: &Mask) -> Option<Value> {
        let even: Mask = std::array::from_fn(|i| 2 * i as u8);
        let odd = even.map(|b| b + 1);
        if *mask == even || *mask == odd {
            let [x, y] = [x, y].map(|v| self.bitcast(v, types::I16X8));
            let [x, y] = if *mask == even {
                let low = self.const_of(types::I16X8, 0x00ff_00ff_00ff_00ff_00ff_00ff_00ff_00ff);
                [x, y].map(|v| self.b.ins().band(v, low))
            } else {
                let eight = self.b.ins().iconst(types::I32, 8);
                [x, y].map(|v| self.b.ins().ushr(v, eight))
            };
            return Some(self.b.ins().unarrow(x, y));
        }
        if *mask == bytes::<8>([0, 2, 4, 6, 8, 10, 12, 14]) {
            let sixteen = self.b.ins().iconst(types::I32, 16);
            let [x, y] = [x, y].map(|v| {
                let v = self.bitcast(v, types::I32X4);
                let v = self.b.ins().ishl(v, sixteen);
                self.b.ins().sshr(v, sixteen)
            });
            let r = self.b.ins().snarrow(x, y);
            return Some(self.bitcast(r, types::I8X16));
        }
        None
    }

    fn blend(&mut self, x: Value, y: Value, mask: &Mask) -> Value {
        let from_x = mask.map(|b| if b < 16 { 0xff } else { 0 });
        let from_x = self.const_of(types::I8X16, u128::from_le_bytes(from_x));
        self.b.ins().bitselect(from_x, x, y)
    }

    /// The bytes of each 16-bit lane swapped.
    fn swap_bytes(&mut self, v: Value) -> Value {
        let v = self.bitcast(v, types::I16X8);
        let eight = self.b.ins().iconst(types::I32, 8);
        let (left, right) = (self.b.ins().ishl(v, eight), self.b.ins().ushr(v, eight));
        let v = self.b.ins().bor(left, right);
        self.bitcast(v, types::I8X16)
    }
}

/// Whether every byte stays in its place, from the one operand or the other, in a way that no single shuffle gives.
fn is_blend(mask: &Mask) -> bool {
    mask.iter().enumerate().all(|(i, &b)| b % 16 == i as u8)
        && !is_direct(mask)
        && !is_direct(&swapped(mask))
        && mask.iter().any(|&b| b < 16)
        && mask.iter().any(|&b| b >= 16)
}
