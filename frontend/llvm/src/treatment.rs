//! What becomes of each LLVM intrinsic: the one list of them. Calls are read by it, and the table of what is supported
//! is made from it.
//!
//! Owns which intrinsics there are and how they are treated. How those with ops of ours are read stands in
//! `intrinsics`, `math`, `reduce`, `x86`.

use llvm_sys::core::{LLVMIntrinsicGetName, LLVMLookupIntrinsicID};
use std::fmt;

/// What becomes of calls of an intrinsic. What is not refused runs in every tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Treatment {
    /// Nothing: a hint, a marker, instrumentation.
    Dropped,
    /// Its result is its first operand.
    Transparent,
    /// Made of ops of ours, except on types that have none, which go out of line.
    Ops(Family),
    /// Code that LLVM makes, called out of line.
    OutOfLine,
    /// An error with this reason. Such intrinsics mean the frame or the code around them, which another's code cannot
    /// stand in for, or LLVM makes no machine code of them for our targets.
    Refused(&'static str),
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Treatment::Dropped => f.write_str("dropped"),
            Treatment::Transparent => f.write_str("its first operand"),
            Treatment::Ops(_) => f.write_str("ops"),
            Treatment::OutOfLine => f.write_str("out of line"),
            Treatment::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

/// Which part of the reader knows an intrinsic with ops of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Arithmetic, element by element on vectors.
    Elementwise,
    /// What is neither element-wise nor of one machine.
    Plain,
    /// `vector.reduce.*`.
    Reduction,
    /// The selector of a type of exception.
    TypeId,
    /// `__builtin_setjmp` and `__builtin_longjmp`.
    Jump,
    /// A call of the Objective-C runtime's function of that name.
    ObjC,
    /// `x86.*`.
    X86,
}

const CFI: Treatment = Treatment::Refused("control-flow integrity");
const CODEGEN: Treatment = Treatment::Refused("made by LLVM's code generator alone");
const COPY: Treatment = Treatment::Refused("element-wise atomic copy");
const COROUTINE: Treatment = Treatment::Refused("coroutine that was not split");
const DEOPT: Treatment = Treatment::Refused("deoptimisation");
const EH: Treatment = Treatment::Refused("exception handling");
const FRAME: Treatment = Treatment::Refused("layout of the native frame");
const GC: Treatment = Treatment::Refused("garbage collection");
const LOOP: Treatment = Treatment::Refused("hardware loop of another machine");
const NO_CODE: Treatment = Treatment::Refused("LLVM makes no machine code of it");
const OTHER: Treatment = Treatment::Refused("of another machine");
const PREALLOCATED: Treatment = Treatment::Refused("preallocated arguments");
const REGISTER: Treatment = Treatment::Refused("access to a named register");
const SANITIZER: Treatment = Treatment::Refused("check of a sanitizer that LLVM has not lowered");
const SHARED: Treatment = Treatment::Refused("frame shared with another function");
const TRAMPOLINE: Treatment = Treatment::Refused("code made at run time");

const DROP: Treatment = Treatment::Dropped;
const ELEMENTS: Treatment = Treatment::Ops(Family::Elementwise);
const FIRST: Treatment = Treatment::Transparent;
const PLAIN: Treatment = Treatment::Ops(Family::Plain);
const SHIM: Treatment = Treatment::OutOfLine;

