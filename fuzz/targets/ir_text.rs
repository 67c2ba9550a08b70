//! IR text: what parses prints to the same; what verifies can be analysed, and links to what verifies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_ir::{Cfg, Liveness, parse_module, verify};
use rheo_link::{Roots, link};

fuzz_target!(|text: &str| {
    let Ok(module) = parse_module(text) else { return };
    assert_eq!(parse_module(&module.to_string()).as_ref(), Ok(&module));
    let correct = verify(&module).is_ok();
    if correct {
        for body in module.funcs.iter().filter_map(|f| f.body.as_ref()) {
            Liveness::new(body, &Cfg::new(body));
        }
    }
    for roots in [Roots::Executable, Roots::Visible] {
        if let Ok(linked) = link(vec![module.clone()], roots)
            && correct
        {
            assert_eq!(verify(&linked), Ok(()), "{linked}");
        }
    }
});
