//! Textual IR in, Rheo's text form out: each `modules/NAME.ll` reads as `NAME.ir` says. Set `RHEO_BLESS=1` to rewrite
//! the expectations.

use std::fs;
use std::path::Path;
use std::thread;

#[test]
fn modules_read_as_expected() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules");
    let mut failures = Vec::new();
    for entry in fs::read_dir(&dir).expect("the directory is there") {
        let path = entry.expect("the directory can be listed").path();
        if path.extension().is_none_or(|e| e != "ll") {
            continue;
        }
        let name = path.file_name().expect("it is a file").to_string_lossy().into_owned();
        let module = match rheo_llvm::read(&fs::read(&path).expect("it can be read"), &name) {
            Ok(module) => module,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        if let Err(errors) = rheo_ir::verify(&module) {
            failures.extend(errors.iter().map(|e| format!("{name}: {e}")));
        }
        let text = rheo_ir::Printer::new(&module).module();
        let expected_path = path.with_extension("ir");
        if std::env::var_os("RHEO_BLESS").is_some() {
            fs::write(&expected_path, &text).expect("the expectation can be written");
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if let Some((i, (got, want))) =
            text.lines().zip(expected.lines().chain(std::iter::repeat(""))).enumerate().find(|(_, (a, b))| a != b)
        {
            failures.push(format!("{name}: line {} is `{got}`, expected `{want}`", i + 1));
        } else if text.lines().count() != expected.lines().count() {
            failures.push(format!("{name}: fewer lines than expected"));
        }
        match rheo_ir::parse_module(&text) {
            Ok(parsed) if parsed == module => {}
            Ok(_) => failures.push(format!("{name}: the text form parses back to something else")),
            Err(error) => failures.push(format!("{name}: the text form does not parse: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn threads_read_side_by_side() {
    let text = include_bytes!("modules/data.ll");
    let alone = rheo_llvm::read(text, "data").expect("it reads");
    thread::scope(|scope| {
        let readers: Vec<_> = (0..8)
            .map(|i| {
                scope.spawn(move || {
                    // A crash of LLVM's beside it must not disturb a reader.
                    let _ = rheo_llvm::read(&include_bytes!("damaged.bc")[..400 + 8 * i], "damaged");
                    rheo_llvm::read(text, "data").expect("it reads")
                })
            })
            .collect();
        for reader in readers {
            assert!(reader.join().expect("no panic") == alone);
        }
    });
}
