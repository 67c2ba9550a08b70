//! Branches on more than one comparison.
//!
//! Owns their division: a comparison sets flags for the branch behind it, but for a conjunction of two both are made numbers
//! first. What is computed for the second is computed before the first, as it was.

use crate::function::FunctionLowering;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, InstructionData, Opcode, Value, types};

/// Where a branch goes, and with what.
pub(crate) type Target = (Block, Vec<BlockArg>);

/// Branches that one is divided into, at most 2 to the power of this.
const DEPTH_MAX: u32 = 2;

/// A condition made of two.
enum Both {
    And(Value, Value),
    Or(Value, Value),
}

impl FunctionLowering<'_, '_> {
    /// Branches on a boolean.
    pub fn branch(&mut self, condition: Value, then: &Target, otherwise: &Target) {
        self.branch_divided(condition, then, otherwise, DEPTH_MAX);
    }

    fn branch_divided(&mut self, condition: Value, then: &Target, otherwise: &Target, depth: u32) {
        let both = self.both(condition, depth);
        let Some(both) = both else {
            self.b.ins().brif(condition, then.0, &then.1, otherwise.0, &otherwise.1);
            return;
        };
        let next: Target = (self.b.create_block(), Vec::new());
        let second = match both {
            Both::And(first, second) => {
                self.branch_divided(first, &next, otherwise, depth - 1);
                second
            }
            Both::Or(first, second) => {
                self.branch_divided(first, then, &next, depth - 1);
                second
            }
        };
        self.b.switch_to_block(next.0);
        self.branch_divided(second, then, otherwise, depth - 1);
    }

    /// The comparisons, or conditions made of such, that a condition is made of.
    fn both(&self, condition: Value, depth: u32) -> Option<Both> {
        let depth = depth.checked_sub(1)?;
        let decides = |v| self.decides(v, depth);
        let dfg = &self.b.func.dfg;
        let data = |v: Value| dfg.value_def(v).inst().map(|inst| dfg.insts[inst]);
        let is_number = |v: Value, n: i64| matches!(data(v), Some(InstructionData::UnaryImm { opcode: Opcode::Iconst, imm }) if imm.bits() == n);
        if dfg.value_type(condition) != types::I8 {
            return None;
        }
        match data(condition)? {
            InstructionData::Binary { opcode: Opcode::Band, args: [x, y] } if decides(x) && decides(y) => {
                Some(Both::And(x, y))
            }
            InstructionData::Binary { opcode: Opcode::Bor, args: [x, y] } if decides(x) && decides(y) => {
                Some(Both::Or(x, y))
            }
            InstructionData::Ternary { opcode: Opcode::Select, args: [c, x, y] } if decides(c) => {
                if is_number(y, 0) && decides(x) {
                    Some(Both::And(c, x))
                } else if is_number(x, 1) && decides(y) {
                    Some(Both::Or(c, y))
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// Whether a value is a boolean that a comparison gave, or several did.
    fn decides(&self, v: Value, depth: u32) -> bool {
        let dfg = &self.b.func.dfg;
        let Some(inst) = dfg.value_def(v).inst() else { return false };
        match dfg.insts[inst].opcode() {
            Opcode::Icmp | Opcode::Fcmp => dfg.value_type(v) == types::I8,
            Opcode::Band | Opcode::Bor | Opcode::Select => self.both(v, depth).is_some(),
            _ => false,
        }
    }
}
