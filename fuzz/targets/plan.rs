//! Plans: what reads prints to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_profiles::Plan;

fuzz_target!(|text: &str| {
    if let Ok(plan) = Plan::read(text) {
        assert_eq!(Plan::read(&plan.print()), Ok(plan));
    }
});
