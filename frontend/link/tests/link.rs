//! Linking, module text in and module text out, for every pair of linkages and every rule.

use rheo_ir::{Module, parse_module, verify};
use rheo_link::{Roots, link};

fn module(name: &str, text: &str) -> Module {
    let mut m = parse_module(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    m.name = name.to_string();
    m
}

fn modules(texts: &[&str]) -> Vec<Module> {
    texts.iter().zip('a'..).map(|(text, name)| module(&name.to_string(), text)).collect()
}

/// Lines without indentation, blank ones left out, and without the name of the module.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("module ")).collect()
}

/// Links texts as modules a, b, c … and compares with the expected text.
#[track_caller]
fn check(roots: Roots, inputs: &[&str], expected: &str) {
    let linked = link(modules(inputs), roots).unwrap_or_else(|e| panic!("{e}"));
    let text = linked.to_string();
    assert_eq!(lines(&text), lines(expected), "\n{text}");
    if let Err(errors) = verify(&linked) {
        panic!("{text}\n{}", errors.iter().map(|e| format!("{e}\n")).collect::<String>());
    }
}

/// Links texts that do not go together and compares the message.
#[track_caller]
fn check_error(inputs: &[&str], expected: &str) {
    match link(modules(inputs), Roots::Visible) {
        Ok(linked) => panic!("linked:\n{linked}"),
        Err(e) => assert_eq!(e.to_string(), expected),
    }
}

/// A function called `f` that returns `n`.
fn function(linkage: &str, n: u32) -> String {
    format!("func @f() -> i32 {linkage} {{\nb0:\n  v0 = const.i32 {n}\n  ret v0\n}}\n")
}

/// `main`, which calls `f`, declared with some linkage.
fn main_calling(linkage: &str) -> String {
    format!("func @f() -> i32 {linkage}\nfunc @main() -> i32 {{\nb0:\n  v0 = call @f()\n  ret v0\n}}\n")
}

/// Which of two definitions of `f` is taken, and with which linkage it ends: "1 weak", or "twice".
fn winner(first: &str, second: &str) -> String {
    let inputs = [main_calling(""), function(first, 1), function(second, 2)];
    match link(modules(&inputs.each_ref().map(String::as_str)), Roots::Visible) {
        Ok(linked) => {
            let f = linked.funcs.iter().find(|f| f.name == "f").expect("f is there");
            let text = linked.to_string();
            let linkage = text.lines().find(|l| l.starts_with("func @f")).expect("f prints");
            let linkage = linkage.trim_start_matches("func @f() -> i32").trim_end_matches('{').trim();
            let value = match &f.body {
                None => "none".to_string(),
                Some(_) => text.split("const.i32 ").nth(1).expect("a constant")[..1].to_string(),
            };
            format!("{value} {linkage}").trim().to_string()
        }
        Err(e) => {
            assert_eq!(e.to_string(), "symbol \"f\" is defined twice: in b and in c");
            "twice".to_string()
        }
    }
}

#[test]
fn every_pair_of_linkages() {
    let kinds = ["", "weak", "weak_odr", "linkonce", "linkonce_odr", "available_externally"];
    // Rows: the first module's linkage; columns: the second's.
    let expected = [
        ["twice", "1", "1", "1", "1", "1"],
        ["2", "1 weak", "1 weak", "1 weak", "1 weak", "1 weak"],
        ["2", "1 weak_odr", "1 weak_odr", "1 weak_odr", "1 weak_odr", "1 weak_odr"],
        ["2", "2 weak", "2 weak_odr", "1 linkonce", "1 linkonce", "1 linkonce"],
        ["2", "2 weak", "2 weak_odr", "1 linkonce_odr", "1 linkonce_odr", "1 linkonce_odr"],
        ["2", "2 weak", "2 weak_odr", "2 linkonce", "2 linkonce_odr", "none"],
    ];
    for (first, row) in kinds.iter().zip(expected) {
        for (second, expected) in kinds.iter().zip(row) {
            assert_eq!(winner(first, second), expected, "{first:?} and {second:?}");
        }
    }
}

