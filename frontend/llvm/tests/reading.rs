//! Reads what clang makes of the C files in `tests/c` at several levels: nothing is unsupported, the module verifies,
//! and every shim compiles. A first line `// flags: …` gives clang flags.

use std::path::Path;
use std::process::Command;

const LEVELS: [&str; 3] = ["-O0", "-O2", "-Oz"];

fn bitcode(source: &Path, level: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(source).expect("the file is there");
    let flags = text.lines().next().and_then(|l| l.strip_prefix("// flags: ")).unwrap_or("");
    let clang = Command::new("clang-19")
        .args(["-c", "-emit-llvm", "-std=gnu2x", "-g", "-w", level, "-o", "-"])
        .args(flags.split_whitespace())
        .arg(source)
        .output()
        .expect("clang-19 runs");
    assert!(clang.status.success(), "{}", String::from_utf8_lossy(&clang.stderr));
    clang.stdout
}

fn check(name: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(name);
    for level in LEVELS {
        let module = match rheo_llvm::read(&bitcode(&source, level), name) {
            Ok(module) => module,
            Err(error) => panic!("{name} {level}:\n{error}"),
        };
        if let Err(errors) = rheo_ir::verify(&module) {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{name} {level}:\n{}", errors.join("\n"));
        }
        for shim in &module.shims {
            let object = rheo_llvm::compile_shims(
                &module.triple,
                &module.data_layout,
                std::slice::from_ref(shim),
                &module.module_asm,
            );
            if let Err(error) = object {
                panic!("{name} {level}: {error}\n{}", shim.llvm);
            }
        }
    }
}

macro_rules! files {
    ($($test:ident = $file:literal;)*) => {$(
        #[test]
        fn $test() {
            check($file);
        }
    )*};
}

files! {
    assembly = "assembly.c";
    atomics = "atomics.c";
    avx2 = "avx2.c";
    builtins = "builtins.c";
    loops = "loops.c";
    mmx = "mmx.c";
    sse = "sse.c";
    vectors = "vectors.c";
}
