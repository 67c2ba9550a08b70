//! Rules of invokes and landing pads: which blocks they join.

use super::Fault;
use crate::{BlockId, Body, Cfg, Func, Op};

/// Reports what breaks them, given that ids and types hold.
pub(super) fn check(func: &Func, body: &Body, cfg: &Cfg, report: &mut dyn FnMut(Fault)) {
    let mut report = |block: BlockId, inst: usize, message: &str| {
        report(Fault { block: Some(block), inst: Some(inst), message: message.to_string() });
    };
    let is_pad = |b: BlockId| body.block(b).insts.first().is_some_and(|i| i.op == Op::LandingPad);
    for b in body.block_ids() {
        for (i, inst) in body.block(b).insts.iter().enumerate() {
            if inst.op == Op::LandingPad && i > 0 {
                report(b, i, "a landing pad must be the first instruction of its block");
            }
            if inst.op == Op::LandingPad && func.personality.is_none() {
                report(b, i, "a function with landing pads needs a personality");
            }
            let exceptional = |k: usize| inst.op.is_invoke() && k == 1;
            for (k, dest) in inst.dests.iter().enumerate() {
                if exceptional(k) != is_pad(dest.block) {
                    report(b, i, "exceptions, and nothing else, lead to landing pads");
                }
                if inst.op.is_invoke() && k == 0 && cfg.preds(dest.block).len() != 1 {
                    report(b, i, "nothing but the invoke may lead to its first destination");
                }
            }
        }
    }
    if is_pad(BlockId(0)) {
        report(BlockId(0), 0, "exceptions, and nothing else, lead to landing pads");
    }
}
