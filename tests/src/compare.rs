//! Says how one run differs from another, for a person to read.

use std::fmt::Write;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::process::Outcome;

/// Most lines of a difference that are shown.
const LINES_MAX: usize = 40;

/// `None` if `got` ended like `want` and wrote the same; else what differs, with what it wrote to standard error.
pub fn difference(want: &Outcome, got: &Outcome) -> Option<String> {
    difference_of(want, got, |text| text.to_owned())
}

/// As [`difference`], on what `keep` leaves of standard output.
pub fn difference_of(want: &Outcome, got: &Outcome, keep: impl Fn(&str) -> String) -> Option<String> {
    let same_output = want.stdout == got.stdout || keep(&want.stdout_text()) == keep(&got.stdout_text());
    if same_output && want.end == got.end {
        return None;
    }
    let mut report = String::new();
    if want.end != got.end {
        let _ = writeln!(report, "ended by {}, native by {}", got.end, want.end);
    }
    if !same_output {
        report += &diff(&keep(&want.stdout_text()), &keep(&got.stdout_text()));
    }
    let stderr = got.stderr_text();
    if !stderr.trim().is_empty() {
        let _ = writeln!(report, "standard error:");
        for line in stderr.lines().take(LINES_MAX) {
            let _ = writeln!(report, "  {line}");
        }
    }
    Some(report)
}

/// The lines that differ: `-` wanted, `+` got, each with its line number.
pub fn diff(want: &str, got: &str) -> String {
    // Outputs that have nothing in common would take long; the first lines are enough.
    let diff = TextDiff::configure().timeout(Duration::from_millis(500)).diff_lines(want, got);
    let mut out = String::new();
    let mut shown = 0;
    for change in diff.iter_all_changes() {
        let (sign, index) = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => ('-', change.old_index()),
            ChangeTag::Insert => ('+', change.new_index()),
        };
        shown += 1;
        if shown > LINES_MAX {
            out += "  …\n";
            break;
        }
        let line = index.map_or(0, |i| i + 1);
        let _ = writeln!(out, "{sign}{line:5}  {}", change.value().trim_end_matches('\n'));
    }
    out
}
