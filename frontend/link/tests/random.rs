//! Random modules: linking never panics, and of correct modules it makes correct ones.

#[path = "../../ir/tests/choices/mod.rs"]
mod choices;

use choices::Choices;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rheo_ir::{FuncId, Linkage, Module, SymbolRef, verify};
use rheo_link::{Roots, link};

/// Makes it likely that modules go together: few names, each for one kind of symbol, and linkages that suit.
fn tame(mut m: Module) -> Module {
    m.triple.clear();
    m.data_layout.clear();
    for (i, f) in m.funcs.iter_mut().enumerate() {
        f.name = format!("f{}", i % 3);
        f.comdat = None;
        f.flags.native = false;
        match (&f.body, f.linkage) {
            (Some(_), Linkage::External) => f.linkage = Linkage::Weak,
            (Some(_), _) => {}
            (None, _) => f.linkage = Linkage::External,
        }
        // Aliases of what comes before them lead somewhere, unless that is a declaration.
        f.alias = f.alias.filter(|a| f.body.is_none() && a.target < SymbolRef::Func(FuncId::new(i)));
    }
    for (i, g) in m.globals.iter_mut().enumerate() {
        g.name = format!("g{}", i % 3);
        (g.comdat, g.alias, g.tls) = (None, None, false);
        match (&g.data, g.linkage) {
            (Some(_), Linkage::External) => g.linkage = Linkage::Common,
            (Some(_), _) => {}
            (None, _) => g.linkage = Linkage::ExternWeak,
        }
    }
    m
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn modules_link_or_not(lists in vec(vec(any::<u32>(), 0..700), 1..4)) {
        let modules: Vec<_> = lists
            .iter()
            .map(|list| {
                tame(choices::module(&mut Choices::new(list)))
            })
            .collect();
        let correct = modules.iter().all(|m| verify(m).is_ok());
        for roots in [Roots::Executable, Roots::Visible] {
            let Ok(linked) = link(modules.clone(), roots) else { continue };
            prop_assert!(!correct || verify(&linked).is_ok(), "{}", linked);
            // Once linked, everything is settled.
            let again = link(vec![linked.clone()], roots);
            prop_assert!(again.is_ok(), "{}", linked);
        }
    }
}
