//! What a template's handler would be like, without a VM around it: for whoever chooses templates.

use crate::handler::{Piece, cuts};
use crate::names::{Names, signature};
use crate::object::{Job, compile};
use crate::{HandlerSize, Options, VmError};
use cranelift_codegen::ir::LibCall;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_module::{FuncId, Linkage, Module};
use cranelift_object::{ObjectBuilder, ObjectModule};
use rheo_bytecode::isa::{Opcode, Template};
use target_lexicon::Triple;

/// Compiles single handlers.
pub struct Gauge {
    target: OwnedTargetIsa,
    names: Names,
    handler: FuncId,
}

impl Gauge {
    /// For handlers of one target.
    pub fn new(triple: &Triple, options: Options) -> Result<Gauge, VmError> {
        let target = rheo_lower::isa(triple, rheo_lower::CodeKind::Handlers, options.cpu, options.optimise)?;
        let libcall_names = Box::new(|l: LibCall| rheo_lower::libcall_symbol(l).to_string());
        let mut module = ObjectModule::new(ObjectBuilder::new(target.clone(), "rheo-gauge", libcall_names)?);
        let names = Names::declare(&mut module, 1)?;
        let handler = module.declare_function("handler", Linkage::Import, &signature(false))?;
        Ok(Gauge { target, names, handler })
    }

    /// Size and frame of the handler that `template` would have behind a one-byte opcode.
    pub fn measure(&self, template: &Template) -> Result<HandlerSize, VmError> {
        let opcode = Opcode::Fast(0);
        let cuts = cuts(template);
        let mut sum = HandlerSize { opcode, bytes: 0, framed: false };
        for (i, &ops) in cuts.iter().enumerate() {
            let rest = (i + 1 < cuts.len()).then_some(self.handler);
            let job = Job::Piece(Piece { template, opcode, ops, rest, next: None });
            let code = compile(&self.target, &self.names, self.handler, self.handler, &job)?;
            sum.bytes += code.bytes.len() as u32;
            sum.framed |= code.framed;
        }
        Ok(sum)
    }
}
