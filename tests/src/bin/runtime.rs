//! `./x runtime TARGET`: makes the runtime's object for another target, and prints where it is.

use anyhow::{Result, bail};
use clap::Parser;
use rheo_tests::cross;

/// Makes the runtime's object for a target other than this machine's, and prints its path: for `rheo build --runtime`
#[derive(Parser)]
#[command(name = "./x runtime")]
struct Arguments {
    /// The target, as aarch64-linux-gnu
    target: String,
}

fn main() -> Result<()> {
    let target = cross::target(&Arguments::parse().target)?;
    match cross::runtime(target)? {
        Ok(object) => println!("{}", object.display()),
        Err(missing) => bail!("{missing}; `rustup target add` does as well"),
    }
    Ok(())
}
