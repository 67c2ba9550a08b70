//! `.eh_frame`: how debuggers and unwinders step out of compiled functions. Owns the section; the rules come with the code.

use crate::error::ObjectError;
use crate::lsda::INDIRECT;
use crate::sections::REL32;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::systemv::UnwindInfo;
use gimli::write::{
    Address, CallFrameInstruction, CieId, EhFrame, EndianVec, FrameDescriptionEntry, FrameTable, RelocateWriter,
    Relocation, RelocationTarget,
};
use gimli::{DW_EH_PE_pcrel, DW_EH_PE_sdata4, DwEhPe, LittleEndian};
use object::write::{Object, SectionId, StandardSection, SymbolId};
use rustc_hash::FxHashMap;

/// A frame's rules.
#[derive(Clone, Debug)]
pub enum Rules {
    /// As the code generator gives them.
    Generated(UnwindInfo),
    /// By code offset, for a function of so many bytes.
    Written(Vec<(u32, CallFrameInstruction)>, u32),
}

/// The rules of the code at an offset of a section.
pub struct Frame {
    /// The section.
    pub section: SectionId,
    /// Offset of the code in it.
    pub offset: u64,
    /// The rules.
    pub rules: Rules,
    /// What to do with exceptions.
    pub lsda: Option<Handling>,
}

/// Who handles exceptions in a frame, and by which table.
#[derive(Clone, Copy)]
pub struct Handling {
    /// The cell that holds the personality routine's address.
    pub personality: SymbolId,
    /// The section of the table, and its offset there.
    pub table: (SectionId, u64),
}

struct Section {
    bytes: EndianVec<LittleEndian>,
    relocs: Vec<Relocation>,
}

impl RelocateWriter for Section {
    type Writer = EndianVec<LittleEndian>;
    fn writer(&self) -> &Self::Writer {
        &self.bytes
    }
    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.bytes
    }
    fn relocate(&mut self, relocation: Relocation) {
        self.relocs.push(relocation);
    }
}

/// Writes the section, and returns its size.
pub fn write_unwind(object: &mut Object, isa: &dyn TargetIsa, frames: &[Frame]) -> Result<u64, ObjectError> {
    let Some(mut cie) = isa.create_systemv_cie() else { return Ok(0) };
    if frames.is_empty() {
        return Ok(0);
    }
    cie.fde_address_encoding = DwEhPe(DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0);
    let mut table = FrameTable::default();
    // What `Address::Symbol { symbol: n }` means.
    let mut targets: Vec<SymbolId> = Vec::with_capacity(frames.len());
    let mut target = |symbol: SymbolId, addend: u64| {
        targets.push(symbol);
        Address::Symbol { symbol: targets.len() - 1, addend: addend as i64 }
    };
    // Frames that only pass exceptions on have no personality, so that the unwinder asks none.
    let plain = table.add_cie(cie.clone());
    let mut handling: FxHashMap<SymbolId, CieId> = FxHashMap::default();
    for frame in frames {
        let address = target(object.section_symbol(frame.section), frame.offset);
        let (cie, lsda) = match frame.lsda {
            None => (plain, None),
            Some(Handling { personality, table: (section, offset) }) => {
                let lsda = target(object.section_symbol(section), offset);
                let cie = *handling.entry(personality).or_insert_with(|| {
                    let mut cie = cie.clone();
                    cie.personality = Some((DwEhPe(INDIRECT), target(personality, 0)));
                    cie.lsda_encoding = Some(cie.fde_address_encoding);
                    table.add_cie(cie)
                });
                (cie, Some(lsda))
            }
        };
        let mut fde = match &frame.rules {
            Rules::Generated(info) => info.to_fde(address),
            Rules::Written(rules, bytes) => {
                let mut fde = FrameDescriptionEntry::new(address, *bytes);
                for (at, rule) in rules {
                    fde.add_instruction(*at, rule.clone());
                }
                fde
            }
        };
        fde.lsda = lsda;
        table.add_fde(cie, fde);
    }
    let mut out = EhFrame(Section { bytes: EndianVec::new(LittleEndian), relocs: Vec::new() });
    table.write_eh_frame(&mut out)?;
    let id = object.section_id(StandardSection::EhFrame);
    let base = object.append_section_data(id, out.0.bytes.slice(), 8);
    for r in &out.0.relocs {
        let RelocationTarget::Symbol(i) = r.target else { continue };
        let (symbol, addend) = (targets[i], r.addend);
        let offset = base + r.offset as u64;
        object.add_relocation(id, object::write::Relocation { offset, symbol, addend, flags: REL32 })?;
    }
    Ok(out.0.bytes.slice().len() as u64)
}
