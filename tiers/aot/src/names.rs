//! Names of the symbols that the object file defines or needs beside the program's own (docs/vm.md, "Symbols").

use rheo_ir::RegionName;

/// The context of dialect 0; so begin the other ones' names.
pub const CONTEXT: &str = "rheo_ctx";
/// The runtime's generic call.
pub const NATIVE_CALL: &str = "rheo_native_call";
/// Entry for signatures of at most two integers, with at most one result of each kind.
pub const ENTRY_INTS2: &str = "rheo_entry_ints2";
/// Entry for signatures of integers.
pub const ENTRY_INTS: &str = "rheo_entry_ints";
/// Entry for every other signature.
pub const ENTRY_GENERIC: &str = "rheo_entry_generic";
/// The runtime's stand-in for [`UNWINDER`]'s last.
pub const RESUME: &str = "rheo_rt_resume";
/// The unwinder's routines that the context names, in its order.
pub const UNWINDER: [&str; 4] = ["_Unwind_GetGR", "_Unwind_SetGR", "_Unwind_SetIP", RESUME_NATIVE];
/// The personality routine of C, which knows clean-ups alone.
pub const C_PERSONALITY: &str = "__gcc_personality_v0";
/// Those by which personality routines are asked, next in the context.
pub const ASKING: [&str; 2] = ["_Unwind_Backtrace", "_Unwind_GetIP"];
/// C's name of what lets an exception go on.
const RESUME_NATIVE: &str = "_Unwind_Resume";
/// The way that stubs share to an entry.
pub const STUBS_WAY: &str = "rheo.stubs";
/// The image.
pub const IMAGE: &str = "rheo.image";

/// The context of a dialect.
pub fn context(dialect: u8) -> String {
    match dialect {
        0 => CONTEXT.into(),
        _ => format!("{CONTEXT}_{dialect}"),
    }
}

/// Code that sets `al` and jumps to the variadic function `name`.
pub fn variadic_call(name: &str) -> String {
    format!("rheo.va.{name}")
}

/// The code that stands for function `name` when its personality routine is asked.
pub fn stand_in(name: &str) -> String {
    format!("rheo.exceptions.{name}")
}

/// The machine code of a region of function `name`.
pub fn block(name: &str, region: &RegionName) -> String {
    format!("rheo.{}.{}.{name}", region.kind.name(), region.head)
}

/// The code behind the thunk that is function `name`.
pub fn body(name: &str) -> String {
    format!("rheo.body.{name}")
}

/// The accessor of the thread-local variable `name`.
pub fn tls_accessor(name: &str) -> String {
    format!("rheo.tls.{name}")
}
