//! Bad input of every sort: a message and an exit code, never a panic, a signal, a hang or a half-written file.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::Trial;
use rheo_tests::process::{End, Outcome};
use rheo_tests::rheo::{misbehaviour, rheo_with};
use rheo_tests::{clang, harness, places};

const LIMIT: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    harness::main(|| {
        let mut trials = files();
        trials.extend(links());
        trials.extend(command_lines());
        trials.extend(derived());
        Ok(trials)
    })
}

/// Runs `rheo` where a failure is expected: `says` must all be in its message, and `product` must not appear.
fn refused(args: Vec<OsString>, says: &[&str], product: Option<&Path>) -> Result<()> {
    let outcome = rheo_with(&args, LIMIT)?;
    if let Some(complaint) = misbehaviour(&outcome) {
        bail!("{args:?}: {complaint}");
    }
    let stderr = outcome.stderr_text();
    for text in says {
        ensure!(stderr.to_lowercase().contains(&text.to_lowercase()), "the message does not say {text:?}:\n{stderr}");
    }
    if let Some(product) = product {
        ensure!(!product.exists(), "{} was written all the same", product.display());
    }
    Ok(())
}

fn args<const N: usize>(list: [&dyn AsRef<std::ffi::OsStr>; N]) -> Vec<OsString> {
    list.iter().map(|arg| arg.as_ref().to_owned()).collect()
}

/// A file that is refused both by `run` and by `build`, named in the message.
fn bad_file(
    name: &str,
    file: &str,
    bytes: impl FnOnce() -> Result<Vec<u8>> + Send + 'static,
    says: &'static [&'static str],
) -> Trial {
    let file = file.to_owned();
    harness::trial(format!("file {name}"), move || {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(&file);
        fs::write(&path, bytes()?)?;
        let says: Vec<&str> = says.iter().copied().chain([file.as_str()]).collect();
        refused(args([&"run", &path]), &says, None)?;
        let product = folder.path().join("product");
        refused(args([&"build", &path, &"--budget", &"50%", &"-o", &product]), &says, Some(&product))
    })
}

/// Bitcode of a small program.
fn sample() -> Result<Vec<u8>> {
    Ok(fs::read(sample_path()?)?)
}

fn sample_path() -> Result<PathBuf> {
    clang::bitcode(&places::ours("kernels/vmswitch.c"), &["-O2".into(), "-DREPS_DIV=100".into()], &[])
}

fn native_object() -> Result<PathBuf> {
    let source = places::ours("kernels/fib.c");
    clang::made(&args([&clang::CLANG, &"-c", &source]), &[&source], "o")
}

fn files() -> Vec<Trial> {
    let mut trials = vec![
        bad_file("empty", "empty.bc", || Ok(Vec::new()), &[]),
        bad_file("empty assembly", "empty.ll", || Ok(Vec::new()), &["empty file"]),
        bad_file("text as bitcode", "text.bc", || Ok(b"this is no bitcode\n".to_vec()), &[]),
        bad_file("zeroes", "zeroes.bc", || Ok(vec![0; 4096]), &[]),
        bad_file("magic alone", "magic.bc", || Ok(b"BC\xc0\xde".to_vec()), &[]),
        bad_file("ELF object", "native.o", || Ok(fs::read(native_object()?)?), &["native"]),
        bad_file("ELF object called .bc", "native.bc", || Ok(fs::read(native_object()?)?), &[]),
        bad_file("empty archive", "empty.a", || Ok(b"!<arch>\n".to_vec()), &[]),
        bad_file("broken archive", "broken.a", || Ok(b"!<arch>\nfoo.bc/ 99999999999999999\n".to_vec()), &[]),
        bad_file("broken assembly", "broken.ll", || Ok(b"define i32 @main( {".to_vec()), &["1"]),
        bad_file("unknown suffix", "program.xyz", || Ok(b"hello".to_vec()), &[]),
        bad_file("other target", "other.ll", || Ok(OTHER_TARGET.as_bytes().to_vec()), &["aarch64"]),
        bad_file("source with an error", "wrong.c", || Ok(b"int main(void) { return x; }\n".to_vec()), &["undeclared"]),
    ];
    for percent in [1, 10, 25, 50, 75, 90, 99] {
        let cut = move || {
            let mut bytes = sample()?;
            bytes.truncate(bytes.len() * percent / 100);
            Ok(bytes)
        };
        trials.push(bad_file(&format!("truncated to {percent} %"), "truncated.bc", cut, &[]));
    }
    for seed in 0..24u64 {
        trials.push(harness::trial(format!("file damaged {seed}"), move || damaged(seed)));
    }
    trials
}