/// Intrinsics by the names that `base_name` gives them, in order.
const TABLE: &[(&str, Treatment)] = &[
    ("abs", ELEMENTS),
    ("acos", ELEMENTS),
    ("addressofreturnaddress", PLAIN),
    ("adjust.trampoline", TRAMPOLINE),
    ("allow.runtime.check", PLAIN),
    ("allow.ubsan.check", PLAIN),
    ("annotation", FIRST),
    ("arithmetic.fence", FIRST),
    ("asan.check.memaccess", SANITIZER),
    ("asin", ELEMENTS),
    ("assume", DROP),
    ("atan", ELEMENTS),
    ("bitreverse", ELEMENTS),
    ("bswap", ELEMENTS),
    ("call.preallocated.arg", PREALLOCATED),
    ("call.preallocated.setup", PREALLOCATED),
    ("call.preallocated.teardown", PREALLOCATED),
    ("callbr.landingpad", CODEGEN),
    ("canonicalize", ELEMENTS),
    ("ceil", ELEMENTS),
    ("clear_cache", DROP),
    ("codeview.annotation", DROP),
    ("convert.from.fp16", SHIM),
    ("convert.to.fp16", SHIM),
    ("copysign", ELEMENTS),
    ("cos", ELEMENTS),
    ("cosh", ELEMENTS),
    ("ctlz", ELEMENTS),
    ("ctpop", ELEMENTS),
    ("cttz", ELEMENTS),
    ("debugtrap", SHIM),
    ("donothing", DROP),
    ("eh.sjlj.longjmp", Treatment::Ops(Family::Jump)),
    ("eh.sjlj.setjmp", Treatment::Ops(Family::Jump)),
    ("eh.typeid.for", Treatment::Ops(Family::TypeId)),
    ("exp", ELEMENTS),
    ("exp10", ELEMENTS),
    ("exp2", ELEMENTS),
    ("expect", FIRST),
    ("expect.with.probability", FIRST),
    ("experimental.constrained.maximum", NO_CODE),
    ("experimental.constrained.minimum", NO_CODE),
    ("experimental.convergence.anchor", DROP),
    ("experimental.convergence.entry", DROP),
    ("experimental.convergence.loop", DROP),
    ("experimental.cttz.elts", SHIM),
    ("experimental.deoptimize", DEOPT),
    ("experimental.get.vector.length", SHIM),
    ("experimental.guard", DEOPT),
    ("experimental.noalias.scope.decl", DROP),
    ("experimental.patchpoint", Treatment::Refused("patch point")),
    ("experimental.patchpoint.void", Treatment::Refused("patch point")),
    ("experimental.stackmap", Treatment::Refused("stack map")),
    ("experimental.stepvector", SHIM),
    ("experimental.vector.compress", SHIM),
    ("experimental.vector.histogram.add", SHIM),
    ("experimental.vector.partial.reduce.add", SHIM),
    ("experimental.vp.reverse", NO_CODE),
    ("experimental.vp.splat", NO_CODE),
    ("experimental.vp.splice", NO_CODE),
    ("experimental.vp.strided.load", NO_CODE),
    ("experimental.vp.strided.store", NO_CODE),
    ("experimental.widenable.condition", DEOPT),
    ("fabs", ELEMENTS),
    ("floor", ELEMENTS),
    ("fma", ELEMENTS),
    ("fmuladd", ELEMENTS),
    ("fptosi.sat", ELEMENTS),
    ("fptoui.sat", ELEMENTS),
    ("fptrunc.round", OTHER),
    ("frameaddress", PLAIN),
    ("frexp", ELEMENTS),
    ("fshl", ELEMENTS),
    ("fshr", ELEMENTS),
    ("gcread", GC),
    ("gcroot", GC),
    ("gcwrite", GC),
    ("get.active.lane.mask", SHIM),
    ("get.dynamic.area.offset", FRAME),
    ("get.fpenv", SHIM),
    ("get.fpmode", SHIM),
    ("get.rounding", SHIM),
    ("icall.branch.funnel", CFI),
    ("init.trampoline", TRAMPOLINE),
    ("invariant.end", DROP),
    ("invariant.start", PLAIN),
    ("is.constant", PLAIN),
    ("is.fpclass", ELEMENTS),
    ("launder.invariant.group", FIRST),
    ("ldexp", ELEMENTS),
    ("lifetime.end", DROP),
    ("lifetime.start", DROP),
    ("llrint", ELEMENTS),
    ("llround", ELEMENTS),
    ("load.relative", PLAIN),
    ("localaddress", SHARED),
    ("localescape", SHARED),
    ("localrecover", SHARED),
    ("log", ELEMENTS),
    ("log10", ELEMENTS),
    ("log2", ELEMENTS),
    ("loop.decrement", LOOP),
    ("loop.decrement.reg", LOOP),
    ("lrint", ELEMENTS),
    ("lround", ELEMENTS),
    ("masked.compressstore", SHIM),
    ("masked.expandload", SHIM),
    ("masked.gather", SHIM),
    ("masked.load", SHIM),
    ("masked.scatter", SHIM),
    ("masked.store", SHIM),
    ("maximum", ELEMENTS),
    ("maxnum", ELEMENTS),
    ("memcpy", PLAIN),
    ("memcpy.element.unordered.atomic", COPY),
    ("memcpy.inline", PLAIN),
    ("memmove", PLAIN),
    ("memmove.element.unordered.atomic", COPY),
    ("memset", PLAIN),
    ("memset.element.unordered.atomic", COPY),
    ("memset.inline", PLAIN),
    ("minimum", ELEMENTS),
    ("minnum", ELEMENTS),
    ("nearbyint", ELEMENTS),
    ("objc.arc.annotation.bottomup.bbend", DROP),
    ("objc.arc.annotation.bottomup.bbstart", DROP),
    ("objc.arc.annotation.topdown.bbend", DROP),
    ("objc.arc.annotation.topdown.bbstart", DROP),
    ("objc.clang.arc.noop.use", DROP),
    ("objc.clang.arc.use", DROP),
    ("objectsize", PLAIN),
    ("pcmarker", DROP),
    ("pow", ELEMENTS),
    ("powi", ELEMENTS),
    ("prefetch", DROP),
    ("preserve.array.access.index", OTHER),
    ("preserve.static.offset", FIRST),
    ("preserve.struct.access.index", OTHER),
    ("preserve.union.access.index", OTHER),
    ("pseudoprobe", DROP),
    ("ptr.annotation", FIRST),
    ("ptrmask", PLAIN),
    ("public.type.test", PLAIN),
    ("read_register", PLAIN),
    ("read_volatile_register", PLAIN),
    ("readcyclecounter", SHIM),
    ("readsteadycounter", SHIM),
    ("reset.fpenv", SHIM),
    ("reset.fpmode", SHIM),
    ("returnaddress", PLAIN),
    ("rint", ELEMENTS),
    ("round", ELEMENTS),
    ("roundeven", ELEMENTS),
    ("sadd.sat", ELEMENTS),
    ("sadd.with.overflow", ELEMENTS),
    ("scmp", ELEMENTS),
    ("sdiv.fix", SHIM),
    ("sdiv.fix.sat", SHIM),
    ("set.fpenv", SHIM),
    ("set.fpmode", SHIM),
    ("set.loop.iterations", LOOP),
    ("set.rounding", SHIM),
    ("sideeffect", DROP),
    ("sin", ELEMENTS),
    ("sinh", ELEMENTS),
    ("smax", ELEMENTS),
    ("smin", ELEMENTS),
    ("smul.fix", SHIM),
    ("smul.fix.sat", SHIM),
    ("smul.with.overflow", ELEMENTS),
    ("sponentry", FRAME),
    ("sqrt", ELEMENTS),
    ("ssa.copy", FIRST),
    ("sshl.sat", SHIM),
    ("ssub.sat", ELEMENTS),
    ("ssub.with.overflow", ELEMENTS),
    ("stackguard", CODEGEN),
    ("stackprotector", CODEGEN),
    ("stackrestore", PLAIN),
    ("stacksave", PLAIN),
    ("start.loop.iterations", LOOP),
    ("strip.invariant.group", FIRST),
    ("swift.async.context.addr", Treatment::Refused("Swift's calling convention")),
    ("tan", ELEMENTS),
    ("tanh", ELEMENTS),
    ("test.set.loop.iterations", LOOP),
    ("test.start.loop.iterations", LOOP),
    ("thread.pointer", SHIM),
    ("threadlocal.address", FIRST),
    ("trap", PLAIN),
    ("trunc", ELEMENTS),
    ("type.checked.load", CFI),
    ("type.checked.load.relative", CFI),
    ("type.test", PLAIN),
    ("uadd.sat", ELEMENTS),
    ("uadd.with.overflow", ELEMENTS),
    ("ubsantrap", PLAIN),
    ("ucmp", ELEMENTS),
    ("udiv.fix", SHIM),
    ("udiv.fix.sat", SHIM),
    ("umax", ELEMENTS),
    ("umin", ELEMENTS),
    ("umul.fix", SHIM),
    ("umul.fix.sat", SHIM),
    ("umul.with.overflow", ELEMENTS),
    ("ushl.sat", SHIM),
    ("usub.sat", ELEMENTS),
    ("usub.with.overflow", ELEMENTS),
    ("va_copy", PLAIN),
    ("va_end", DROP),
    ("va_start", PLAIN),
    ("var.annotation", DROP),
    ("vector.deinterleave2", PLAIN),
    ("vector.extract", PLAIN),
    ("vector.insert", PLAIN),
    ("vector.interleave2", PLAIN),
    ("vector.reverse", PLAIN),
    ("vector.splice", PLAIN),
    ("vp.ceil", NO_CODE),
    ("vp.copysign", NO_CODE),
    ("vp.ctlz", NO_CODE),
    ("vp.ctpop", NO_CODE),
    ("vp.cttz", NO_CODE),
    ("vp.cttz.elts", NO_CODE),
    ("vp.floor", NO_CODE),
    ("vp.fshl", NO_CODE),
    ("vp.fshr", NO_CODE),
    ("vp.is.fpclass", NO_CODE),
    ("vp.llrint", NO_CODE),
    ("vp.lrint", NO_CODE),
    ("vp.maximum", NO_CODE),
    ("vp.merge", NO_CODE),
    ("vp.minimum", NO_CODE),
    ("vp.nearbyint", NO_CODE),
    ("vp.rint", NO_CODE),
    ("vp.round", NO_CODE),
    ("vp.roundeven", NO_CODE),
    ("vp.roundtozero", NO_CODE),
    ("vp.sadd.sat", NO_CODE),
    ("vp.select", NO_CODE),
    ("vp.ssub.sat", NO_CODE),
    ("vp.uadd.sat", NO_CODE),
    ("vp.usub.sat", NO_CODE),
    ("vscale", Treatment::Refused("scalable vector")),
    ("write_register", REGISTER),
    ("xray.customevent", DROP),
    ("xray.typedevent", DROP),
];

