//! What sections and relocations are called in each object format. Owns nothing of the program.

use crate::error::ObjectError;
use cranelift_codegen::binemit::Reloc;
use object::write::{Object, SectionId, StandardSection};
use object::{
    Architecture, BinaryFormat, RelocationEncoding, RelocationFlags, RelocationKind, SectionFlags, SectionKind, elf,
    macho,
};
use target_lexicon::Triple;

/// The object format, architecture and byte order of a target.
pub fn object_for(triple: &Triple) -> Result<Object<'static>, ObjectError> {
    let format = match triple.binary_format {
        target_lexicon::BinaryFormat::Elf => BinaryFormat::Elf,
        target_lexicon::BinaryFormat::Macho => BinaryFormat::MachO,
        target_lexicon::BinaryFormat::Coff => BinaryFormat::Coff,
        _ => return Err(unsupported(triple, "object file")),
    };
    let architecture = match triple.architecture {
        target_lexicon::Architecture::X86_64 => Architecture::X86_64,
        target_lexicon::Architecture::Aarch64(_) => Architecture::Aarch64,
        _ => return Err(unsupported(triple, "object file")),
    };
    Ok(Object::new(format, architecture, object::Endianness::Little))
}

pub fn unsupported(triple: &Triple, what: impl Into<String>) -> ObjectError {
    ObjectError::Unsupported { what: what.into(), triple: triple.to_string() }
}

/// What a section that the program names itself is to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contents {
    Code,
    Constants,
    Variables,
    ThreadLocal,
}

/// The section called `name`, made on first use. On Mach-O the name is `segment,section`.
pub fn named_section(object: &mut Object, name: &str, contents: Contents) -> SectionId {
    let (segment, section) = match (object.format(), name.split_once(',')) {
        (BinaryFormat::MachO, Some((segment, rest))) => (segment, rest.split(',').next().unwrap_or(rest)),
        (BinaryFormat::MachO, None) if contents == Contents::Code => ("__TEXT", name),
        (BinaryFormat::MachO, None) => ("__DATA", name),
        _ => ("", name),
    };
    let kind = match contents {
        Contents::Code => SectionKind::Text,
        Contents::Constants => SectionKind::ReadOnlyData,
        Contents::Variables => SectionKind::Data,
        Contents::ThreadLocal => SectionKind::Tls,
    };
    object.add_section(segment.as_bytes().to_vec(), section.as_bytes().to_vec(), kind)
}

/// The section of what personality routines read.
pub fn exception_section(object: &mut Object) -> SectionId {
    let (segment, name) = match object.format() {
        BinaryFormat::MachO => ("__TEXT", "__gcc_except_tab"),
        _ => ("", ".gcc_except_table"),
    };
    object.add_section(segment.as_bytes().to_vec(), name.as_bytes().to_vec(), SectionKind::ReadOnlyData)
}

/// The section of pointers to functions that run before or after `main`.
pub fn structor_section(
    object: &mut Object,
    triple: &Triple,
    constructors: bool,
    priority: u32,
) -> Result<SectionId, ObjectError> {
    match object.format() {
        BinaryFormat::Elf => {
            let (base, kind) = match constructors {
                true => (".init_array", elf::SHT_INIT_ARRAY),
                false => (".fini_array", elf::SHT_FINI_ARRAY),
            };
            let name = if priority == 65535 { base.to_string() } else { format!("{base}.{priority:05}") };
            let id = object.add_section(Vec::new(), name.into_bytes(), SectionKind::Elf(kind));
            *object.section_flags_mut(id) = SectionFlags::Elf { sh_flags: u64::from(elf::SHF_ALLOC | elf::SHF_WRITE) };
            Ok(id)
        }
        BinaryFormat::MachO => {
            let (name, kind) = match constructors {
                true => ("__mod_init_func", macho::S_MOD_INIT_FUNC_POINTERS),
                false => ("__mod_term_func", macho::S_MOD_TERM_FUNC_POINTERS),
            };
            let id = object.add_section(b"__DATA".to_vec(), name.as_bytes().to_vec(), SectionKind::Data);
            *object.section_flags_mut(id) = SectionFlags::MachO { flags: kind };
            Ok(id)
        }
        // The CRT calls what lies between .CRT$XCA and .CRT$XCZ in the order of the names.
        _ if constructors => {
            let name = if priority == 65535 { ".CRT$XCU".to_string() } else { format!(".CRT$XCT{priority:05}") };
            Ok(object.add_section(Vec::new(), name.into_bytes(), SectionKind::ReadOnlyData))
        }
        _ => Err(unsupported(triple, "functions that run after main")),
    }
}

/// The sections of zero-initialised thread-local variables, or `None` where they must be written out.
pub fn thread_local_bss(object: &mut Object) -> Option<SectionId> {
    object.has_uninitialized_tls().then(|| object.section_id(StandardSection::UninitializedTls))
}

