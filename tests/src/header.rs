//! A C program that calls every function and macro of clang's headers for SSE up to AVX2, FMA and F16C, and those around
//! them, on pseudo-random operands, and prints a hash of what each gives.
//!
//! Functions are found in the preprocessed headers, macros in their text; types of a macro's operands by the casts in its
//! body. Numbers that have to be constant are tried: clang says which ones a macro takes. Left out is what depends on more
//! than its operands, or does not define all of its result.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::clang::CLANG;

/// What the functions need of the processor.
pub const FLAGS: &[&str] = &[
    "-mavx2", "-mfma", "-mf16c", "-mbmi", "-mbmi2", "-mlzcnt", "-mpopcnt", "-maes", "-mpclmul", "-msha", "-madx",
    "-mcrc32",
];
/// The same as Linux has it.
pub const PROCESSOR: &[&str] =
    &["avx2", "fma", "f16c", "bmi1", "bmi2", "abm", "popcnt", "aes", "pclmulqdq", "sha_ni", "adx", "sse4_2"];

const HEADERS: &[&str] = &[
    "mmintrin.h",
    "xmmintrin.h",
    "emmintrin.h",
    "pmmintrin.h",
    "tmmintrin.h",
    "smmintrin.h",
    "crc32intrin.h",
    "popcntintrin.h",
    "__wmmintrin_aes.h",
    "__wmmintrin_pclmul.h",
    "avxintrin.h",
    "avx2intrin.h",
    "fmaintrin.h",
    "f16cintrin.h",
    "bmiintrin.h",
    "bmi2intrin.h",
    "lzcntintrin.h",
    "adcintrin.h",
    "adxintrin.h",
    "shaintrin.h",
];

/// Parts of names: state of the processor, memory of the system's, addresses made of operands, undefined parts.
const LEFT_OUT: &[&str] = &[
    "csr",
    "_MM_GET",
    "_MM_SET_",
    "malloc",
    "free",
    "gather",
    "undefined",
    "castps128_ps256",
    "castpd128_pd256",
    "castsi128_si256",
    "maskmove",
    "monitor",
    "mwait",
];

/// What is tried where a number has to be constant.
const CONSTANTS: &[u32] = &[0, 1, 2, 3, 5, 7, 14, 27, 31, 100, 228];

/// A function or macro with the types of its parameters.
struct Callee {
    name: String,
    /// C's types; `int` of macros is a constant.
    params: Vec<String>,
    is_macro: bool,
    is_void: bool,
}

/// The program's text.
pub fn program() -> Result<String> {
    let output = Command::new(CLANG).arg("-print-resource-dir").output().context("cannot run clang")?;
    let folder = PathBuf::from(String::from_utf8(output.stdout)?.trim()).join("include");
    let mut callees = functions(&folder)?;
    for header in HEADERS {
        let text = fs::read_to_string(folder.join(header)).with_context(|| format!("cannot read {header}"))?;
        callees.extend(macros(&text));
    }
    callees.retain(|c| !LEFT_OUT.iter().any(|part| c.name.contains(part)));
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for callee in callees {
        if seen.insert(callee.name.clone()) {
            calls(&callee, &mut lines);
        }
    }
    accepted(lines)
}

