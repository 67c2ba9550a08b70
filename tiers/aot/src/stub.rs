//! The entry stubs of bytecode functions (docs/vm.md, "Entry from native code"), in each machine's code.

use crate::error::ObjectError;
use crate::sections::unsupported;
use cranelift_codegen::binemit::Reloc;
use target_lexicon::{Architecture, Triple};

/// Bytes of an entry stub, on every machine.
pub const STUB_BYTES: usize = 8;

/// Code that ends in a jump elsewhere.
pub struct Jump {
    /// The code.
    pub code: Vec<u8>,
    /// Offset of the field that a relocation fills in.
    pub field: u64,
    /// Its addend.
    pub addend: i64,
    /// Its kind.
    pub kind: Reloc,
}

/// A machine's stubs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stubs {
    /// `mov al, low byte; jmp way`.
    X64,
    /// `mov w9, low half; b way`.
    Aarch64,
}

impl Stubs {
    /// Those of the target.
    pub fn of(triple: &Triple) -> Result<Stubs, ObjectError> {
        match triple.architecture {
            Architecture::X86_64 => Ok(Stubs::X64),
            Architecture::Aarch64(_) => Ok(Stubs::Aarch64),
            _ => Err(unsupported(triple, "entry stubs of bytecode")),
        }
    }

    /// Functions whose stubs share a way to each entry.
    pub fn shared(self) -> u32 {
        match self {
            Stubs::X64 => 1 << 8,
            Stubs::Aarch64 => 1 << 16,
        }
    }

    /// Alignment of code.
    pub fn align(self) -> u64 {
        match self {
            Stubs::X64 => 1,
            Stubs::Aarch64 => 4,
        }
    }

    /// The stub of a function, which jumps to its way.
    pub fn stub(self, number: u32) -> Jump {
        match self {
            Stubs::X64 => jmp(vec![0xb0, number as u8], &[0xcc]),
            // movz w9, #number
            Stubs::Aarch64 => branch(vec![0x5280_0009 | (number & 0xffff) << 5]),
        }
    }

    /// The way from the stubs of some functions, of which `first` is the first, to an entry, which it jumps to: it adds what
    /// the stubs leave out of the number.
    pub fn way(self, first: u32) -> Jump {
        match self {
            Stubs::X64 => {
                let mut code = vec![0x0f, 0xb6, 0xc0]; // movzx eax, al
                if first != 0 {
                    code.push(0x0d); // or eax, first
                    code.extend(first.to_le_bytes());
                }
                jmp(code, &[])
            }
            Stubs::Aarch64 if first == 0 => branch(Vec::new()),
            // movk w9, #first >> 16, lsl #16
            Stubs::Aarch64 => branch(vec![0x72a0_0009 | (first >> 16) << 5]),
        }
    }
}

fn jmp(mut code: Vec<u8>, padding: &[u8]) -> Jump {
    code.push(0xe9);
    let field = code.len() as u64;
    code.extend([0; 4]);
    code.extend(padding);
    Jump { code, field, addend: -4, kind: Reloc::X86CallPCRel4 }
}

fn branch(before: Vec<u32>) -> Jump {
    let field = 4 * before.len() as u64;
    let code = before.into_iter().chain([0x1400_0000]).flat_map(u32::to_le_bytes).collect();
    Jump { code, field, addend: 0, kind: Reloc::Arm64Call }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stubs_are_of_one_size() {
        for stubs in [Stubs::X64, Stubs::Aarch64] {
            assert!([0, 255, 256, 65_535, 65_536, 1 << 20].into_iter().all(|n| stubs.stub(n).code.len() == STUB_BYTES));
        }
    }

    #[test]
    fn numbers_beyond_the_stubs_are_the_ways() {
        assert_eq!(Stubs::Aarch64.way(2 << 16).code[..4], 0x72a0_0049u32.to_le_bytes());
        assert_eq!(Stubs::X64.way(512).code[..8], [0x0f, 0xb6, 0xc0, 0x0d, 0, 2, 0, 0]);
    }
}