/// Intrinsics that are alike, by how their names begin.
const FAMILIES: &[(&str, Treatment)] = &[
    ("coro.", COROUTINE),
    ("dbg.", DROP),
    ("eh.", EH),
    ("experimental.constrained.", SHIM),
    ("experimental.gc.", GC),
    ("hwasan.check.memaccess", SANITIZER),
    ("instrprof.", DROP),
    ("matrix.", SHIM),
    ("objc.", Treatment::Ops(Family::ObjC)),
    ("ptrauth.", Treatment::Refused("pointer authentication")),
    ("seh.", Treatment::Refused("structured exception handling")),
    ("vector.reduce.", Treatment::Ops(Family::Reduction)),
    ("vp.", SHIM),
];

/// The treatment of the intrinsic with this name (without `llvm.` and types); `None` if it is not known.
pub(crate) fn treatment(base: &str) -> Option<Treatment> {
    if let Some(machine) = base.strip_prefix("x86.") {
        return Some(crate::x86::treatment(machine));
    }
    if let Ok(at) = TABLE.binary_search_by_key(&base, |&(name, _)| name) {
        return Some(TABLE[at].1);
    }
    FAMILIES.iter().find(|(prefix, _)| base.starts_with(prefix)).map(|&(_, treatment)| treatment)
}

