//! A program in each of several languages, in every tier, its output compared with the native build's. A compiler that cannot
//! be had makes its tests ignored, with the reason.

use std::process::ExitCode;

use libtest_mimic::{Completion, Failed, Trial};
use rheo_tests::language::{self, Language, Unmade};
use rheo_tests::rheo::Tier;
use rheo_tests::{harness, places};

fn main() -> ExitCode {
    harness::main(|| {
        let seeds = if places::full() { 20 } else { 1 };
        let tiers = || [Tier::Bytecode, Tier::Aot].into_iter().chain((1..=seeds).map(Tier::Random));
        let cases = Language::ALL.iter().flat_map(|&language| ["-O0", "-O2"].map(|level| (language, level)));
        Ok(cases.flat_map(|(language, level)| tiers().map(move |tier| trial(language, level, tier))).collect())
    })
}

fn trial(language: Language, level: &'static str, tier: Tier) -> Trial {
    Trial::ignorable_test(format!("{} {level} {tier}", language.name()), move || {
        match language::check(language, level, tier) {
            Ok(()) => Ok(Completion::Completed),
            Err(Unmade::Missing(why)) => Ok(Completion::ignored_with(why)),
            Err(Unmade::Failed(error)) => Err(Failed::from(format!("{error:#}"))),
        }
    })
}
