//! Every rule of the verifier, broken once.

use rheo_ir::*;

/// The verifier's messages for a module in text form.
fn errors_of(text: &str) -> Vec<String> {
    let m = parse_module(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    verify(&m).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// Checks a body of `func @f(i32, ptr, f64) -> i32` beside a few symbols.
fn check_body(body: &str, expected: &[&str]) {
    let text = format!(
        "file 0 \"a.c\"\nglobal @g 8 align 8\nglobal @t 8 align 8 tls\nfunc @v(ptr, ...) -> i32\nfunc @two() -> i32, f64\n\
         func @f(i32, ptr, f64) -> i32 {{\n  ss0 = 8 align 8\nb0(v0: i32, v1: ptr, v2: f64):\n{body}\n}}\n"
    );
    assert_eq!(errors_of(&text), expected, "{body}");
}

#[test]
fn bodies() {
    check_body("ret v0", &[]);
    check_body("v3: ptr = iadd.i64 v1, v1\nv4: i64 = load.ptr v3\nret v0", &[]);
    check_body("v3 = call @v(v1, v0, v2)\nv4 = call_indirect v1(v1, v2): (ptr, ..., f64) -> i32\nret v3", &[]);
    check_body("v3 = global_addr @g-100000\nv4 = stack_addr ss0-9\nret v0", &[]);

    check_body(
        "v3 = iadd.f64 v2, v2\nret v0",
        &["in f, b0, instruction 0: iadd has no form for f64: `v3 = iadd.f64 v2, v2`"],
    );
    check_body(
        "v3 = iadd.i32 v0, v1 !0:7:3\nret v0",
        &["a.c:7:3: in f, b0, instruction 0: operand v1 is ptr, but must be i32: `v3 = iadd.i32 v0, v1 !0:7:3`"],
    );
    check_body(
        "v3: i8 = iadd.i32 v0, v0\nret v0",
        &["in f, b0, instruction 0: result v3 is i8, but must be i32: `v3: i8 = iadd.i32 v0, v0`"],
    );
    check_body(
        "v3 = iadd.i32 v0\nret v0",
        &["in f, b0, instruction 0: operand count is 1, but must be 2: `v3 = iadd.i32 v0`"],
    );
    check_body(
        "iadd.i32 v0, v0\nret v0",
        &["in f, b0, instruction 0: result count is 0, but must be 1: `iadd.i32 v0, v0`"],
    );
    check_body(
        "v3 = trunc.i32 v0\nret v0",
        &["in f, b0, instruction 0: operand v0 is i32, but must be a wider integer: `v3 = trunc.i32 v0`"],
    );
    check_body(
        "v3 = bitcast.i32 v2\nret v0",
        &["in f, b0, instruction 0: operand v2 is f64, but must be of the same size: `v3 = bitcast.i32 v2`"],
    );
    check_body(
        "v3 = ftosi.i32.f32 v2\nret v3",
        &[
            "in f, b0, instruction 0: operand v2 is f64, but must be of the type that the op names: `v3 = ftosi.i32.f32 v2`",
        ],
    );
    check_body(
        "v3 = ftosi.i32.i64 v1\nret v3",
        &["in f, b0, instruction 0: i64 is not a float type: `v3 = ftosi.i32.i64 v1`"],
    );
    check_body(
        "v3 = splat.i8x16 v0\nret v0",
        &["in f, b0, instruction 0: operand v0 is i32, but must be i8: `v3 = splat.i8x16 v0`"],
    );
    check_body(
        "v3 = const.i8 0x1ff\nret v0",
        &["in f, b0, instruction 0: 0x1ff is wider than 8 bits: `v3 = const.i8 0x1ff`"],
    );
    check_body(
        "v3 = const.i32x4 1\nv4 = extractlane.i32x4 v3, 4\nret v4",
        &["in f, b0, instruction 1: lane 4 of i32x4, which has 4: `v4 = extractlane.i32x4 v3, 4`"],
    );
    check_body(
        "v3 = const.i8x16 1\nv4 = shuffle.i8x16 v3, v3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 32]\nret v0",
        &["in f, b0, instruction 1: shuffle picks byte 32 of 32: \
         `v4 = shuffle.i8x16 v3, v3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 32]`"],
    );
    check_body(
        "v3 = alloca v1, 3\nret v0",
        &["in f, b0, instruction 0: alignment 3 is no power of two below 2^32: `v3 = alloca v1, 3`"],
    );
    check_body(
        "v3 = return_address -1\nret v0",
        &["in f, b0, instruction 0: -1 is not a frame level: `v3 = return_address -1`"],
    );
    check_body(
        "v3 = global_addr @t\nret v0",
        &[
            "in f, b0, instruction 0: tls_addr is for thread-local variables, global_addr for all others: `v3 = global_addr @t`",
        ],
    );
}

#[test]
fn calls() {
    check_body(
        "v3 = call @v()\nret v3",
        &["in f, b0, instruction 0: argument count is 0, but must be 1: `v3 = call @v()`"],
    );
    check_body(
        "v3 = call @v(v2)\nret v3",
        &["in f, b0, instruction 0: argument v2 is f64, but must be ptr: `v3 = call @v(v2)`"],
    );
    check_body("call @v(v1)\nret v0", &["in f, b0, instruction 0: result count is 0, but must be 1: `call @v(v1)`"]);
    check_body(
        "v3, v4: i64 = call @two()\nret v0",
        &["in f, b0, instruction 0: result v4 is i64, but must be f64: `v3, v4: i64 = call @two()`"],
    );
    check_body(
        "v3 = call_indirect v0(v1): (ptr) -> i32\nret v0",
        &[
            "in f, b0, instruction 0: the first operand must be the callee's address: `v3 = call_indirect v0(v1): (ptr) -> i32`",
        ],
    );
    check_body(
        "v3 = call_indirect v1(v1, v0): (ptr, ...) -> i32\nret v3",
        &[
            "in f, b0, instruction 0: argument count is 2, but must be 1: `v3 = call_indirect v1(v1, v0): (ptr, ...) -> i32`",
        ],
    );
    check_body(
        "tail_call @two()",
        &["in f, b0, instruction 0: a tail call must return what its caller returns: `tail_call @two()`"],
    );
    check_body("ret", &["in f, b0, instruction 0: returned value count is 0, but must be 1: `ret`"]);
    check_body("ret v2", &["in f, b0, instruction 0: returned value v2 is f64, but must be i32: `ret v2`"]);
}

#[test]
fn control_flow() {
    check_body(
        "v3 = iadd.i32 v0, v0",
        &["in f, b0, instruction 0: the block does not end in a terminator: `v3 = iadd.i32 v0, v0`"],
    );
    check_body("trap\nret v0", &["in f, b0, instruction 0: terminator inside a block: `trap`"]);
    check_body("jump b1\nb1:", &["in f, b1: the block is empty; it must end in a terminator"]);
    check_body("jump b0(v0, v1, v2)", &["in f, b0, instruction 0: branch to the entry block: `jump b0(v0, v1, v2)`"]);
    check_body(
        "jump b1(v0)\nb1:\nret v0",
        &["in f, b0, instruction 0: argument count for b1 is 1, but must be 0: `jump b1(v0)`"],
    );
    check_body(
        "jump b1(v0)\nb1(v3: f32):\nret v0",
        &["in f, b0, instruction 0: v0 is i32, but b1's parameter is f32: `jump b1(v0)`"],
    );
    check_body(
        "jump b1, b1\nb1:\nret v0",
        &["in f, b0, instruction 0: destination count is 2, but must be 1: `jump b1, b1`"],
    );
    check_body(
        "v3 = const.i8 1\nbr_if v3, b1\nb1:\nret v0",
        &["in f, b0, instruction 1: destination count is 1, but must be 2: `br_if v3, b1`"],
    );
    check_body(
        "br_if v0, b1, b1\nb1:\nret v0",
        &["in f, b0, instruction 0: operand v0 is i32, but must be i8: `br_if v0, b1, b1`"],
    );
    check_body(
        "switch.i32 v0 [1: b1, 1: b1] b1\nb1:\nret v0",
        &["in f, b0, instruction 0: case 1 occurs twice: `switch.i32 v0 [1: b1, 1: b1] b1`"],
    );
    check_body(
        "switch.i32 v0 [0x100000000: b1] b1\nb1:\nret v0",
        &["in f, b0, instruction 0: 0x100000000 is wider than 32 bits: `switch.i32 v0 [0x100000000: b1] b1`"],
    );
}

#[test]
fn single_assignment() {
    check_body(
        "v0 = const.i32 1\nret v0",
        &["in f, b0, instruction 0: v0 is defined a second time: `v0 = const.i32 1`"],
    );
    check_body("undefined v3: i32\nret v3", &["in f, b0, instruction 0: v3 is used but never defined: `ret v3`"]);
    check_body(
        "v3 = iadd.i32 v3, v0\nret v0",
        &[
            "in f, b0, instruction 0: v3, defined in b0, is used where it may not be defined yet: `v3 = iadd.i32 v3, v0`",
        ],
    );
    check_body(
        "v3 = const.i8 1\nbr_if v3, b1, b2\nb1:\nv4 = const.i32 1\njump b2\nb2:\nret v4",
        &["in f, b2, instruction 0: v4, defined in b1, is used where it may not be defined yet: `ret v4`"],
    );
    // Nothing leads to b1, so there is no path on which v3 would be missing.
    check_body("ret v0\nb1:\nret v3\nb2:\nv3 = const.i32 1\nret v3", &[]);
}

#[test]
fn symbols() {
    let cases = [
        ("global @g 8 align 3", "in g: alignment 3 is no power of two"),
        ("global @g 2 align 1 = { \"abc\" }", "in g: has 3 bytes of data in 2 bytes"),
        ("global @g 8 align 1 common = { \"abc\" }", "in g: common, but not all zero"),
        ("global @g 8 align 8 = { at 4: abs64 @g }", "in g: relocation at 4 ends beyond the 8 bytes"),
        (
            "global @g 8 align 8 = { at 4: rel32 @g\n at 0: rel32 @g }",
            "in g: relocation at 0 is out of order or overlaps another",
        ),
        ("global @g 8 align 8 internal", "in g: a declaration cannot be internal"),
        ("global @g 8 align 8 extern_weak = {}", "in g: extern_weak is for declarations"),
        ("global @g 8 align 8 = @g", "in g: alias of itself"),
        ("global @g 8 align 8 comdat \"c\" = {}", "in g: comdat \"c\" is not in the table"),
        ("comdat \"c\" any\ncomdat \"c\" largest", "comdat \"c\" stands in the table twice"),
        ("global @g 8 align 8\nfunc @g()", "in g: another symbol has the same name"),
        ("global @g 8 align 8 = {} = @h\nfunc @h()", ""),
        ("func @f() {\n}", "in f, b0: the body has no block"),
        ("func @f(i32) {\nb0(v0: i64):\n ret\n}", "in f, b0: the entry block takes (i64), the function (i32)"),
        (
            "func @f(i32, ...) {\nb0(v0: i32):\n ret\n}",
            "in f: a definition must be marked variadic_definition just when its signature is variadic",
        ),
        (
            "func @f(i32, ...) variadic_definition {\nb0(v0: i32):\n ret\n}",
            "in f, b0: the entry block takes (i32), the function (ptr)",
        ),
        ("func @f() common = @g\nfunc @g()", "in f: a function cannot be common"),
        ("func @f() !0:1:1", "in f: source position names file 0 of 0"),
        ("func @f() {\n ss0 = 4 align 6\nb0:\n ret\n}", "in f: stack slot 0 has alignment 6, which is no power of two"),
        (
            "func @f(i32 byval 4 align 4)",
            "signature 0: parameter 0 is passed in memory, so its type must be ptr, not i32",
        ),
        ("func @f(ptr byval 4 align 5)", "signature 0: parameter 0 has alignment 5, which is no power of two"),
    ];
    for (text, expected) in cases {
        let errors = errors_of(text);
        if expected.is_empty() {
            assert_eq!(errors, ["in g: is both a definition and an alias"], "{text}");
        } else {
            assert_eq!(errors, [expected], "{text}");
        }
    }
}

/// Ids out of range and immediates of the wrong kind cannot be written in text.
#[test]
fn broken_ids_are_errors() {
    let good = "func @f(i32) -> i32 {\nb0(v0: i32):\n  v1 = iadd.i32 v0, v0\n  jump b1\nb1:\n  ret v1\n}\n";
    type Breakage = fn(&mut Module);
    let breakages: [(Breakage, &str); 8] = [
        (|m| inst(m).imm = Imm::Int(1), "iadd carries None, not Int"),
        (|m| inst(m).args[1] = Value(9), "v9 is not in the table of values"),
        (|m| inst(m).results[0] = Value(9), "v9 is not in the table of values"),
        (|m| inst(m).loc = SrcLoc { file: 3, line: 1, col: 0 }, "source position names file 3 of 0"),
        (
            |m| *inst(m) = Inst { op: Op::Call, ty: Type::Ptr, imm: Imm::Func(FuncId(7)), ..inst(m).clone() },
            "fn7 is not in the function table",
        ),
        (
            |m| {
                *inst(m) =
                    Inst { op: Op::StackAddr, ty: Type::Ptr, imm: Imm::Slot(StackSlotId(7), 0), ..inst(m).clone() }
            },
            "ss7 is not a slot of the function",
        ),
        (|m| body(m).blocks[0].insts[1].dests[0].block = BlockId(5), "b5 is not a block of the function"),
        (|m| m.funcs[0].sig = SigId(4), "its signature sig4 is not in the table"),
    ];
    for (breakage, expected) in breakages {
        let mut m = parse_module(good).expect("parses");
        breakage(&mut m);
        let errors = verify(&m).expect_err(expected);
        assert!(errors.iter().any(|e| e.message == expected), "{expected}: {errors:?}");
    }
}

fn body(m: &mut Module) -> &mut Body {
    m.funcs[0].body.as_mut().expect("defined")
}

fn inst(m: &mut Module) -> &mut Inst {
    &mut body(m).blocks[0].insts[0]
}
