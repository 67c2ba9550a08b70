//! A program in each of several languages, in every tier, its output compared with the native build's. A compiler that cannot
//! be had makes its tests ignored, with the reason.

use std::process::ExitCode;

use libtest_mimic::{Completion, Trial};
use rheo_tests::language::{self, Language, Unmade};
use rheo_tests::rheo::Tier;
use rheo_tests::title::{self, Set};
use rheo_tests::{harness, places};

/// Each set other than the general one has one case of so many.
const SHARE: usize = 12;

fn main() -> ExitCode {
    harness::main(|| {
        let seeds = if places::full() { 20 } else { 1 };
        let mut trials = Vec::new();
        for &language in Language::ALL {
            for level in ["-O0", "-O2"] {
                for tier in [Tier::Bytecode, Tier::Aot].into_iter().chain((1..=seeds).map(Tier::Random)) {
                    trials.push(trial(language, level, tier, None));
                    if tier != Tier::Aot {
                        let case = format!("{} {level} {tier}", language.name());
                        let sets = title::sets(&case, SHARE).into_iter().map(Some);
                        trials.extend(sets.map(|set| trial(language, level, tier, set)));
                    }
                }
            }
        }
        Ok(trials)
    })
}

fn trial(language: Language, level: &'static str, tier: Tier, set: Option<Set>) -> Trial {
    let name = harness::named(format!("{} {level} {tier}", language.name()), set);
    Trial::ignorable_test(name, move || match language::check(language, level, tier, set) {
        Ok(()) => Ok(Completion::Completed),
        Err(Unmade::Missing(why)) => Ok(Completion::ignored_with(why)),
        Err(Unmade::Failed(error)) => Err(harness::failed(format!("{error:#}"))),
    })
}