const OTHER_TARGET: &str = "target triple = \"aarch64-unknown-linux-gnu\"\ndefine i32 @main() {\n  ret i32 0\n}\n";

/// Flips a few bits of bitcode. It may still be a program, so anything but misbehaviour is right.
fn damaged(seed: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("damaged.bc");
    let mut bytes = sample()?;
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for _ in 0..=seed % 5 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let at = (random >> 3) as usize % bytes.len();
        bytes[at] ^= 1 << (random & 7);
    }
    fs::write(&path, bytes)?;
    let product = folder.path().join("product");
    let outcome = rheo_with(args([&"build", &path, &"--budget", &"50%", &"-o", &product]), LIMIT)?;
    if outcome.succeeded() {
        return Ok(());
    }
    match misbehaviour(&outcome) {
        None => {
            ensure!(!product.exists(), "it failed, but {} was written", product.display());
            Ok(())
        }
        Some(complaint) => bail!("{complaint}"),
    }
}

/// Several modules that do not go together.
fn links() -> Vec<Trial> {
    let case = |name: &'static str, sources: &'static [(&'static str, &'static str)], says: &'static [&'static str]| {
        harness::trial(format!("link {name}"), move || {
            let folder = tempfile::tempdir()?;
            let mut arguments = args([&"run"]);
            for (file, text) in sources {
                let path = folder.path().join(file);
                fs::write(&path, text)?;
                arguments.push(path.into());
            }
            refused(arguments, says, None)
        })
    };
    vec![
        case(
            "two definitions",
            &[
                ("one.ll", "define i32 @twice() {\n  ret i32 1\n}\ndefine i32 @main() {\n  ret i32 0\n}\n"),
                ("two.ll", "define i32 @twice() {\n  ret i32 2\n}\n"),
            ],
            &["twice", "one.ll", "two.ll"],
        ),
        case(
            "two variables",
            &[
                ("one.ll", "@v = global i32 1\ndefine i32 @main() {\n  ret i32 0\n}\n"),
                ("two.ll", "@v = global i32 2\n"),
            ],
            &["v", "one.ll", "two.ll"],
        ),
        case(
            "no definition",
            &[(
                "one.ll",
                "declare i32 @nobody_has_it()\ndefine i32 @main() {\n  %r = call i32 @nobody_has_it()\n  ret i32 %r\n}\n",
            )],
            &["nobody_has_it", "one.ll"],
        ),
        case(
            "function and variable",
            &[
                ("one.ll", "define i32 @thing() {\n  ret i32 1\n}\ndefine i32 @main() {\n  ret i32 0\n}\n"),
                ("two.ll", "@thing = global i32 2\n"),
            ],
            &["thing", "one.ll", "two.ll"],
        ),
        case("no main", &[("one.ll", "define i32 @other() {\n  ret i32 1\n}\n")], &["main"]),
        case(
            "two mains",
            &[
                ("one.ll", "define i32 @main() {\n  ret i32 1\n}\n"),
                ("two.ll", "define i32 @main() {\n  ret i32 1\n}\n"),
            ],
            &["main", "one.ll", "two.ll"],
        ),
    ]
}