/// The functions that the headers define.
fn functions(folder: &Path) -> Result<Vec<Callee>> {
    let mut command = Command::new(CLANG);
    let output = command.args(FLAGS).args(["-E", "-x", "c", "-include", "immintrin.h", "/dev/null"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut found = Vec::new();
    let (mut wanted, mut definition) = (false, None::<String>);
    for line in text.lines() {
        if let Some(mark) = line.strip_prefix("# ") {
            let file = mark.split('"').nth(1).unwrap_or_default();
            wanted = Path::new(file).strip_prefix(folder).is_ok_and(|f| HEADERS.iter().any(|h| f == Path::new(h)));
            continue;
        }
        if wanted && line.starts_with("static __inline") {
            definition = Some(String::new());
        }
        if let Some(text) = &mut definition {
            *text += line;
            text.push(' ');
            if line.contains('{') {
                let head = without_attributes(text.split('{').next().unwrap_or_default());
                found.extend(function(&head));
                definition = None;
            }
        }
    }
    Ok(found)
}

fn without_attributes(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(start) = text.find("__attribute__") {
        let mut depth = 0;
        let end = text[start..].char_indices().find_map(|(i, c)| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            (c == ')' && depth == 0).then_some(start + i + 1)
        });
        text.replace_range(start..end.unwrap_or(text.len()), "");
    }
    text
}

/// `static __inline__ TYPE NAME(TYPE NAME, …)`.
fn function(head: &str) -> Option<Callee> {
    let (before, params) = head.split_once('(')?;
    let params = params.rsplit_once(')')?.0;
    let mut words: Vec<&str> = before.split_whitespace().collect();
    let name = words.pop()?.to_owned();
    let is_void = words.last() == Some(&"void");
    let param = |text: &str| {
        let text = text.trim();
        let end = text.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').trim_end();
        (!end.is_empty()).then(|| end.to_owned())
    };
    let params = match params.trim() {
        "void" | "" => Vec::new(),
        list => list.split(',').map(param).collect::<Option<_>>()?,
    };
    Some(Callee { name, params, is_macro: false, is_void })
}

/// The macros with parameters that a header defines.
fn macros(text: &str) -> Vec<Callee> {
    let whole = text.replace("\\\n", " ");
    let mut found = Vec::new();
    for line in whole.lines() {
        let Some(rest) = line.strip_prefix("#define ").or_else(|| line.strip_prefix("# define ")) else { continue };
        let Some((name, rest)) = rest.split_once('(') else { continue };
        let Some((params, body)) = rest.split_once(')') else { continue };
        if name.contains(char::is_whitespace) || !name.starts_with('_') || name.starts_with("__DEFAULT") {
            continue;
        }
        let cast = |param: &str| {
            let at = body.find(&format!(")({})", param.trim()))?;
            let start = body[..at].rfind('(')?;
            Some(body[start + 1..at].to_owned())
        };
        let params: Option<Vec<String>> = params.split(',').map(cast).collect();
        found.extend(params.map(|params| Callee { name: name.to_owned(), params, is_macro: true, is_void: false }));
    }
    found
}

/// A line for each way to call it: the body of a function of `i` integers, `f` floats, `d` doubles, and memory `b`.
fn calls(callee: &Callee, lines: &mut Vec<String>) {
    let is_constant = |ty: &str| callee.is_macro && matches!(ty, "int" | "unsigned" | "unsigned int" | "char");
    let tries = if callee.params.iter().any(|ty| is_constant(ty)) { CONSTANTS } else { &CONSTANTS[..1] };
    for constant in tries {
        let mut text = String::new();
        let mut args = Vec::new();
        for (number, ty) in callee.params.iter().enumerate() {
            if is_constant(ty) {
                args.push(constant.to_string());
                continue;
            }
            if ty.contains('*') {
                args.push(format!("({ty})b"));
                continue;
            }
            let from = match ty.as_str() {
                "__m128" | "__m256" | "float" => "f",
                "__m128d" | "__m256d" | "double" => "d",
                _ => "i",
            };
            let _ =
                write!(text, "{ty} a{number}; memcpy(&a{number}, {from} + {}, sizeof a{number}); ", number * 32 % 512);
            args.push(format!("a{number}"));
        }
        let call = format!("{}({})", callee.name, args.join(", "));
        if callee.is_void {
            let _ = write!(text, "{call}; return 0;");
        } else {
            let _ = write!(text, "__auto_type r = {call}; memcpy(o, &r, sizeof r); return sizeof r;");
        }
        lines.push(format!("X({}, {constant}, {text})", callee.name));
    }
}

const BEFORE: &str = r#"// Every function and macro of clang's headers for SSE up to AVX2, FMA and F16C.
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef int Test(const unsigned char *i, const unsigned char *f, const unsigned char *d, void *b, unsigned char *o);
#define X(name, n, ...) __attribute__((noinline)) static int t_##name##_##n(const unsigned char *i, const unsigned char *f, const unsigned char *d, void *b, unsigned char *o) { __VA_ARGS__ }
"#;

const AFTER: &str = r#"
static uint64_t state = 88172645463325252u;
static uint64_t next(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static uint64_t hashed(uint64_t h, const unsigned char *p, int n) { for (int k = 0; k < n; k++) h = (h ^ p[k]) * 0x100000001b3u; return h; }
int main(void) {
  static _Alignas(64) unsigned char i[1024], f[1024], d[1024], b[256], o[64];
  for (int t = 0; t < (int)(sizeof tests / sizeof *tests); t++) {
    uint64_t h = 0xcbf29ce484222325u;
    for (int round = 0; round < 4; round++) {
      for (int k = 0; k < 1024; k++) i[k] = round & 1 && k % 4 ? 0 : next();
      for (int k = 0; k < 256; k++) { float x = (int16_t)next() / 64.0f + 0.25f; memcpy(f + 4 * k, &x, 4); }
      for (int k = 0; k < 128; k++) { double x = (int16_t)next() / 64.0 + 0.125; memcpy(d + 8 * k, &x, 8); }
      memcpy(b, round & 2 ? d : f, sizeof b);
      memset(o, 0, sizeof o);
      int n = tests[t].run(i, f, d, b, o);
      h = hashed(hashed(h, o, n), b, sizeof b);
    }
    printf("%s %016llx\n", tests[t].name, (unsigned long long)h);
  }
}
"#;

/// The program of those lines that clang accepts.
fn accepted(mut lines: Vec<String>) -> Result<String> {
    for _ in 0..6 {
        let mut text = BEFORE.to_owned();
        let first = text.lines().count() + 1;
        lines.iter().for_each(|line| text += &format!("{line}\n"));
        text += "static const struct { const char *name; Test *run; } tests[] = {\n";
        for line in &lines {
            let mut words = line[2..].split(", ");
            let (name, number) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let _ = writeln!(text, "  {{\"{name} {number}\", t_{name}_{number}}},");
        }
        text += "};";
        text += AFTER;
        let file = tempfile::Builder::new().suffix(".c").tempfile()?;
        fs::write(file.path(), &text)?;
        let mut command = Command::new(CLANG);
        command.args(FLAGS).args(["-w", "-ferror-limit=0", "-S", "-emit-llvm", "-o", "/dev/null"]).arg(file.path());
        let output = command.output().context("cannot run clang")?;
        if output.status.success() {
            return Ok(text);
        }
        let prefix = format!("{}:", file.path().display());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let wrong: BTreeSet<usize> = said
            .lines()
            .filter(|line| line.contains(" error: "))
            .filter_map(|line| line.strip_prefix(&prefix)?.split(':').next()?.parse().ok())
            .collect();
        let mut number = first;
        let before = lines.len();
        lines.retain(|_| {
            number += 1;
            !wrong.contains(&(number - 1))
        });
        if lines.len() == before {
            bail!("clang refuses the program for other reasons than its calls:\n{said}");
        }
    }
    bail!("clang goes on refusing calls")
}
