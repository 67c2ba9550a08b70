//! The text form reads back as what was printed, and no text makes the reader, the printer or the verifier panic.

mod choices;

use choices::Choices;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rheo_ir::*;

/// A text in canonical form with one of everything.
const SAMPLE: &str = include_str!("sample.ir");

/// The same cases in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` choose others.
fn config(cases: u32) -> ProptestConfig {
    let given = |name| std::env::var(name).ok().and_then(|v| v.parse().ok());
    ProptestConfig {
        cases: given("PROPTEST_CASES").unwrap_or(cases.into()) as u32,
        rng_seed: RngSeed::Fixed(given("PROPTEST_RNG_SEED").unwrap_or(1)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(20000))]

    #[test]
    fn parse_inverts_print(list in vec(any::<u32>(), 0..400)) {
        let m = choices::module(&mut Choices::new(&list));
        let text = m.to_string();
        match parse_module(&text) {
            Ok(back) => prop_assert_eq!(back, m, "{}", text),
            Err(e) => prop_assert!(false, "{}\n{}", e, text),
        }
    }

    #[test]
    fn parse_func_inverts_print(list in vec(any::<u32>(), 0..400)) {
        let m = choices::module(&mut Choices::new(&list));
        let printer = Printer::new(&m);
        let mut scope = m.clone();
        for f in (0..m.funcs.len()).map(FuncId::new) {
            let text = printer.func(f);
            match parse_func(&text, &mut scope) {
                Ok(mut back) => {
                    // Functions are referred to by number, their signatures by value.
                    prop_assert_eq!(scope.sig(back.sig), m.sig_of(f));
                    back.sig = m.func(f).sig;
                    prop_assert_eq!(&back, m.func(f), "{}", text);
                }
                Err(e) => prop_assert!(false, "{}\n{}", e, text),
            }
        }
        prop_assert_eq!(scope, m);
    }
}

/// Text mutated at random: parsing gives a module or an error; a module prints to what reads back the same, and can be
/// verified, and analysed if it is correct.
mod mutated {
    use super::*;

    #[derive(Clone, Debug)]
    enum Edit {
        Delete(usize, usize),
        Insert(usize, &'static str),
        Copy(usize, usize, usize),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        let words = [
            "v0",
            "v1",
            "v99",
            "b0",
            "b7",
            "ss0",
            "fn0",
            "gv1",
            "sig0",
            "@f",
            "@\"\"",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "=",
            "!",
            "!0:1:2",
            "->",
            "-",
            "+",
            "...",
            "i8",
            "i128",
            "f80",
            "ptr",
            "0",
            "1",
            "4294967295",
            "inf",
            "0xffffffffffffffffffffffffffffffff",
            "340282366920938463463374607431768211456",
            "1.5e-3",
            "\n",
            "\"",
            "\\",
            "x\"",
            ";",
            "é",
            "const.i8",
            "load.i64",
            "switch.i8",
            "jump",
            "ret",
            "undefined",
            "func",
            "global",
            "at",
            "volatile",
            "\0",
            "99999999999",
        ];
        prop_oneof![
            (any::<usize>(), 0..12usize).prop_map(|(at, n)| Edit::Delete(at, n)),
            (any::<usize>(), prop::sample::select(words.to_vec())).prop_map(|(at, w)| Edit::Insert(at, w)),
            (any::<usize>(), any::<usize>(), 0..60usize).prop_map(|(from, to, n)| Edit::Copy(from, to, n)),
        ]
    }

    /// Applies an edit to the characters of a text.
    fn apply(text: &mut Vec<char>, edit: &Edit) {
        let len = text.len() + 1;
        match *edit {
            Edit::Delete(at, n) => drop(text.drain(at % len..(at % len + n).min(text.len()))),
            Edit::Insert(at, word) => drop(text.splice(at % len..at % len, word.chars())),
            Edit::Copy(from, to, n) => {
                let part = text[from % len..(from % len + n).min(text.len())].to_vec();
                text.splice(to % len..to % len, part);
            }
        }
    }

    fn survives(text: &str) -> Result<(), TestCaseError> {
        let Ok(m) = parse_module(text) else { return Ok(()) };
        let printed = m.to_string();
        let back = parse_module(&printed);
        prop_assert_eq!(back.as_ref(), Ok(&m), "{}", printed);
        if verify(&m).is_ok() {
            for body in m.funcs.iter().filter_map(|f| f.body.as_ref()) {
                Liveness::new(body, &Cfg::new(body));
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(config(40000))]

        #[test]
        fn sample(edits in vec(edit(), 1..6)) {
            let mut text: Vec<char> = SAMPLE.chars().collect();
            edits.iter().for_each(|e| apply(&mut text, e));
            survives(&text.into_iter().collect::<String>())?;
        }

        #[test]
        fn random_module(list in vec(any::<u32>(), 0..200), edits in vec(edit(), 1..4)) {
            let mut text: Vec<char> = choices::module(&mut Choices::new(&list)).to_string().chars().collect();
            edits.iter().for_each(|e| apply(&mut text, e));
            survives(&text.into_iter().collect::<String>())?;
        }
    }
}

#[test]
fn sample_is_canonical_and_verifies() {
    let m = parse_module(SAMPLE).unwrap_or_else(|e| panic!("sample.ir:{e}"));
    let errors = verify(&m).err().unwrap_or_default();
    assert!(errors.is_empty(), "{}", errors.iter().map(|e| format!("{e}\n")).collect::<String>());
    let without_comments: String = SAMPLE.lines().filter(|l| !l.starts_with(';')).map(|l| format!("{l}\n")).collect();
    assert_eq!(m.to_string(), without_comments);
}

#[test]
fn errors_name_the_place() {
    let cases = [
        (
            "func @f() {\nb0:\n  v0 = const.i32 5\n  ret v1\n}\n",
            "4:7: v1 is used but neither defined nor listed as undefined",
        ),
        ("func @f() {\nb0:\n  v0 = cont.i32 5\n}\n", "3:8: expected an instruction, found `cont.i32`"),
        ("func @f() {\nb0:\n  jump b3\n}\n", "3:8: the function has no block b3"),
        ("func @f() {\nb0:\n  v0 = const.i8 -129\n}\n", "3:17: expected a constant of type i8, found `-`"),
        ("func @f() {\nb0:\n  v0 = load v1\n}\n", "3:8: write load.TYPE"),
        (
            "global @g 4 align 4\nglobal @g 4 align 4\nctor 1 @g\n",
            "3:8: several symbols have this name; refer to one by number",
        ),
        ("global @é 4", "1:9: expected a name behind @"),
        ("func @f() = @g", "1:13: no such symbol in the module"),
        ("func @f(i32, i64", "1:17: expected , or ), found the end"),
        ("asm \"abc", "1:5: the text in quotes does not end"),
        ("func @f() {\nb0:\n  trap", "3:7: expected } at the end of the function, found the end"),
    ];
    for (text, message) in cases {
        let error = parse_module(text).expect_err(text).to_string();
        assert_eq!(error, message, "{text}");
    }
}