/// Which of two definitions of data is taken.
#[test]
fn common_data() {
    let definition = |linkage: &str, bytes: u32, align: u32, data: &str| {
        format!("global @g {bytes} align {align} {linkage} = {{{data}}}\n")
    };
    let user = "global @g 4 align 4\nglobal @user 8 align 8 = { at 0: abs64 @g }\n";
    let linked = |first: String, second: String| {
        let m = link(modules(&[user, &first, &second]), Roots::Visible).unwrap_or_else(|e| panic!("{e}"));
        let text = m.to_string();
        text.lines().find(|l| l.starts_with("global @g")).expect("g is there").to_string()
    };
    let common = |bytes, align| definition("common", bytes, align, "");
    assert_eq!(linked(common(4, 16), common(8, 4)), "global @g 8 align 16 common = {}");
    assert_eq!(linked(common(8, 4), common(4, 16)), "global @g 8 align 16 common = {}");
    let one = " x\"01\" ";
    assert_eq!(linked(common(8, 8), definition("", 4, 4, one)), "global @g 4 align 4 = { x\"01\" }");
    assert_eq!(linked(definition("", 4, 4, one), common(8, 8)), "global @g 4 align 4 = { x\"01\" }");
    assert_eq!(linked(common(8, 8), definition("weak", 4, 4, one)), "global @g 8 align 8 common = {}");
    assert_eq!(linked(definition("weak", 4, 4, one), common(8, 8)), "global @g 8 align 8 common = {}");
    assert_eq!(linked(definition("linkonce_odr", 4, 4, one), common(8, 8)), "global @g 8 align 8 common = {}");
}

#[test]
fn undefined_symbols_stay_declarations() {
    check(Roots::Executable, &[&main_calling(""), &main_calling("").replace("main", "other")], &main_calling(""));
    check(Roots::Executable, &[&main_calling("extern_weak")], &main_calling("extern_weak"));
    // One reference that needs the symbol makes it needed.
    let strong = "func @main() -> i32 {\nb0:\nv0 = call @f()\nv1 = call @other()\nret v1\n}\nfunc @f() -> i32\nfunc @other() -> i32";
    check(
        Roots::Executable,
        &[strong, &main_calling("extern_weak").replace("main", "other")],
        "func @main() -> i32 {\nb0:\nv0 = call @f()\nv1 = call @other()\nret v1\n}\nfunc @f() -> i32\n\
         func @other() -> i32 {\nb0:\nv0 = call @f()\nret v0\n}",
    );
    check(
        Roots::Executable,
        &[&main_calling("extern_weak"), &function("", 3)],
        "func @main() -> i32 {\nb0:\nv0 = call @f()\nret v0\n}\nfunc @f() -> i32 {\nb0:\nv0 = const.i32 3\nret v0\n}",
    );
}

