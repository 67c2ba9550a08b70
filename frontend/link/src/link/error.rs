//! Why modules do not link.

use std::fmt;

/// Everything that keeps the modules from linking.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct LinkError {
    /// At least one, in the order of the symbols' first mention.
    pub problems: Vec<Problem>,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            let newline = if i == 0 { "" } else { "\n" };
            write!(f, "{newline}{problem}")?;
        }
        Ok(())
    }
}

/// A definition or declaration of a symbol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// Name of its module.
    pub module: String,
    /// `file:line:col`, if known.
    pub position: Option<String>,
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.module)?;
        match &self.position {
            Some(position) => write!(f, " ({position})"),
            None => Ok(()),
        }
    }
}

/// One reason why modules do not link.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each field is named in its variant's message")]
pub enum Problem {
    /// Modules for different machines.
    #[error("{first} is for {first_target:?}, but {second} is for {second_target:?}")]
    Target { first: String, first_target: String, second: String, second_target: String },
    /// Two definitions neither of which yields.
    #[error("symbol {symbol:?} is defined twice: in {first} and in {second}")]
    Duplicate { symbol: String, first: Definition, second: Definition },
    /// A function here, data there.
    #[error("symbol {symbol:?} is a function in {func} but data in {data}")]
    Kind { symbol: String, func: Definition, data: Definition },
    /// Thread-local here, not there.
    #[error("symbol {symbol:?} is thread-local in {tls} but not in {plain}")]
    ThreadLocal { symbol: String, tls: Definition, plain: Definition },
    /// Comdats that cannot be reconciled.
    #[error("comdat {comdat:?} of {first} and of {second} {reason}")]
    Comdat { comdat: String, first: String, second: String, reason: &'static str },
    /// An alias that leads to itself.
    #[error("{alias:?} in {definition} is an alias of itself")]
    AliasCycle { alias: String, definition: Definition },
    /// An alias of what no module defines.
    #[error("{alias:?} in {definition} is an alias of {target:?}, which no module defines")]
    AliasOfUndefined { alias: String, definition: Definition, target: String },
}
