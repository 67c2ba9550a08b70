//! x86-64: what handlers of the base set have in common stands once.
//!
//! Any program may need these handlers, few do, and most begin by reading the same fields and loading the same slots, and end
//! by storing a result and going on. Beginnings become subroutines, endings are jumped to. Owns finding them; knows neither
//! templates nor the object.

use cranelift_codegen::binemit::Reloc;
use cranelift_module::{ModuleReloc, ModuleRelocTarget};
use iced_x86::{Decoder, DecoderOptions, FlowControl, InstructionInfoFactory, Register};
use std::collections::BTreeMap;

/// Bytes of a call, and of a jump that reaches everywhere.
const JUMP_BYTES: usize = 5;
/// The shortest ending that is shared.
const ENDING_BYTES_MIN: usize = 8;
/// What sharing a beginning has to gain.
const GAIN_MIN: usize = 8;

/// A function's code.
#[derive(Clone)]
pub struct Body {
    /// What names it.
    pub name: ModuleRelocTarget,
    /// Machine code, without data behind it.
    pub bytes: Vec<u8>,
    /// What the linker fills in.
    pub relocations: Vec<ModuleReloc>,
    /// Whether it has a frame of its own.
    pub framed: bool,
}

/// Part of a function: bytes, and relocations (offset from its start, kind, target, addend).
type Part = (Vec<u8>, Vec<(u32, u8, String, i64)>);

/// A function's instructions.
struct Parsed {
    /// Where each starts, and the end.
    starts: Vec<usize>,
    /// Jumps within the function, by instruction.
    jumps: Vec<(usize, usize)>,
    /// Instructions at its start that may be a subroutine's.
    head: usize,
}

impl Parsed {
    fn of(body: &Body) -> Option<Parsed> {
        let mut decoder = Decoder::new(64, &body.bytes, DecoderOptions::NONE);
        let mut info = InstructionInfoFactory::new();
        let (mut starts, mut targets, mut head) = (Vec::new(), Vec::new(), None);
        while decoder.can_decode() {
            let inst = decoder.decode();
            if inst.is_invalid() {
                return None;
            }
            let (from, to) = (inst.ip() as usize, inst.next_ip() as usize);
            let relocated = body.relocations.iter().any(|r| (from..to).contains(&(r.offset as usize)));
            if (inst.is_jmp_short_or_near() || inst.is_jcc_short_or_near()) && !relocated {
                targets.push((starts.len(), inst.near_branch_target() as usize));
            }
            let uses_stack =
                info.info(&inst).used_registers().iter().any(|r| r.register().full_register() == Register::RSP);
            if uses_stack || inst.flow_control() != FlowControl::Next {
                head.get_or_insert(starts.len());
            }
            starts.push(from);
        }
        let jumps = targets.iter().map(|&(i, at)| Some((i, starts.binary_search(&at).ok()?)));
        let jumps: Vec<(usize, usize)> = jumps.collect::<Option<_>>()?;
        let mut head = head?;
        if let Some(first) = jumps.iter().map(|&(_, to)| to).min() {
            head = head.min(first);
        }
        starts.push(body.bytes.len());
        Some(Parsed { starts, jumps, head })
    }

    /// Whether control comes to what starts with instruction `i` there only, and does not go back.
    fn is_ending(&self, i: usize) -> bool {
        self.jumps.iter().all(|&(from, to)| if from < i { to <= i } else { to >= i })
    }
}

/// The part between two offsets.
fn part(body: &Body, from: usize, to: usize) -> Part {
    let inside = body.relocations.iter().filter(|r| (from..to).contains(&(r.offset as usize)));
    let fields = inside.map(|r| (r.offset - from as u32, r.kind as u8, format!("{:?}", r.name), r.addend));
    (body.bytes[from..to].to_vec(), fields.collect())
}

/// A call of, or jump to, `offset` bytes behind `target`, in front of which stand `before` bytes.
fn jump(opcode: u8, before: usize, target: &ModuleRelocTarget, offset: usize) -> (Vec<u8>, ModuleReloc) {
    let relocation = ModuleReloc {
        offset: before as u32 + 1,
        kind: Reloc::X86CallPCRel4,
        name: target.clone(),
        addend: offset as i64 - 4,
    };
    (vec![opcode, 0, 0, 0, 0], relocation)
}

