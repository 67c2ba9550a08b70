//! Fetches the test material, so that tests need no network afterwards.

use anyhow::Result;
use rheo_tests::{corpus, places, program};

fn main() -> Result<()> {
    for name in program::NAMES {
        program::Program::load(name)?;
    }
    corpus::gcc_testsuite()?;
    println!("the corpus is complete: {}", places::corpus().display());
    Ok(())
}