#[test]
fn local_symbols_stay_apart() {
    let a = "global @s 1 align 1 private = { \"a\" }\nfunc @f() -> ptr {\nb0:\nv0 = global_addr @s\nret v0\n}";
    let b = "global @s 1 align 1 private = { \"b\" }\nfunc @g() -> ptr {\nb0:\nv0 = global_addr @s+1\nret v0\n}";
    let c = "global @s 1 align 1 internal = { \"c\" }\nglobal @s.1 1 align 1 = { \"d\" }\nfunc @h() -> ptr {\nb0:\nv0 = global_addr @s+2\nret v0\n}";
    check(
        Roots::Visible,
        &[a, b, c],
        "global @s 1 align 1 private = { \"a\" }
         global @s.2 1 align 1 private = { \"b\" }
         global @s.3 1 align 1 internal = { \"c\" }
         global @s.1 1 align 1 = { \"d\" }
         func @f() -> ptr {\nb0:\nv0 = global_addr @s\nret v0\n}
         func @g() -> ptr {\nb0:\nv0 = global_addr @s.2+1\nret v0\n}
         func @h() -> ptr {\nb0:\nv0 = global_addr @s.3+2\nret v0\n}",
    );
    // The visible symbol keeps its name, wherever it stands.
    let local = "func @f() -> i32 internal {\nb0:\nv0 = const.i32 1\nret v0\n}\nfunc @main() -> i32 {\nb0:\nv0 = call @f()\nret v0\n}";
    check(
        Roots::Visible,
        &[local, &function("", 2)],
        "func @f.1() -> i32 internal {\nb0:\nv0 = const.i32 1\nret v0\n}
         func @main() -> i32 {\nb0:\nv0 = call @f.1()\nret v0\n}
         func @f() -> i32 {\nb0:\nv0 = const.i32 2\nret v0\n}",
    );
}

#[test]
fn only_what_is_reachable_stays() {
    let text = "global @kept 8 align 8 internal = { at 0: abs64 @by_data }
        global @unused 8 align 8 internal = { at 0: abs64 @by_unused }
        global @marked 1 align 1 internal used = {}
        func @main() {\nb0:\nv0 = global_addr @kept\ncall @callee()\nret\n}
        func @callee() internal {\nb0:\nret\n}
        func @by_data() internal {\nb0:\nret\n}
        func @by_unused() internal {\nb0:\nret\n}
        func @inline_unused() linkonce_odr {\nb0:\nret\n}
        func @exported() {\nb0:\nret\n}
        func @declared()
        func @init() internal {\nb0:\nret\n}
        ctor 65535 @init";
    let executable = "ctor 65535 @init
        global @kept 8 align 8 internal = {\nat 0: abs64 @by_data\n}
        global @marked 1 align 1 internal used = {}
        func @main() {\nb0:\nv0 = global_addr @kept\ncall @callee()\nret\n}
        func @callee() internal {\nb0:\nret\n}
        func @by_data() internal {\nb0:\nret\n}
        func @init() internal {\nb0:\nret\n}";
    check(Roots::Executable, &[text], executable);
    let visible = executable.replace("func @init", "func @exported() {\nb0:\nret\n}\nfunc @init");
    check(Roots::Visible, &[text], &visible);
    // Without a main, what others can see counts.
    check(Roots::Executable, &[&text.replace("@main", "@start")], &visible.replace("@main", "@start"));
}

#[test]
fn constructors_run_by_priority_then_by_input() {
    let unit = |names: [&str; 3]| {
        let [x, y, z] = names;
        format!(
            "func @{x}() internal {{\nb0:\nret\n}}\nfunc @{y}() internal {{\nb0:\nret\n}}\nfunc @{z}() internal {{\nb0:\nret\n}}
             ctor 65535 @{x}\nctor 101 @{y}\ndtor 65535 @{z}"
        )
    };
    let linked = link(modules(&[&unit(["p", "q", "r"]), &unit(["s", "t", "u"])]), Roots::Executable).expect("links");
    let text = linked.to_string();
    let structors: Vec<&str> = text.lines().filter(|l| l.contains("tor ")).collect();
    assert_eq!(
        structors,
        ["ctor 101 @q", "ctor 101 @t", "ctor 65535 @p", "ctor 65535 @s", "dtor 65535 @r", "dtor 65535 @u"]
    );
}

/// A comdat with data, a function and a local constructor for it.
fn comdat_unit(kind: &str, name: &str, bytes: u32, fill: u32) -> String {
    format!(
        "comdat \"c\" {kind}\nglobal @c {bytes} align 4 linkonce_odr comdat \"c\" = {{ x\"0{fill}\" }}\n\
         global @guard 1 align 1 internal comdat \"c\" = {{ x\"0{fill}\" }}\n\
         func @init() internal comdat \"c\" {{\nb0:\nv0 = global_addr @guard\nret\n}}\nctor 65535 @init\n\
         func @{name}() -> ptr {{\nb0:\nv0 = global_addr @c\nret v0\n}}\n"
    )
}

#[test]
fn comdats_are_kept_or_dropped_whole() {
    let kept = |unit: &str, first: &str, last: &str| {
        format!("{unit}func @{first}() -> ptr {{\nb0:\nv0 = global_addr @c\nret v0\n}}\n{last}")
    };
    let expected = |kind: &str, bytes: u32, fill: u32| {
        format!(
            "comdat \"c\" {kind}\nctor 65535 @init\nglobal @c {bytes} align 4 linkonce_odr comdat \"c\" = {{ x\"0{fill}\" }}\n\
             global @guard 1 align 1 internal comdat \"c\" = {{ x\"0{fill}\" }}\n"
        )
    };
    let init = "func @init() internal comdat \"c\" {\nb0:\nv0 = global_addr @guard\nret\n}\n";
    let user = |name: &str| format!("func @{name}() -> ptr {{\nb0:\nv0 = global_addr @c\nret v0\n}}\n");
    for kind in ["any", "same_size", "exact_match"] {
        check(
            Roots::Visible,
            &[&comdat_unit(kind, "x", 4, 1), &comdat_unit(kind, "y", 4, 2)],
            &kept(&format!("{}{init}", expected(kind, 4, 1)), "x", &user("y")),
        );
    }
    check(
        Roots::Visible,
        &[&comdat_unit("largest", "x", 4, 1), &comdat_unit("largest", "y", 8, 2)],
        &format!("{}{}{init}{}", expected("largest", 8, 2), user("x"), user("y")),
    );
    check_error(
        &[&comdat_unit("same_size", "x", 4, 1), &comdat_unit("same_size", "y", 8, 2)],
        "comdat \"c\" of a and of b differ in size",
    );
    check_error(
        &[&comdat_unit("no_deduplicate", "x", 4, 1), &comdat_unit("no_deduplicate", "y", 4, 2)],
        "comdat \"c\" of a and of b must not both exist",
    );
    check_error(
        &[&comdat_unit("any", "x", 4, 1), &comdat_unit("same_size", "y", 4, 2)],
        "comdat \"c\" of a and of b are chosen by different rules",
    );
}

#[test]
fn aliases_lead_to_their_target() {
    let a = "global @table 16 align 8 internal = {}
        global @inner 8 align 8 internal = @table+8
        global @visible 8 align 8 weak = @inner+4
        global @user 16 align 8 = { at 0: abs64 @visible+1\nat 8: abs64 @impl }
        func @impl(i32) -> i32 internal {\nb0(v0: i32):\nret v0\n}
        func @f(i32) -> i32 = @impl
        func @main(i32) -> i32 {\nb0(v0: i32):\nv1 = call @f(v0)\nv2 = func_addr @f\nv3 = global_addr @visible-2\nret v1\n}";
    check(
        Roots::Executable,
        &[a, "global @user 16 align 8\nfunc @start() -> ptr used {\nb0:\nv0 = global_addr @user\nret v0\n}"],
        "global @table 16 align 8 internal = {}
         global @visible 8 align 8 weak = @table+12
         global @user 16 align 8 = {\nat 0: abs64 @table+13\nat 8: abs64 @impl\n}
         func @impl(i32) -> i32 internal {\nb0(v0: i32):\nret v0\n}
         func @f(i32) -> i32 = @impl
         func @main(i32) -> i32 {\nb0(v0: i32):\nv1 = call @impl(v0)\nv2 = func_addr @impl\nv3 = global_addr @table+10\nret v1\n}
         func @start() -> ptr used {\nb0:\nv0 = global_addr @user\nret v0\n}",
    );
    // A strong definition elsewhere is what a weak alias's name means.
    let weak = "func @impl() -> i32 internal {\nb0:\nv0 = const.i32 1\nret v0\n}\nfunc @f() -> i32 weak = @impl
        func @main() -> i32 {\nb0:\nv0 = call @f()\nret v0\n}";
    check(
        Roots::Executable,
        &[weak, &function("", 2)],
        "func @main() -> i32 {\nb0:\nv0 = call @f()\nret v0\n}\nfunc @f() -> i32 {\nb0:\nv0 = const.i32 2\nret v0\n}",
    );
    check_error(
        &["func @f() = @g\nfunc @g()", "func @g() = @f\nfunc @f()"],
        "\"f\" in a is an alias of itself\n\"g\" in b is an alias of itself",
    );
    check_error(&["func @f() = @g\nfunc @g()"], "\"f\" in a is an alias of \"g\", which no module defines");
}

#[test]
fn calls_keep_their_own_view() {
    let caller = "func @f(...) -> i32
        func @main(i32, f64) -> i32 {\nb0(v0: i32, v1: f64):\nv2 = call @f(v0, v1)\nv3 = iadd.i32 v2, v0\ntail_call @f(v3)\n}";
    let callee = "func @f(i32) -> i32 {\nb0(v0: i32):\nret v0\n}";
    check(
        Roots::Executable,
        &[caller, callee],
        "func @main(i32, f64) -> i32 {\nb0(v0: i32, v1: f64):
         v4 = func_addr @f
         v2 = call_indirect v4(v0, v1): (..., i32, f64) -> i32
         v3 = iadd.i32 v2, v0
         tail_call @f(v3)\n}
         func @f(i32) -> i32 {\nb0(v0: i32):\nret v0\n}",
    );
    // Without a prototype, but with the right arguments: no difference.
    check(
        Roots::Executable,
        &[&caller.replace("@f(v0, v1)", "@f(v0)"), callee],
        "func @main(i32, f64) -> i32 {\nb0(v0: i32, v1: f64):
         v2 = call @f(v0)
         v3 = iadd.i32 v2, v0
         tail_call @f(v3)\n}
         func @f(i32) -> i32 {\nb0(v0: i32):\nret v0\n}",
    );
    // An address is an integer of the same kind, so this is no difference.
    check(
        Roots::Executable,
        &[
            "func @f(ptr) -> i64\nfunc @main(i64) -> i64 {\nb0(v0: i64):\nv1 = call @f(v0)\nret v1\n}",
            "func @f(i64) -> ptr {\nb0(v0: i64):\nret v0\n}",
        ],
        "func @main(i64) -> i64 {\nb0(v0: i64):\nv1: i64 = call @f(v0)\nret v1\n}\nfunc @f(i64) -> ptr {\nb0(v0: i64):\nret v0\n}",
    );
}

#[test]
fn tables_are_merged() {
    let a = "triple \"x86_64-pc-linux-gnu\"\nlayout \"e\"\nfile 0 \"a.c\"\nfile 1 \"common.h\"\nshim \"s\" \"asm\" \"text\"\nasm \"one\"
        func @s()\nfunc @f() !1:2:3 {\nb0:\ncall @s() !0:1:1\nret !0:5:0\n}";
    let b = "triple \"x86_64-unknown-linux-gnu\"\nlayout \"e\"\nfile 0 \"common.h\"\nfile 1 \"b.c\"\nshim \"s\" \"asm\" \"text\"
        shim \"dead\" \"asm\" \"text\"\nasm \"two\"\nfunc @s()\nfunc @g() !0:2:3 {\nb0:\ncall @s() !1:1:1\nret\n}";
    check(
        Roots::Visible,
        &[a, b],
        "triple \"x86_64-pc-linux-gnu\"\nlayout \"e\"\nfile 0 \"a.c\"\nfile 1 \"common.h\"\nfile 2 \"b.c\"
         shim \"s\" \"asm\" \"text\"\nasm \"one\"\nasm \"two\"
         func @s()
         func @f() !1:2:3 {\nb0:\ncall @s() !0:1:1\nret !0:5:0\n}
         func @g() !1:2:3 {\nb0:\ncall @s() !2:1:1\nret\n}",
    );
}

#[test]
fn native_text_keeps_what_it_names() {
    let text =
        "shim \"s\" \"inline asm\" \"define void @s() { call void @helper() }\"\nasm \".globl other\\njmp target\"
        func @s()\nfunc @helper() {\nb0:\nret\n}\nfunc @target() {\nb0:\nret\n}\nfunc @dead() {\nb0:\nret\n}
        func @main() {\nb0:\ncall @s()\nret\n}";
    let m = link(modules(&[text]), Roots::Executable).expect("links");
    let names: Vec<&str> = m.funcs.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["s", "helper", "target", "main"]);
}