/// Command lines that ask for what cannot be.
fn command_lines() -> Vec<Trial> {
    let case = |name: &str, list: &'static [&'static str], says: &'static [&'static str]| {
        harness::trial(format!("command line {name}"), move || {
            let sample = sample_path()?;
            let arguments = list.iter().map(|a| if *a == "SAMPLE" { sample.clone().into() } else { OsString::from(a) });
            refused(arguments.collect(), says, None)
        })
    };
    vec![
        case("nothing", &[], &["usage"]),
        case("unknown command", &["fly"], &["fly"]),
        case("no file", &["run"], &["required"]),
        case("missing file", &["run", "does-not-exist.bc"], &["does-not-exist.bc"]),
        case("folder as file", &["run", "/"], &["/"]),
        case("unknown tier", &["run", "--tier", "warp", "SAMPLE"], &["warp"]),
        case("seed that is none", &["run", "--tier", "random:x", "SAMPLE"], &["x"]),
        case("unknown library", &["run", "SAMPLE", "-l", "no_such_library_here"], &["no_such_library_here"]),
        case("budget that is none", &["build", "SAMPLE", "--budget", "lots", "-o", "target/none"], &["lots"]),
        case("budget of no byte", &["build", "SAMPLE", "--budget", "1", "-o", "target/none"], &["budget"]),
        case("percent over 100", &["build", "SAMPLE", "--budget", "101%", "-o", "target/none"], &["101"]),
        case(
            "output in no folder",
            &["build", "SAMPLE", "--budget", "50%", "-o", "/does/not/exist/p"],
            &["/does/not/exist"],
        ),
        case("unknown stage", &["dump", "--emit=soup", "SAMPLE"], &["soup"]),
        case("unknown function", &["dump", "--emit=ir", "--function", "nobody", "SAMPLE"], &["nobody"]),
    ]
}

/// Files that Rheo itself writes and reads, damaged: image, image text, plan, profile.
fn derived() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, damage) in DAMAGES {
        for what in ["image", "plan", "profile", "text"] {
            trials.push(harness::trial(format!("{what} {name}"), move || derived_case(what, *damage)));
        }
    }
    trials
}

type Damage = fn(Vec<u8>) -> Vec<u8>;

const DAMAGES: &[(&str, Damage)] = &[
    ("empty", |_| Vec::new()),
    ("of zeroes", |bytes| vec![0; bytes.len()]),
    ("of text", |_| b"neither this nor that\n".to_vec()),
    ("cut short", |mut bytes| {
        bytes.truncate(bytes.len() * 2 / 3 + 1);
        bytes
    }),
    ("of another version", |mut bytes| {
        // Versions stand near the start, as a number in binary and as digits in text.
        for byte in bytes.iter_mut().take(64).skip(4) {
            *byte = if byte.is_ascii_digit() { b'9' } else { *byte };
        }
        if let Some(byte) = bytes.get_mut(4) {
            *byte ^= 0x7f;
        }
        bytes
    }),
    ("of bytes turned round", |mut bytes| {
        bytes.reverse();
        bytes
    }),
];

fn derived_case(what: &str, damage: Damage) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let sample = sample_path()?;
    let (program, image, set) = (at("program"), at("image"), at("program.isa"));
    let made = args([&"build", &sample, &"--tier", &"bytecode", &"-o", &program, &"--emit-image", &image]);
    succeeded(rheo_with(&made, LIMIT)?).context("the undamaged build")?;
    let product = at("product");
    let write = |name: &str, bytes: Vec<u8>| -> Result<PathBuf> {
        let path = at(name);
        fs::write(&path, damage(bytes))?;
        Ok(path)
    };
    let command = match what {
        "image" => {
            let bad = write("bad.image", fs::read(&image)?)?;
            args([&"dis", &"--vm", &set, &bad, &"-o", &product])
        }
        "text" => {
            let text = at("good.text");
            succeeded(rheo_with(args([&"dis", &"--vm", &set, &image, &"-o", &text]), LIMIT)?)
                .context("the undamaged image")?;
            let bad = write("bad.text", fs::read(&text)?)?;
            args([&"as", &"--vm", &set, &bad, &"-o", &product])
        }
        "plan" => {
            let bad = write("bad.plan", fs::read(at("program.plan"))?)?;
            args([&"build", &sample, &"--plan", &bad, &"-o", &product])
        }
        _ => {
            let counts = at("counts");
            let run = rheo_tests::rheo::Run {
                env: vec![("RHEO_PROFILE".into(), counts.display().to_string())],
                ..rheo_tests::rheo::Run::of(Vec::new())
            };
            succeeded(run.executable(&program)?).context("the profiled run")?;
            let bad = write("bad.counts", fs::read(&counts)?)?;
            let map = at("program.map");
            args([&"build", &sample, &"--budget", &"50%", &"--profile", &bad, &"--map", &map, &"-o", &product])
        }
    };
    refused(command, &["bad."], Some(&product))
}

fn succeeded(outcome: Outcome) -> Result<Outcome> {
    ensure!(outcome.end == End::Exit(0), "ended by {}:\n{}", outcome.end, outcome.stderr_text());
    Ok(outcome)
}
