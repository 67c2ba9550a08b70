//! What is refused, and how it is said.

use rheo_llvm::{ReadError, read};

fn error_of(bytes: &[u8]) -> ReadError {
    read(bytes, "input").expect_err("this must not read")
}

fn not_bitcode(bytes: &[u8]) -> String {
    match error_of(bytes) {
        ReadError::NotBitcode { found, .. } => found,
        other => panic!("unexpected error: {other}"),
    }
}

fn malformed(bytes: &[u8]) -> String {
    match error_of(bytes) {
        ReadError::Malformed { message, .. } => message,
        other => panic!("unexpected error: {other}"),
    }
}

#[test]
fn foreign_files_are_named() {
    assert_eq!(not_bitcode(b""), "an empty file");
    assert_eq!(not_bitcode(b"!<arch>\nfoo"), "an archive");
    assert!(not_bitcode(b"\x7fELF\x02\x01\x01").starts_with("an ELF object"));
    assert_eq!(not_bitcode(b"BC"), "the first bytes of truncated bitcode");
    assert_eq!(not_bitcode(b"\x00\x01\x02"), "binary data of no known kind");
}

#[test]
fn broken_modules_carry_llvms_words() {
    assert_eq!(malformed(b"BC\xc0\xde\x35\x14"), "Invalid bitcode signature");
    let undefined = malformed(b"define i32 @f() { ret i32 %x }");
    assert!(undefined.starts_with("1:27: error: use of undefined value '%x'"), "{undefined}");
    let broken = malformed(b"define i32 @f() {\n  %x = add i32 %x, 1\n  ret i32 %x\n}");
    assert!(broken.starts_with("broken module: Only PHI nodes may reference their own value"), "{broken}");
}

#[test]
fn everything_unsupported_is_listed() {
    let text = r#"
        @i = ifunc void (...), ptr @r
        define ptr @r() { ret ptr null }
        define void @f(ptr %p) {
          %x = load <vscale x 4 x i32>, ptr %p
          store i32 0, ptr %p
          call ghccc void @g()
          ret void
        }
        define ghccc void @g() { ret void }
        define void @h(ptr addrspace(1) %q) { ret void }
    "#;
    let ReadError::Unsupported(list) = error_of(text.as_bytes()) else { panic!("expected a list") };
    let said: Vec<(Option<&str>, &str)> = list.iter().map(|u| (u.symbol.as_deref(), u.what.as_str())).collect();
    assert!(said.contains(&(Some("i"), "ifunc with variable arguments")), "{said:?}");
    assert!(said.contains(&(Some("f"), "value of type <vscale x 4 x i32>")), "{said:?}");
    assert!(said.contains(&(Some("g"), "calling convention 10")), "{said:?}");
    assert!(said.contains(&(Some("h"), "pointer into address space 1")), "{said:?}");
    let call = list.iter().find(|u| u.instruction.as_deref() == Some("call ghccc void @g()"));
    assert_eq!(call.expect("it is in the list").what, "calling convention 10");
}

#[test]
fn positions_come_from_debug_information() {
    let text = r#"
        define void @f(ptr %p) !dbg !4 {
          %x = load <vscale x 4 x i32>, ptr %p, !dbg !7
          ret void, !dbg !7
        }
        !llvm.dbg.cu = !{!0}
        !llvm.module.flags = !{!2}
        !0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1)
        !1 = !DIFile(filename: "a.c", directory: "/src")
        !2 = !{i32 2, !"Debug Info Version", i32 3}
        !4 = distinct !DISubprogram(name: "f", file: !1, line: 3, type: !5, unit: !0, spFlags: DISPFlagDefinition)
        !5 = !DISubroutineType(types: !6)
        !6 = !{}
        !7 = !DILocation(line: 4, column: 12, scope: !4)
    "#;
    let message = error_of(text.as_bytes()).to_string();
    assert!(message.starts_with("/src/a.c:4:12: unsupported: value of type"), "{message}");
}

#[test]
fn damaged_bitcode_never_crashes() {
    let bitcode = include_bytes!("damaged.bc");
    let mut seed = 1u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for round in 0..150 {
        let mut bytes = bitcode.to_vec();
        if round % 3 == 0 {
            bytes.truncate(random(bytes.len()));
        } else {
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                bytes[at] ^= 1 << random(8);
            }
        }
        let _ = read(&bytes, "damaged");
    }
}
