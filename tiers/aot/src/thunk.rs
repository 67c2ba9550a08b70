//! Code around functions that Cranelift cannot lay down: x86-64 System V machine code, byte by byte.
//!
//! Owns the thunk that stands for a variadic definition (it builds the argument area), the one that returns `f80` in x87
//! registers, the one that makes tail calls, and the one that calls a variadic function.

use crate::code::{CodeReloc, CodeTarget};
use cranelift_codegen::binemit::Reloc;
use gimli::X86_64;
use gimli::write::CallFrameInstruction;
use rheo_ir::FuncId;
use rheo_lower::{Abi, Place, Symbol, TailExit};

/// Bytes of the register save area (System V ABI, figure 3.33); the address of the stack arguments follows it.
const SAVE_AREA_BYTES: u32 = 176;
/// ModRM's register number of each integer argument register, and whether it is one of the upper eight.
const ARGUMENT_REGISTERS: [(u8, bool); 6] = [(7, false), (6, false), (2, false), (1, false), (0, true), (1, true)];

/// A thunk's code. The one relocation of a thunk that calls the body has this target.
pub struct Thunk {
    /// Machine code.
    pub code: Vec<u8>,
    /// Offset of the 4-byte field that holds the distance to the body.
    pub body_at: u32,
    /// Frame rules, by code offset.
    pub unwind: Vec<(u32, CallFrameInstruction)>,
}

/// The code that stands for a bytecode function when the unwinder's view of it is wanted (docs/vm.md, "Exceptions"), and its
/// frame's rules. So many calls, a byte each, seem to be under way in it; returning from any of them leads to its end, which
/// leaves the frame that `rheo_rt_ask` has made.
pub fn stand_in(calls: u32) -> (Vec<u8>, Vec<(u32, CallFrameInstruction)>) {
    let mut code = vec![0x90; calls as usize]; // nop
    code.extend([0x5d, 0xc3]); // pop rbp; ret
    let rules = [CallFrameInstruction::Cfa(X86_64::RBP, 16), CallFrameInstruction::Offset(X86_64::RBP, -16)];
    (code, rules.into_iter().map(|rule| (0, rule)).collect())
}

/// Whether a function with this convention is called through a thunk.
pub fn needs_thunk(variadic_definition: bool, abi: &Abi) -> bool {
    variadic_definition || abi.f80_results > 0 || abi.tail_exit
}

/// The thunk for a function whose body has convention `abi`.
pub fn native_thunk(variadic_definition: bool, abi: &Abi) -> Thunk {
    let mut t = Assembler::default();
    t.bytes(&[0x55]); // push rbp
    t.rule(CallFrameInstruction::CfaOffset(16));
    t.rule(CallFrameInstruction::Offset(X86_64::RBP, -16));
    t.bytes(&[0x48, 0x89, 0xe5]); // mov rbp, rsp
    t.rule(CallFrameInstruction::CfaRegister(X86_64::RBP));
    // From rsp up: arguments of the body, the argument area if variadic, what the hidden pointer points to.
    let hidden = abi.f80_results > 0 || abi.tail_exit;
    let arguments = match (variadic_definition, abi.hidden) {
        (true, _) => 0,
        (false, Place::Stack(at)) if hidden => (at + 8).max(abi.stack_bytes).next_multiple_of(16),
        (false, _) => abi.stack_bytes,
    };
    let area = arguments;
    let results = area + if variadic_definition { (SAVE_AREA_BYTES + 8).next_multiple_of(16) } else { 0 };
    let frame = results + abi.hidden_bytes();
    if frame > 0 {
        t.bytes(&[0x48, 0x81, 0xec]); // sub rsp, frame
        t.bytes(&frame.to_le_bytes());
    }
    if variadic_definition {
        t.save_arguments(area);
    } else {
        for at in (0..abi.stack_bytes).step_by(8) {
            t.bytes(&[0x4c, 0x8b, 0x9d]); // mov r11, [rbp + 16 + at]
            t.bytes(&(16 + at).to_le_bytes());
            t.bytes(&[0x4c, 0x89, 0x9c, 0x24]); // mov [rsp + at], r11
            t.bytes(&at.to_le_bytes());
        }
    }
    let exit = results + abi.tail_exit_offset();
    if abi.tail_exit {
        t.bytes(&[0x48, 0xc7, 0x84, 0x24]); // mov qword [rsp + exit], 0
        t.bytes(&exit.to_le_bytes());
        t.bytes(&[0; 4]);
    }
    if hidden {
        match abi.hidden {
            Place::Register(n) => t.lea_rsp(ARGUMENT_REGISTERS[usize::from(n)], results),
            Place::Stack(at) => {
                t.lea_rsp((3, true), results); // r11
                t.bytes(&[0x4c, 0x89, 0x9c, 0x24]); // mov [rsp + at], r11
                t.bytes(&at.to_le_bytes());
            }
        }
    }
    t.bytes(&[0xe8]); // call body
    let body_at = t.code.len() as u32;
    t.bytes(&[0; 4]);
    let mut go_on = None;
    if abi.tail_exit {
        t.bytes(&[0x4c, 0x8b, 0x9c, 0x24]); // mov r11, [rsp + exit]
        t.bytes(&exit.to_le_bytes());
        t.bytes(&[0x4d, 0x85, 0xdb, 0x0f, 0x85]); // test r11, r11; jnz go_on
        go_on = Some(t.code.len());
        t.bytes(&[0; 4]);
    }
    for i in (0..abi.f80_results).rev() {
        t.bytes(&[0xdb, 0xac, 0x24]); // fld tbyte [rsp + …]
        t.bytes(&(results + 16 * i).to_le_bytes());
    }
    t.bytes(&[0xc9]); // leave
    t.rule(CallFrameInstruction::Cfa(X86_64::RSP, 8));
    t.bytes(&[0xc3]); // ret
    if let Some(at) = go_on {
        let distance = (t.code.len() - at - 4) as u32;
        t.code[at..at + 4].copy_from_slice(&distance.to_le_bytes());
        t.rule(CallFrameInstruction::Cfa(X86_64::RBP, 16));
        t.tail_call(exit, abi.stack_used);
    }
    Thunk { code: t.code, body_at, unwind: t.unwind }
}

