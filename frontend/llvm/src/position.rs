//! Source positions from debug information.

use crate::llvm;
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};
use rheo_ir::SrcLoc;
use rustc_hash::FxHashMap;

/// Source files met so far, and the files of debug scopes.
#[derive(Default)]
pub(crate) struct Positions {
    files: Vec<String>,
    by_name: FxHashMap<String, u32>,
    by_scope: FxHashMap<LLVMMetadataRef, Option<u32>>,
    last: Option<(LLVMMetadataRef, SrcLoc)>,
}

impl Positions {
    /// Position of an instruction: the innermost inlined one.
    pub(crate) fn of_inst(&mut self, inst: LLVMValueRef) -> SrcLoc {
        let loc = llvm::debug_loc(inst);
        if loc.is_null() {
            return SrcLoc::default();
        }
        if let Some((last, position)) = self.last
            && last == loc
        {
            return position;
        }
        let position = match self.file(llvm::loc_scope(loc)) {
            Some(file) => SrcLoc { file, line: llvm::loc_line(loc), col: llvm::loc_column(loc) },
            None => SrcLoc::default(),
        };
        self.last = Some((loc, position));
        position
    }

    /// Position of a function's definition.
    pub(crate) fn of_function(&mut self, f: LLVMValueRef) -> SrcLoc {
        let subprogram = llvm::subprogram(f);
        if subprogram.is_null() {
            return SrcLoc::default();
        }
        match self.file(subprogram) {
            Some(file) => SrcLoc { file, line: llvm::subprogram_line(subprogram), col: 0 },
            None => SrcLoc::default(),
        }
    }

    /// `file:line:col`, or `None` if the position is unknown.
    pub(crate) fn text(&self, loc: SrcLoc) -> Option<String> {
        let file = self.files.get(loc.file as usize)?;
        (loc.line != 0).then(|| format!("{file}:{}:{}", loc.line, loc.col))
    }

    /// The file table.
    pub(crate) fn take_files(&mut self) -> Vec<String> {
        std::mem::take(&mut self.files)
    }

    fn file(&mut self, scope: LLVMMetadataRef) -> Option<u32> {
        if let Some(&file) = self.by_scope.get(&scope) {
            return file;
        }
        let file = llvm::scope_file(scope);
        let index = (!file.is_null()).then(|| {
            let (directory, name) = llvm::file_path(file);
            let path = if name.starts_with('/') || directory.is_empty() { name } else { format!("{directory}/{name}") };
            *self.by_name.entry(path).or_insert_with_key(|path| {
                self.files.push(path.clone());
                u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
            })
        });
        self.by_scope.insert(scope, index);
        index
    }
}