/// Makes subroutines of what functions without a frame begin with. `name` declares a new function.
pub fn share_beginnings<E>(
    bodies: &mut [Body],
    mut name: impl FnMut(usize) -> Result<ModuleRelocTarget, E>,
) -> Result<Vec<Body>, E> {
    let mut known: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (n, body) in bodies.iter().enumerate().filter(|(_, body)| !body.framed) {
        let Some(parsed) = Parsed::of(body) else { continue };
        for i in 1..=parsed.head {
            let to = parsed.starts[i];
            let relocated = body.relocations.iter().any(|r| (r.offset as usize) < to);
            if to > JUMP_BYTES && !relocated {
                known.entry(body.bytes[..to].to_vec()).or_default().push(n);
            }
        }
    }
    let mut made: Vec<Body> = Vec::new();
    loop {
        let gain = |(code, users): (&Vec<u8>, &Vec<usize>)| {
            (users.len() * (code.len() - JUMP_BYTES)).saturating_sub(code.len() + 1)
        };
        let Some((code, users)) = known.iter().max_by_key(|&entry| gain(entry)) else { break };
        if gain((code, users)) < GAIN_MIN {
            break;
        }
        let (code, users) = (code.clone(), users.clone());
        let target = name(made.len())?;
        for &n in &users {
            let (mut bytes, call) = jump(0xe8, 0, &target, 0);
            let body = &mut bodies[n];
            bytes.extend_from_slice(&body.bytes[code.len()..]);
            for r in &mut body.relocations {
                r.offset = r.offset + JUMP_BYTES as u32 - code.len() as u32;
            }
            body.relocations.push(call);
            body.bytes = bytes;
        }
        for others in known.values_mut() {
            others.retain(|n| !users.contains(n));
        }
        known.retain(|_, users| users.len() > 1);
        let bytes = [&code[..], &[0xc3]].concat();
        made.push(Body { name: target, bytes, relocations: Vec::new(), framed: false });
    }
    Ok(made)
}

/// Makes functions end by a jump into others that end alike.
pub fn share_endings(bodies: &mut [Body]) {
    // By length, the longest last.
    let mut known: BTreeMap<(usize, bool, Part), Vec<(usize, usize)>> = BTreeMap::new();
    for (n, body) in bodies.iter().enumerate() {
        let Some(parsed) = Parsed::of(body) else { continue };
        let end = body.bytes.len();
        for (i, &from) in parsed.starts.iter().enumerate() {
            if end - from >= ENDING_BYTES_MIN && parsed.is_ending(i) {
                let key = (end - from, body.framed, part(body, from, end));
                known.entry(key).or_default().push((n, from));
            }
        }
    }
    let mut jumped_to = vec![false; bodies.len()];
    let mut cut = vec![false; bodies.len()];
    for users in known.into_values().rev() {
        let users: Vec<(usize, usize)> = users.into_iter().filter(|&(n, _)| !cut[n]).collect();
        let kept = users.iter().find(|&&(n, _)| jumped_to[n]).or(users.first());
        let Some(&(kept, at)) = kept.filter(|_| users.len() > 1) else { continue };
        let target = bodies[kept].name.clone();
        jumped_to[kept] = true;
        for &(n, from) in users.iter().filter(|&&(n, _)| !jumped_to[n]) {
            let (bytes, jump) = jump(0xe9, from, &target, at);
            let body = &mut bodies[n];
            body.bytes.truncate(from);
            body.bytes.extend(bytes);
            body.relocations.retain(|r| (r.offset as usize) < from);
            body.relocations.push(jump);
            cut[n] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn bodies(codes: &[&[u8]]) -> Vec<Body> {
        let body = |(i, code): (usize, &&[u8])| Body {
            name: ModuleRelocTarget::user(0, i as u32),
            bytes: code.to_vec(),
            relocations: Vec::new(),
            framed: false,
        };
        codes.iter().enumerate().map(body).collect()
    }

    /// movzx eax, byte [rdi+2]; mov rax, [rsi+rax*8]
    const HEAD: [u8; 8] = [0x0f, 0xb6, 0x47, 2, 0x48, 0x8b, 0x04, 0xc6];
    /// mov [rsi+rax*8], rcx; movzx eax, byte [rdi+3]; jmp [rdx+rax*8]
    const END: [u8; 11] = [0x48, 0x89, 0x0c, 0xc6, 0x0f, 0xb6, 0x47, 3, 0xff, 0x24, 0xc2];

    #[test]
    fn beginnings_become_subroutines() {
        let codes: Vec<Vec<u8>> = (0..9).map(|i| [&HEAD[..], &[0x83, 0xc0, i, 0xff, 0x24, 0xc2]].concat()).collect();
        let mut bodies = bodies(&codes.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let named = |n: usize| Ok::<_, Infallible>(ModuleRelocTarget::user(0, 100 + n as u32));
        let Ok(made) = share_beginnings(&mut bodies, named);
        assert_eq!(made.iter().map(|b| b.bytes.clone()).collect::<Vec<_>>(), [[&HEAD[..], &[0xc3]].concat()]);
        assert_eq!(bodies[8].bytes, [0xe8, 0, 0, 0, 0, 0x83, 0xc0, 8, 0xff, 0x24, 0xc2]);
        assert_eq!((bodies[8].relocations[0].offset, bodies[8].relocations[0].addend), (1, -4));
    }

    #[test]
    fn endings_are_jumped_to() {
        let one = [&[0x31, 0xc9][..], &END].concat();
        // A jump into the ending keeps it where it is: je to its second instruction.
        let into = [&[0x74, 4][..], &END].concat();
        let other = [&[0x48, 0x01, 0xc1][..], &END].concat();
        let mut bodies = bodies(&[&one, &into, &other]);
        share_endings(&mut bodies);
        assert_eq!(bodies[0].bytes, one);
        assert_eq!(bodies[1].bytes, into);
        assert_eq!(bodies[2].bytes, [0x48, 0x01, 0xc1, 0xe9, 0, 0, 0, 0]);
        let jump = &bodies[2].relocations[0];
        assert_eq!((jump.offset, jump.addend), (4, 2 - 4));
    }
}
