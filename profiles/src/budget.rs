//! The budget: how much Rheo may add.

use std::fmt;
use std::str::FromStr;

/// A bound on size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Budget {
    /// Bytes for everything that Rheo adds: interpreter, bytecode, AOT code, tables, runtime.
    Bytes(u64),
    /// Bytes of AOT code, in hundredths of a percent (0 to 10,000) of what all functions take as AOT code.
    Percent(u32),
}

/// Text that is no budget.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` is no budget: {what}; write bytes (`200000`, `200k`, `1.5MiB`) or a percentage (`25%`)")]
pub struct BudgetError {
    /// As given.
    pub text: String,
    /// What is wrong with it.
    pub what: &'static str,
}

const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("B", 1),
    ("k", 1000),
    ("kB", 1000),
    ("KiB", 1 << 10),
    ("M", 1_000_000),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
];

impl FromStr for Budget {
    type Err = BudgetError;

    fn from_str(text: &str) -> Result<Budget, BudgetError> {
        let error = |what| BudgetError { text: text.to_owned(), what };
        let digits_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits_end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || fraction.len() > 6 || fraction.contains('.') {
            return Err(error("it does not begin with a number"));
        }
        let whole: u64 = whole.parse().map_err(|_| error("the number is too large"))?;
        let millionths: u64 = format!("{fraction:0<6}").parse().map_err(|_| error("the fraction is no number"))?;
        let unit = unit.trim();
        if unit == "%" {
            if !millionths.is_multiple_of(10_000) {
                return Err(error("percentages have at most two decimals"));
            }
            let hundredths = whole.checked_mul(100).map(|h| h + millionths / 10_000).filter(|&h| h <= 10_000);
            let hundredths = hundredths.ok_or_else(|| error("it is more than 100 %"))?;
            return Ok(Budget::Percent(u32::try_from(hundredths).expect("at most 10,000")));
        }
        let (_, scale) = UNITS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit))
            .ok_or_else(|| error("the unit is unknown"))?;
        let bytes = whole.checked_mul(*scale).and_then(|b| b.checked_add(millionths * scale / 1_000_000));
        bytes.map(Budget::Bytes).ok_or_else(|| error("the number is too large"))
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Budget::Bytes(b) => write!(f, "{b}"),
            Budget::Percent(h) if h % 100 == 0 => write!(f, "{}%", h / 100),
            Budget::Percent(h) => write!(f, "{}.{:02}%", h / 100, h % 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_prints() {
        for (text, budget) in [
            ("0", Budget::Bytes(0)),
            ("200k", Budget::Bytes(200_000)),
            ("1.5MiB", Budget::Bytes(1_572_864)),
            ("64 KiB", Budget::Bytes(65_536)),
            ("25%", Budget::Percent(2500)),
            ("2.5%", Budget::Percent(250)),
            ("100 %", Budget::Percent(10_000)),
        ] {
            let parsed: Budget = text.parse().unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(parsed, budget, "{text}");
            assert_eq!(parsed.to_string().parse(), Ok(budget), "{text}");
        }
        for text in
            ["", "%", "-1", "101%", "1.234%", "5 furlongs", "99999999999999999999", "18446744073709551615k", "1.2.3"]
        {
            assert!(text.parse::<Budget>().is_err(), "{text}");
        }
    }
}
