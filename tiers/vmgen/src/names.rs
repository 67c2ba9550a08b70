//! The symbols that handlers refer to, declared once so that handlers can be compiled side by side.

use crate::VmError;
use cranelift_codegen::ir::{
    AbiParam, ExtFuncData, ExternalName, FuncRef, Function, GlobalValue, GlobalValueData, Signature, Type,
    UserExternalName, types,
};
use cranelift_codegen::isa::CallConv;
use cranelift_module::{DataId, FuncId, Linkage, Module, ModuleRelocTarget};
use cranelift_object::ObjectModule;
use rheo_bytecode::isa::NativeKind;
use rheo_lower::{LIBCALLS, Libcall};

/// A routine of the runtime that handlers jump to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Routine {
    /// Reports stack overflow.
    StackOverflow,
    /// Reports overflow of the dynamic stack.
    AllocaOverflow,
    /// Calls native code and dispatches the next instruction.
    Call(NativeKind),
    /// Calls native code and goes on with the rest of the instruction.
    CallThen(NativeKind),
    /// Calls native code with two integers that are in registers.
    CallPair,
    /// See `CallPair`.
    CallPairThen,
    /// The same for callees that may return twice.
    Setjmp,
    /// See `Setjmp`.
    SetjmpThen,
    /// The same for tail calls, which may give up the activation and do not come back then.
    TailCallThen,
    /// Calls the bytecode function of an entry stub. The VM object's own.
    CallStub,
}

const KINDS: [(NativeKind, &str); 6] = [
    (NativeKind::Ints2, "ints2"),
    (NativeKind::Ints4, "ints4"),
    (NativeKind::Ints6, "ints6"),
    (NativeKind::Floats2, "floats2"),
    (NativeKind::Floats8, "floats8"),
    (NativeKind::Generic, "generic"),
];

impl Routine {
    fn all() -> Vec<Routine> {
        let mut out = vec![Routine::StackOverflow, Routine::AllocaOverflow, Routine::Setjmp, Routine::SetjmpThen];
        out.extend([Routine::TailCallThen, Routine::CallStub, Routine::CallPair, Routine::CallPairThen]);
        out.extend(KINDS.iter().flat_map(|&(k, _)| [Routine::Call(k), Routine::CallThen(k)]));
        out
    }

    fn symbol(self) -> String {
        let kind = |kind| KINDS.iter().find(|(k, _)| *k == kind).expect("every kind is listed").1;
        match self {
            Routine::StackOverflow => "rheo_rt_stack_overflow".into(),
            Routine::AllocaOverflow => "rheo_rt_alloca_overflow".into(),
            Routine::Call(k) => format!("rheo_rt_call_{}", kind(k)),
            Routine::CallThen(k) => format!("rheo_rt_call_{}_then", kind(k)),
            Routine::CallPair => "rheo_rt_call_pair".into(),
            Routine::CallPairThen => "rheo_rt_call_pair_then".into(),
            Routine::Setjmp => "rheo_rt_call_setjmp".into(),
            Routine::SetjmpThen => "rheo_rt_call_setjmp_then".into(),
            Routine::TailCallThen => "rheo_rt_tail_call_then".into(),
            Routine::CallStub => "rheo_vm_call_stub".into(),
        }
    }

    /// Whether it takes a window behind the VM's registers.
    fn takes_window(self) -> bool {
        !matches!(self, Routine::StackOverflow | Routine::AllocaOverflow)
    }
}

/// Ids of all symbols.
pub struct Names {
    routines: Vec<(Routine, FuncId)>,
    libcalls: Vec<FuncId>,
    /// The table of escape handlers.
    pub escapes: DataId,
    /// The platform's C convention.
    pub c_call: CallConv,
    /// Whether functions are in several dialects.
    pub has_dialects: bool,
}

impl Names {
    /// Declares them, for a set with so many dialects.
    pub fn declare(module: &mut ObjectModule, dialects: usize) -> Result<Names, VmError> {
        let c_call = module.target_config().default_call_conv;
        let mut routines = Vec::new();
        for r in Routine::all() {
            let linkage = if r == Routine::CallStub { Linkage::Local } else { Linkage::Import };
            routines.push((r, module.declare_function(&r.symbol(), linkage, &signature(r.takes_window()))?));
        }
        let mut libcalls = Vec::new();
        for l in LIBCALLS {
            libcalls.push(module.declare_function(l.name, Linkage::Import, &libcall_signature(l, c_call))?);
        }
        let escapes = module.declare_data("rheo_vm_escapes", Linkage::Local, false, false)?;
        Ok(Names { routines, libcalls, escapes, c_call, has_dialects: dialects > 1 })
    }

