//! Puts measured tables into a Markdown file, between two lines that say which command makes them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Replaces what stands between the lines `<!-- COMMAND -->` and `<!-- end -->` of `file`.
pub fn replace(file: &Path, command: &str, body: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = replaced(&text, command, body)
        .with_context(|| format!("{} lacks the lines `<!-- {command} -->` and `<!-- end -->`", file.display()))?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn replaced(text: &str, command: &str, body: &str) -> Option<String> {
    const END: &str = "<!-- end -->\n";
    let begin = format!("<!-- {command} -->\n");
    let (head, rest) = text.split_once(&begin)?;
    let (_, tail) = rest.split_once(END)?;
    Some([head, &begin, body, END, tail].concat())
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_the_commands_own_part_changes() {
        let text = "a\n<!-- x -->\nold\n<!-- end -->\nb\n<!-- y -->\nother\n<!-- end -->\n";
        let want = "a\n<!-- x -->\nnew\n<!-- end -->\nb\n<!-- y -->\nother\n<!-- end -->\n";
        assert_eq!(replaced(text, "x", "new\n").as_deref(), Some(want));
        assert_eq!(replaced(text, "z", "new\n"), None);
    }
}
