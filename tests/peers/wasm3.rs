//! Runs a WASI program in wasm3: `peer-wasm3 FILE.wasm ARGS`. The interpreter's object file is linked in by the bench.

mod wasi;

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use wasi::{FUNCTIONS, Function, MODULE, Wasi};

/// A zero pointer, or a message.
type M3Result = *const c_char;

#[repr(C)]
struct ImportContext {
    userdata: *mut c_void,
    function: *mut c_void,
}

type Raw = unsafe extern "C" fn(*mut c_void, *mut ImportContext, *mut u64, *mut c_void) -> *const c_void;

unsafe extern "C" {
    fn m3_NewEnvironment() -> *mut c_void;
    fn m3_NewRuntime(environment: *mut c_void, stack_bytes: u32, userdata: *mut c_void) -> *mut c_void;
    fn m3_ParseModule(environment: *mut c_void, module: *mut *mut c_void, bytes: *const u8, count: u32) -> M3Result;
    fn m3_LoadModule(runtime: *mut c_void, module: *mut c_void) -> M3Result;
    fn m3_LinkRawFunctionEx(
        module: *mut c_void,
        name: *const c_char,
        function: *const c_char,
        signature: *const c_char,
        body: Raw,
        userdata: *const c_void,
    ) -> M3Result;
    fn m3_FindFunction(function: *mut *mut c_void, runtime: *mut c_void, name: *const c_char) -> M3Result;
    fn m3_CallArgv(function: *mut c_void, count: u32, arguments: *const *const c_char) -> M3Result;
    fn m3_GetMemory(runtime: *mut c_void, bytes: *mut u32, index: u32) -> *mut u8;
    static m3Err_functionLookupFailed: M3Result;
}

thread_local! {
    static WASI: RefCell<Wasi> = RefCell::new(Wasi::new(std::env::args().skip(1)));
}

/// Every function of WASI: `userdata` says which.
///
/// # Safety
/// As wasm3 calls functions that are linked with one of [`FUNCTIONS`] as userdata.
unsafe extern "C" fn body(
    runtime: *mut c_void,
    context: *mut ImportContext,
    stack: *mut u64,
    _memory: *mut c_void,
) -> *const c_void {
    // SAFETY: linked with a reference to a static.
    let function = unsafe { &*(*context).userdata.cast::<Function>() };
    let result = usize::from(function.name != wasi::EXIT);
    let mut bytes = 0;
    // SAFETY: the runtime is the one that runs; its memory does not move during the call; wasm3 puts the result's slot and
    // then the arguments, each of 8 bytes, at `stack`.
    let (memory, arguments) = unsafe {
        let memory = m3_GetMemory(runtime, &raw mut bytes, 0);
        let arguments = std::slice::from_raw_parts(stack.add(result), function.parameters.len());
        (std::slice::from_raw_parts_mut(memory, bytes as usize), arguments)
    };
    // An i32 fills the low half of its slot.
    let narrowed = function.parameters.bytes().zip(arguments);
    let numbers: Vec<u64> = narrowed.map(|(kind, n)| if kind == b'i' { n & 0xffff_ffff } else { *n }).collect();
    let errno = WASI.with_borrow_mut(|wasi| wasi.call(function.name, memory, &numbers));
    // SAFETY: the result's slot, for only `EXIT` has none, and does not come back.
    unsafe { stack.cast::<i32>().write(errno) };
    ptr::null()
}

fn check(result: M3Result) {
    if !result.is_null() {
        // SAFETY: wasm3's results are static strings.
        eprintln!("{}", unsafe { CStr::from_ptr(result) }.to_string_lossy());
        std::process::exit(134);
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("the path of a WebAssembly module");
    let bytes = std::fs::read(&path).expect("the module can be read");
    // SAFETY: in the order that wasm3 asks for; `bytes` and every string outlive the calls.
    unsafe {
        let environment = m3_NewEnvironment();
        let runtime = m3_NewRuntime(environment, 8 << 20, ptr::null_mut());
        let mut module = ptr::null_mut();
        check(m3_ParseModule(environment, &raw mut module, bytes.as_ptr(), bytes.len() as u32));
        check(m3_LoadModule(runtime, module));
        let module_name = CString::new(MODULE).expect("no zero within");
        for function in FUNCTIONS {
            let name = CString::new(function.name).expect("no zero within");
            let result = if function.name == wasi::EXIT { 'v' } else { 'i' };
            let signature = CString::new(format!("{result}({})", function.parameters)).expect("no zero within");
            let userdata = ptr::from_ref(function).cast();
            let linked =
                m3_LinkRawFunctionEx(module, module_name.as_ptr(), name.as_ptr(), signature.as_ptr(), body, userdata);
            if linked != m3Err_functionLookupFailed {
                check(linked);
            }
        }
        let mut start = ptr::null_mut();
        check(m3_FindFunction(&raw mut start, runtime, c"_start".as_ptr()));
        check(m3_CallArgv(start, 0, ptr::null()));
    }
}