#[test]
fn declarations_lend_their_properties() {
    check(
        Roots::Visible,
        &[
            "global @g 4 align 4 hidden\nfunc @f() returns_twice used\nfunc @e() noreturn\nfunc @x() {\nb0:\nv0 = global_addr @g\ncall @e()\nret\n}",
            "global @g 4 align 4 protected = {}\nfunc @f() {\nb0:\nret\n}\nfunc @e()",
        ],
        "global @g 4 align 4 hidden = {}\nfunc @e()\nfunc @x() {\nb0:\nv0 = global_addr @g\ncall @e()\nret\n}
         func @f() returns_twice used {\nb0:\nret\n}",
    );
}

#[test]
fn what_does_not_go_together() {
    let at = |line: u32| format!("file 0 \"f.c\"\nfunc @f() !0:{line}:1 {{\nb0:\nret\n}}");
    check_error(&[&at(3), &at(9)], "symbol \"f\" is defined twice: in a (f.c:3:1) and in b (f.c:9:1)");
    check_error(&["global @f 4 align 4", &at(9)], "symbol \"f\" is a function in b (f.c:9:1) but data in a");
    check_error(
        &["global @g 4 align 4 tls = {}", "global @g 4 align 4"],
        "symbol \"g\" is thread-local in a but not in b",
    );
    check_error(
        &["triple \"x86_64-pc-linux-gnu\"", "", "triple \"aarch64-unknown-linux-gnu\""],
        "a is for \"x86_64-pc-linux-gnu\", but c is for \"aarch64-unknown-linux-gnu\"",
    );
    check_error(&["layout \"e\"", "layout \"E\""], "a is for \"e\", but b is for \"E\"");
    for (a, b) in [("arm64-apple-macosx14.0.0", "aarch64-apple-macosx13"), ("x86_64-linux-gnu", "x86_64-pc-linux-gnu")]
    {
        check(Roots::Visible, &[&format!("triple {a:?}"), &format!("triple {b:?}")], &format!("triple {a:?}"));
    }
}