/// Every intrinsic that the LLVM in use has for all machines, and those for x86: its name, without `llvm.`, and what
/// becomes of it; `None` if that is not said anywhere.
pub fn intrinsics() -> Vec<(String, Option<Treatment>)> {
    /// Numbers go by name: first the intrinsics of all machines, then machine by machine, of which this is the last.
    const LAST: &str = "llvm.xcore.zext";
    // SAFETY: pointer and length describe the name.
    let last = unsafe { LLVMLookupIntrinsicID(LAST.as_ptr().cast(), LAST.len()) };
    let mut names = Vec::new();
    for id in 1..=last {
        let mut length = 0;
        // SAFETY: `id` is at most that of an intrinsic, and names live for ever.
        let name = unsafe {
            let start = LLVMIntrinsicGetName(id, &mut length).cast::<u8>();
            std::slice::from_raw_parts(start, length)
        };
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    let general = names.iter().position(|n| n == "llvm.xray.typedevent").map_or(0, |last| last + 1);
    let x86 = names[general..].iter().filter(|n| n.starts_with("llvm.x86."));
    names[..general]
        .iter()
        .chain(x86)
        .map(|name| (name["llvm.".len()..].to_owned(), treatment(crate::intrinsics::base_name(name))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn every_intrinsic_is_known() {
        let all = intrinsics();
        assert!(all.len() > 1500, "{} intrinsics", all.len());
        let unknown: Vec<_> = all.iter().filter(|(_, t)| t.is_none()).map(|(name, _)| name).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
