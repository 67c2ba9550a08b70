//! The program's variables: which section each goes to, its bytes and its addresses.

use crate::error::ObjectError;
use crate::object::{Key, Writer};
use crate::sections::{ABS64, Contents, REL32, REL64, named_section, structor_section, thread_local_bss};
use object::write::{Relocation, SectionId, StandardSection};
use object::{BinaryFormat, SectionKind, SymbolFlags, elf};
use rheo_ir::{Data, Global, GlobalId, Linkage, RelocKind, Structor};

impl Writer<'_> {
    /// Lays down every variable that the module defines.
    pub fn globals(&mut self) -> Result<(), ObjectError> {
        let module = self.module;
        for (i, global) in module.globals.iter().enumerate() {
            let id = GlobalId::new(i);
            if global.alias.is_some() || global.linkage == Linkage::AvailableExternally {
                continue;
            }
            if global.linkage == Linkage::Common {
                self.common(id, global);
            } else if let Some(data) = &global.data {
                self.global(id, global, data)?;
            }
        }
        Ok(())
    }

    fn common(&mut self, id: GlobalId, global: &Global) {
        let symbol = self.symbol(Key::Global(id));
        let align = u64::from(global.align.max(1));
        if self.object.has_common() {
            let section = self.object.section_id(StandardSection::Common);
            self.object.add_symbol_bss(symbol, section, global.bytes, align);
        } else {
            let elf = self.object.format() == BinaryFormat::Elf;
            let data = self.object.symbol_mut(symbol);
            data.section = object::write::SymbolSection::Common;
            data.size = global.bytes;
            // ELF keeps a common symbol's alignment in its value, COFF its size.
            data.value = if elf { align } else { global.bytes };
            if let SymbolFlags::Elf { st_info, .. } = self.object.symbol_flags_mut(symbol) {
                *st_info = *st_info & !0xf | elf::STT_OBJECT;
            }
        }
        self.sizes.zeroed += global.bytes;
        self.defined.insert(Key::Global(id));
    }

    fn global(&mut self, id: GlobalId, global: &Global, data: &Data) -> Result<(), ObjectError> {
        if let Some(reloc) = data.relocs.iter().find(|r| {
            let field = if r.kind == RelocKind::Rel32 { 4 } else { 8 };
            r.offset.checked_add(field).is_none_or(|end| end > global.bytes)
        }) {
            let (name, offset) = (global.name.clone(), reloc.offset);
            return Err(ObjectError::Data { name, offset, bytes: global.bytes });
        }
        let zero = data.relocs.is_empty() && data.bytes.iter().all(|&b| b == 0);
        let (section, size) = self.section_for(global, zero, data);
        let align = u64::from(global.align.max(1));
        let symbol = self.symbol(Key::Global(id));
        self.defined.insert(Key::Global(id));
        if self.object.section(section).is_bss() {
            self.object.add_symbol_bss(symbol, section, global.bytes, align);
            self.sizes.zeroed += global.bytes;
            return Ok(());
        }
        let mut bytes = data.bytes.clone();
        bytes.resize(global.bytes as usize, 0);
        let base = self.object.add_symbol_data(symbol, section, &bytes, align);
        *(match size {
            Contents::Constants => &mut self.sizes.read_only,
            _ => &mut self.sizes.data,
        }) += global.bytes;
        for r in &data.relocs {
            let symbol = self.symbol(Key::of(r.target));
            let flags = match r.kind {
                RelocKind::Abs64 => ABS64,
                RelocKind::Rel32 => REL32,
                RelocKind::Rel64 => REL64,
            };
            let relocation = Relocation { offset: base + r.offset, symbol, addend: r.addend, flags };
            self.object.add_relocation(section, relocation)?;
        }
        Ok(())
    }

    fn section_for(&mut self, global: &Global, zero: bool, data: &Data) -> (SectionId, Contents) {
        let constant = global.constant && !global.tls;
        if let Some(name) = &global.section {
            let contents = match (global.tls, constant && data.relocs.is_empty()) {
                (true, _) => Contents::ThreadLocal,
                (_, true) => Contents::Constants,
                (_, false) => Contents::Variables,
            };
            return (self.own_section(name, contents), contents);
        }
        if global.tls {
            let section = match zero.then(|| thread_local_bss(&mut self.object)).flatten() {
                Some(section) => section,
                None => self.object.section_id(StandardSection::Tls),
            };
            return (section, Contents::ThreadLocal);
        }
        let (section, contents) = match (constant, zero, data.relocs.is_empty()) {
            (true, _, true) => (StandardSection::ReadOnlyData, Contents::Constants),
            (true, _, false) => (StandardSection::ReadOnlyDataWithRel, Contents::Constants),
            (false, true, _) => (StandardSection::UninitializedData, Contents::Variables),
            (false, false, _) => (StandardSection::Data, Contents::Variables),
        };
        (self.object.section_id(section), contents)
    }

    /// A section that the program names. It is writable as soon as one of its variables is.
    fn own_section(&mut self, name: &str, contents: Contents) -> SectionId {
        if let Some(&section) = self.named.get(name) {
            return section;
        }
        let users = self.module.globals.iter().filter(|g| g.section.as_deref() == Some(name));
        let writable = users.clone().any(|g| !g.constant || g.data.as_ref().is_some_and(|d| !d.relocs.is_empty()));
        let contents = if contents == Contents::Constants && writable { Contents::Variables } else { contents };
        let section = named_section(&mut self.object, name, contents);
        // Where zeroes are kept out of the file, the name says so.
        if self.object.format() == BinaryFormat::Elf && (name == ".bss" || name.starts_with(".bss.")) {
            let all_zero = users
                .clone()
                .all(|g| g.data.as_ref().is_none_or(|d| d.relocs.is_empty() && d.bytes.iter().all(|&b| b == 0)));
            if all_zero {
                let section = self.object.add_section(Vec::new(), name.into(), SectionKind::UninitializedData);
                self.named.insert(name.to_string(), section);
                return section;
            }
        }
        self.named.insert(name.to_string(), section);
        section
    }

    /// Lays down the tables of functions that run before and after `main`.
    pub fn structors(&mut self) -> Result<(), ObjectError> {
        let module = self.module;
        for (list, constructors) in [(&module.ctors, true), (&module.dtors, false)] {
            // Stable: those of one priority keep their order.
            let mut list: Vec<Structor> = list.clone();
            list.sort_by_key(|s| s.priority);
            let mut section = None;
            for s in list {
                let id = match section {
                    Some((priority, id)) if priority == s.priority => id,
                    _ => structor_section(&mut self.object, &self.triple, constructors, s.priority)?,
                };
                section = Some((s.priority, id));
                let offset = self.object.append_section_data(id, &[0; 8], 8);
                let symbol = self.symbol(Key::Func(s.func));
                self.object.add_relocation(id, Relocation { offset, symbol, addend: 0, flags: ABS64 })?;
            }
        }
        Ok(())
    }
}
