//! Constants in the shortest way that the instruction set has.
//!
//! Owns their making alone; where they are made is `tree`'s and `flow`'s.

use super::node::{Arg, Bank, Home, Node, NodeImm, Val, Work};
use crate::isa::VmOp;
use rheo_ir::{Op, Type};

/// How float constants may be made, by what the instruction set has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FloatConstants {
    /// From a small integer.
    pub from_int: bool,
    /// `f64` from the bits of an `f32`.
    pub from_f32: bool,
}

/// Appends nodes that compute `node`: a constant in a shorter way, anything else as it is.
pub(crate) fn expand(work: &mut Work, node: Node, floats: FloatConstants, out: &mut Vec<Node>) {
    if node.op != VmOp::Ir(Op::Const) {
        return out.push(node);
    }
    match (&node.imm, node.ty) {
        (&NodeImm::Bits(bits), _) => expand_wide(work, node, bits, floats, out),
        (&NodeImm::Num(bits), Type::F64) => expand_float(work, node, f64::from_bits(bits as u64), floats, out),
        (&NodeImm::Num(bits), Type::F32) => {
            expand_float(work, node, f64::from(f32::from_bits(bits as u32)), floats, out);
        }
        _ => out.push(node),
    }
}

fn constant(ty: Type, n: i64, res: Val, like: &Node) -> Node {
    Node::new(VmOp::Ir(Op::Const), ty, &[], NodeImm::Num(n), &[res], like.loc)
}

fn expand_float(work: &mut Work, node: Node, value: f64, floats: FloatConstants, out: &mut Vec<Node>) {
    let int = value as i64;
    let is_int = int as f64 == value && (value != 0.0 || value.is_sign_positive()) && (-128..128).contains(&int);
    let short = value as f32;
    let (ty, from, op, imm) = if is_int && floats.from_int {
        (Type::I64, int, Op::Sitof64, NodeImm::None)
    } else if node.ty == Type::F64 && f64::from(short).to_bits() == value.to_bits() && floats.from_f32 {
        (Type::F32, i64::from(short.to_bits()), Op::Fconvert, NodeImm::Num(i64::from(Type::F32 as u8)))
    } else {
        return out.push(node);
    };
    let source = work.new_val(Bank::of(ty), 1);
    out.push(constant(ty, from, source, &node));
    out.push(Node::new(VmOp::Ir(op), node.ty, &[Arg::Val(source)], imm, &node.res, node.loc));
}

/// A 16-byte constant: the same in all lanes, or two halves of which one is short.
fn expand_wide(work: &mut Work, node: Node, bits: u128, floats: FloatConstants, out: &mut Vec<Node>) {
    let (low, high) = (bits as u64, (bits >> 64) as u64);
    let vector = node.ty.is_vector();
    let short = |half: u64| i32::try_from(half as i64).is_ok();
    let same_floats = low == high && low as u32 == (low >> 32) as u32;
    let lane = if vector && low == high && i8::try_from(low as i64).is_ok() {
        Some((Type::I64, low))
    } else if node.ty == Type::F32x4 && same_floats {
        Some((Type::F32, u64::from(low as u32)))
    } else if vector && low == high {
        Some((if node.ty == Type::F64x2 { Type::F64 } else { Type::I64 }, low))
    } else {
        None
    };
    if let Some((ty, n)) = lane {
        let source = work.new_val(Bank::of(ty), 1);
        expand(work, constant(ty, n as i64, source, &node), floats, out);
        let splat = Type::vector_of(ty).expect("lanes of 4 or 8 bytes");
        let args = [Arg::Val(source)];
        return out.push(Node::new(VmOp::Ir(Op::Splat), splat, &args, NodeImm::None, &node.res, node.loc));
    }
    if !short(low) && !short(high) {
        return out.push(node);
    }
    halves(work, &node, bits, out);
}

/// The two halves of a constant written to its value's slots.
pub(crate) fn halves(work: &mut Work, node: &Node, bits: u128, out: &mut Vec<Node>) {
    for i in 0..2u32 {
        let part = work.at_home(Bank::Int, 1, Home::Part(node.res[0], i));
        let mut half = constant(Type::I64, (bits >> (64 * i)) as u64 as i64, part, node);
        half.pinned = true;
        out.push(half);
    }
}
