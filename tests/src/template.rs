//! The one macro of filetests: a block repeated for each of a list of values, so that one file covers every width.
//!
//! ```text
//! ; {{for T,C in i7:i64 i32:i64}}
//! define void @neg_{T}(ptr %in, ptr %out) { … {C} … }
//! ; {{end}}
//! ```
//!
//! Blocks nest. `{NAME}` is replaced where NAME is a variable of an enclosing block, and left alone elsewhere. A `^` in a
//! value stands for a space.

use anyhow::{Result, bail};

/// The text with every block repeated.
pub fn expand(text: &str) -> Result<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let end = expand_until_end(&lines, 0, &[], &mut out)?;
    if end != lines.len() {
        bail!("line {}: {{{{end}}}} without {{{{for}}}}", end + 1);
    }
    Ok(out)
}

/// Expands from line `at` to the block's `{{end}}`, whose line number it returns, or to the end of the text.
fn expand_until_end(lines: &[&str], mut at: usize, variables: &[(&str, &str)], out: &mut String) -> Result<usize> {
    while at < lines.len() {
        match directive(lines[at]) {
            None => {
                *out += &substitute(lines[at], variables);
                out.push('\n');
                at += 1;
            }
            Some("end") => return Ok(at),
            Some(head) => {
                let Some((names, values)) = head.strip_prefix("for ").and_then(|h| h.split_once(" in ")) else {
                    bail!("line {}: not a block: {{{{{head}}}}}", at + 1);
                };
                let names: Vec<&str> = names.split(',').map(str::trim).collect();
                let mut end = None;
                for value in values.split_whitespace() {
                    let parts: Vec<&str> = value.split(':').collect();
                    if parts.len() != names.len() {
                        bail!("line {}: {value} does not give {} values", at + 1, names.len());
                    }
                    let mut inner = variables.to_vec();
                    inner.extend(names.iter().copied().zip(parts));
                    end = Some(expand_until_end(lines, at + 1, &inner, out)?);
                }
                match end {
                    Some(end) if end < lines.len() => at = end + 1,
                    Some(_) => bail!("line {}: {{{{for}}}} without {{{{end}}}}", at + 1),
                    None => bail!("line {}: no values to repeat for", at + 1),
                }
            }
        }
    }
    Ok(at)
}

/// What stands in `{{…}}` on a comment line of its own.
fn directive(line: &str) -> Option<&str> {
    let line = line.trim();
    let comment = line.strip_prefix("//").or_else(|| line.strip_prefix(';'))?;
    comment.trim().strip_prefix("{{")?.strip_suffix("}}").map(str::trim)
}

fn substitute(line: &str, variables: &[(&str, &str)]) -> String {
    let mut line = line.to_owned();
    // Innermost first, so that it shadows.
    for (name, value) in variables.iter().rev() {
        line = line.replace(&format!("{{{name}}}"), &value.replace('^', " "));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn blocks_repeat_and_nest() {
        let text =
            "a\n; {{for T,C in i8:x i16:y}}\n{T} {C} {U}\n// {{for U in 1 2}}\n{T}.{U}\n// {{end}}\n; {{end}}\nb\n";
        let want = "a\ni8 x {U}\ni8.1\ni8.2\ni16 y {U}\ni16.1\ni16.2\nb\n";
        assert_eq!(expand(text).unwrap(), want);
    }

    #[test]
    fn broken_blocks_are_errors() {
        for text in [
            "; {{end}}",
            "; {{for T in a}}\n",
            "; {{for T in }}\n; {{end}}",
            "; {{if}}",
            "; {{for A,B in a}}\n; {{end}}",
        ] {
            assert!(expand(text).is_err(), "{text}");
        }
    }
}