/// An 8-byte address.
pub const ABS64: RelocationFlags = generic(RelocationKind::Absolute, RelocationEncoding::Generic, 64);
/// A 4-byte distance from the field.
pub const REL32: RelocationFlags = generic(RelocationKind::Relative, RelocationEncoding::Generic, 32);
/// An 8-byte distance from the field.
pub const REL64: RelocationFlags = generic(RelocationKind::Relative, RelocationEncoding::Generic, 64);

const fn generic(kind: RelocationKind, encoding: RelocationEncoding, size: u8) -> RelocationFlags {
    RelocationFlags::Generic { kind, encoding, size }
}

/// A code relocation in terms of the object format.
pub fn code_relocation(object: &Object, triple: &Triple, kind: Reloc) -> Result<RelocationFlags, ObjectError> {
    use RelocationEncoding::{AArch64Call, Generic, X86Branch};
    use RelocationKind::{Absolute, GotRelative, PltRelative, Relative, SectionOffset};
    let elf = |r_type| RelocationFlags::Elf { r_type };
    let macho = |r_type, r_pcrel| RelocationFlags::MachO { r_type, r_pcrel, r_length: 2 };
    let is_elf = object.format() == BinaryFormat::Elf;
    let is_macho = object.format() == BinaryFormat::MachO;
    Ok(match kind {
        Reloc::Abs4 => generic(Absolute, Generic, 32),
        Reloc::Abs8 => generic(Absolute, Generic, 64),
        Reloc::X86PCRel4 => generic(Relative, Generic, 32),
        // Calls go by the PLT where the callee turns out to lie elsewhere.
        Reloc::X86CallPCRel4 | Reloc::X86CallPLTRel4 if is_elf => generic(PltRelative, X86Branch, 32),
        Reloc::X86CallPCRel4 | Reloc::X86CallPLTRel4 => generic(Relative, X86Branch, 32),
        Reloc::X86SecRel => generic(SectionOffset, Generic, 32),
        // Always the operand of a `mov` to a 64-bit register, which the linker may make a `lea` of what it finds near.
        Reloc::X86GOTPCRel4 if is_elf => elf(elf::R_X86_64_REX_GOTPCRELX),
        Reloc::X86GOTPCRel4 => generic(GotRelative, Generic, 32),
        Reloc::Arm64Call => generic(Relative, AArch64Call, 26),
        Reloc::ElfX86_64TlsGd if is_elf => elf(elf::R_X86_64_TLSGD),
        Reloc::Aarch64TlsDescAdrPage21 if is_elf => elf(elf::R_AARCH64_TLSDESC_ADR_PAGE21),
        Reloc::Aarch64TlsDescLd64Lo12 if is_elf => elf(elf::R_AARCH64_TLSDESC_LD64_LO12),
        Reloc::Aarch64TlsDescAddLo12 if is_elf => elf(elf::R_AARCH64_TLSDESC_ADD_LO12),
        Reloc::Aarch64TlsDescCall if is_elf => elf(elf::R_AARCH64_TLSDESC_CALL),
        Reloc::Aarch64AdrGotPage21 if is_elf => elf(elf::R_AARCH64_ADR_GOT_PAGE),
        Reloc::Aarch64Ld64GotLo12Nc if is_elf => elf(elf::R_AARCH64_LD64_GOT_LO12_NC),
        Reloc::Aarch64AdrPrelPgHi21 if is_elf => elf(elf::R_AARCH64_ADR_PREL_PG_HI21),
        Reloc::Aarch64AddAbsLo12Nc if is_elf => elf(elf::R_AARCH64_ADD_ABS_LO12_NC),
        Reloc::MachOX86_64Tlv if is_macho => macho(macho::X86_64_RELOC_TLV, true),
        Reloc::MachOAarch64TlsAdrPage21 if is_macho => macho(macho::ARM64_RELOC_TLVP_LOAD_PAGE21, true),
        Reloc::MachOAarch64TlsAdrPageOff12 if is_macho => macho(macho::ARM64_RELOC_TLVP_LOAD_PAGEOFF12, false),
        Reloc::Aarch64AdrGotPage21 if is_macho => macho(macho::ARM64_RELOC_GOT_LOAD_PAGE21, true),
        Reloc::Aarch64Ld64GotLo12Nc if is_macho => macho(macho::ARM64_RELOC_GOT_LOAD_PAGEOFF12, false),
        Reloc::Aarch64AdrPrelPgHi21 if is_macho => macho(macho::ARM64_RELOC_PAGE21, true),
        Reloc::Aarch64AddAbsLo12Nc if is_macho => macho(macho::ARM64_RELOC_PAGEOFF12, false),
        other => return Err(unsupported(triple, format!("relocation {other:?}"))),
    })
}