    /// A reference to a routine, to be jumped to with a float accumulator of type `facc`.
    pub fn routine(&self, f: &mut Function, routine: Routine, facc: Type) -> FuncRef {
        let id = self.routines.iter().find(|(r, _)| *r == routine).expect("all are declared").1;
        self.func(f, id, signature_with(facc, routine.takes_window()))
    }

    /// Id of the routine that is the VM object's own.
    pub fn call_stub(&self) -> FuncId {
        self.routines.iter().find(|(r, _)| *r == Routine::CallStub).expect("all are declared").1
    }

    /// Whether a symbol is defined in the VM object: the escape table, and functions that are no one else's.
    pub fn is_own(&self, name: &ModuleRelocTarget) -> bool {
        match *name {
            ModuleRelocTarget::User { namespace: 1, index } => index == self.escapes.as_u32(),
            ModuleRelocTarget::User { namespace: 0, index } => {
                let foreign = self.routines.iter().filter(|(r, _)| *r != Routine::CallStub).map(|(_, id)| id);
                !foreign.chain(&self.libcalls).any(|id| id.as_u32() == index)
            }
            _ => false,
        }
    }

    /// A reference to a handler.
    pub fn handler(&self, f: &mut Function, id: FuncId) -> FuncRef {
        self.func(f, id, signature(false))
    }

    /// A reference to a function that dispatches, to be jumped to with a float accumulator of type `facc`.
    pub fn next(&self, f: &mut Function, id: FuncId, facc: Type) -> FuncRef {
        self.func(f, id, signature_with(facc, false))
    }

    /// A reference to a helper.
    pub fn libcall(&self, f: &mut Function, callee: &'static Libcall) -> FuncRef {
        let i = LIBCALLS.iter().position(|l| l.name == callee.name).expect("a row of the table");
        let sig = libcall_signature(callee, self.c_call);
        let signature = f.import_signature(sig);
        let name = f.declare_imported_user_function(UserExternalName::new(0, self.libcalls[i].as_u32()));
        // The runtime's own are linked in; libm's and libgcc's may come from a shared library.
        let colocated = callee.name.starts_with("rheo_rt_");
        f.import_function(ExtFuncData { name: ExternalName::user(name), signature, colocated, patchable: false })
    }

    /// The address of the escape table.
    pub fn escape_table(&self, f: &mut Function) -> GlobalValue {
        let name = f.declare_imported_user_function(UserExternalName::new(1, self.escapes.as_u32()));
        let name = ExternalName::user(name);
        let offset = 0.into();
        f.create_global_value(GlobalValueData::Symbol { name, offset, colocated: true, tls: false })
    }

    fn func(&self, f: &mut Function, id: FuncId, sig: Signature) -> FuncRef {
        let signature = f.import_signature(sig);
        let name = f.declare_imported_user_function(UserExternalName::new(0, id.as_u32()));
        f.import_function(ExtFuncData { name: ExternalName::user(name), signature, colocated: true, patchable: false })
    }
}

/// Signature of handlers: the VM's registers; a routine that calls native code also takes the window, and the target in
/// `acc`'s place.
pub fn signature(window: bool) -> Signature {
    signature_with(types::I8X16, window)
}

/// The same where the float accumulator holds a value of type `facc`: a scalar is passed in the same register as a
/// vector, without its upper lanes being made.
pub fn signature_with(facc: Type, window: bool) -> Signature {
    let mut s = Signature::new(CallConv::Tail);
    s.params.extend([types::I64; 5].map(AbiParam::new));
    if window {
        s.params.push(AbiParam::new(types::I64));
    }
    s.params.push(AbiParam::new(facc));
    s.returns.extend([types::I64, types::I8X16].map(AbiParam::new));
    s
}

fn libcall_signature(l: &Libcall, convention: CallConv) -> Signature {
    let mut s = Signature::new(convention);
    s.params.extend(l.params.iter().copied().map(AbiParam::new));
    s.returns.extend(l.results.iter().copied().map(AbiParam::new));
    s
}