#[derive(Default)]
struct Assembler {
    code: Vec<u8>,
    unwind: Vec<(u32, CallFrameInstruction)>,
}

impl Assembler {
    fn bytes(&mut self, bytes: &[u8]) {
        self.code.extend(bytes);
    }

    fn rule(&mut self, rule: CallFrameInstruction) {
        self.unwind.push((self.code.len() as u32, rule));
    }

    /// `lea register, [rsp + offset]`.
    fn lea_rsp(&mut self, (register, upper): (u8, bool), offset: u32) {
        self.bytes(&[0x48 | u8::from(upper) << 2, 0x8d, 0x84 | register << 3, 0x24]);
        self.bytes(&offset.to_le_bytes());
    }

    /// Loads the arguments of the tail call whose record is at `rsp + exit`, and jumps to r11.
    fn tail_call(&mut self, exit: u32, stack_bytes: u32) {
        for at in (0..stack_bytes).step_by(8) {
            self.bytes(&[0x48, 0x8b, 0x84, 0x24]); // mov rax, [rsp + …]
            self.bytes(&(exit + TailExit::STACK + at).to_le_bytes());
            self.bytes(&[0x48, 0x89, 0x85]); // mov [rbp + 16 + at], rax
            self.bytes(&(16 + at).to_le_bytes());
        }
        for (i, (register, upper)) in ARGUMENT_REGISTERS.into_iter().enumerate() {
            self.bytes(&[0x48 | u8::from(upper) << 2, 0x8b, 0x84 | register << 3, 0x24]); // mov register, [rsp + …]
            self.bytes(&(exit + TailExit::INTS + 8 * i as u32).to_le_bytes());
        }
        for i in 0..8u8 {
            self.bytes(&[0x0f, 0x28, 0x84 | i << 3, 0x24]); // movaps xmm, [rsp + …]
            self.bytes(&(exit + TailExit::FLOATS + 16 * u32::from(i)).to_le_bytes());
        }
        self.bytes(&[0xb8, 8, 0, 0, 0]); // mov eax, 8: the callee may be variadic
        self.bytes(&[0xc9]); // leave
        self.rule(CallFrameInstruction::Cfa(X86_64::RSP, 8));
        self.bytes(&[0x41, 0xff, 0xe3]); // jmp r11
    }

    /// Fills the argument area at `rsp + area` and passes its address.
    fn save_arguments(&mut self, area: u32) {
        for (i, (register, upper)) in ARGUMENT_REGISTERS.into_iter().enumerate() {
            self.bytes(&[0x48 | u8::from(upper) << 2, 0x89, 0x84 | register << 3, 0x24]); // mov [rsp + …], register
            self.bytes(&(area + 8 * i as u32).to_le_bytes());
        }
        self.bytes(&[0x84, 0xc0, 0x74, 8 * 8]); // test al, al; jz past the eight saves
        for i in 0..8u8 {
            self.bytes(&[0x0f, 0x29, 0x84 | i << 3, 0x24]); // movaps [rsp + …], xmm
            self.bytes(&(area + 48 + 16 * u32::from(i)).to_le_bytes());
        }
        self.bytes(&[0x48, 0x8d, 0x45, 16]); // lea rax, [rbp + 16]
        self.bytes(&[0x48, 0x89, 0x84, 0x24]); // mov [rsp + …], rax
        self.bytes(&(area + SAVE_AREA_BYTES).to_le_bytes());
        self.lea_rsp(ARGUMENT_REGISTERS[0], area);
    }
}

/// `mov al, 8; jmp f`: eight is an upper bound of the vector registers that the call passes.
pub fn variadic_call(f: FuncId) -> (Vec<u8>, CodeReloc) {
    let code = vec![0xb0, 8, 0xe9, 0, 0, 0, 0];
    let target = CodeTarget::Symbol(Symbol::Func(f));
    (code, CodeReloc { offset: 3, kind: Reloc::X86CallPLTRel4, target, addend: -4 })
}
