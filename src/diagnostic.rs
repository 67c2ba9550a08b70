//! Diagnostics: what is wrong, with the lines of source it is about.

use codespan_reporting::diagnostic::{Diagnostic as Report, Label};
use codespan_reporting::files::{Files, SimpleFiles};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::{ColorChoice, StandardStream};
use std::fmt;
use std::io::IsTerminal;

/// One or more things wrong with the input, each with places where known.
#[derive(Debug)]
pub struct Diagnostics(pub Vec<Diagnostic>);

/// One thing wrong with the input.
#[derive(Clone, Debug, Default)]
pub struct Diagnostic {
    /// What.
    pub message: String,
    /// Where.
    pub places: Vec<Place>,
    /// What else helps.
    pub notes: Vec<String>,
}

/// A place in a source file.
#[derive(Clone, Debug)]
pub struct Place {
    /// File, as the program or the user names it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; 0 if unknown.
    pub column: u32,
    /// What is there.
    pub what: String,
}

impl Diagnostic {
    /// Something wrong at no place in particular.
    pub fn new(message: impl Into<String>) -> Diagnostic {
        Diagnostic { message: message.into(), ..Diagnostic::default() }
    }

    /// With another place.
    pub fn at(mut self, file: &str, line: u32, column: u32, what: impl Into<String>) -> Diagnostic {
        self.places.push(Place { file: file.to_owned(), line, column, what: what.into() });
        self
    }
}

impl Diagnostic {
    /// With another place, `file:line:col` or `file:line`, if it is known.
    pub fn at_position(self, position: Option<&str>) -> Diagnostic {
        fn number(text: &str) -> Option<(&str, u32)> {
            let (rest, number) = text.rsplit_once(':')?;
            Some((rest, number.parse().ok()?))
        }
        let place = position.and_then(number).map(|(rest, last)| match number(rest) {
            Some((file, line)) => (file, line, last),
            None => (rest, last, 0),
        });
        match place {
            Some((file, line, column)) => self.at(file, line, column, ""),
            None => self,
        }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(d: Diagnostic) -> Diagnostics {
        Diagnostics(vec![d])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, d) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            if let Some(p) = d.places.first() {
                write!(f, "{}:{}:{}: ", p.file, p.line, p.column)?;
            }
            f.write_str(&d.message)?;
            for note in &d.notes {
                write!(f, "\n  {note}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Prints an error on standard error, with source lines where it has places in files that can be read.
pub fn print(error: &anyhow::Error) {
    let Some(Diagnostics(all)) = error.downcast_ref::<Diagnostics>() else {
        eprintln!("error: {error:#}");
        return;
    };
    let choice = if std::io::stderr().is_terminal() { ColorChoice::Auto } else { ColorChoice::Never };
    let mut stream = StandardStream::stderr(choice);
    for d in all {
        let (files, report) = located(d);
        if term::emit_to_write_style(&mut stream, &term::Config::default(), &files, &report).is_err() {
            eprintln!("error: {}", d.message);
        }
    }
}

fn source_tail(files: &SimpleFiles<String, String>, id: usize, range: std::ops::Range<usize>) -> &str {
    files.get(id).ok().and_then(|f| f.source().get(range)).unwrap_or_default()
}

/// The report with labels for those places that can be shown, and notes for the others.
fn located(d: &Diagnostic) -> (SimpleFiles<String, String>, Report<usize>) {
    let mut files = SimpleFiles::new();
    let mut labels = Vec::new();
    let mut notes = Vec::new();
    for place in &d.places {
        let range = std::fs::read_to_string(&place.file).ok().and_then(|source| {
            let id = files.add(place.file.clone(), source);
            let line = files.line_range(id, (place.line as usize).checked_sub(1)?).ok()?;
            let text = files.get(id).ok()?.source().get(line.clone())?;
            let indent = text.len() - text.trim_start().len();
            let column = (place.column as usize).checked_sub(1).unwrap_or(indent);
            let from = text.char_indices().nth(column).map_or(line.end, |(i, _)| line.start + i);
            // To the end of the word, or of the line where nothing says which word.
            let rest = source_tail(&files, id, from..line.end);
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()).max(first);
            let bytes = if place.column == 0 { rest.trim_end().len() } else { word };
            Some((id, from..(from + bytes).min(line.end)))
        });
        match range {
            Some((id, range)) if labels.is_empty() => labels.push(Label::primary(id, range).with_message(&place.what)),
            Some((id, range)) => labels.push(Label::secondary(id, range).with_message(&place.what)),
            None if place.what.is_empty() => notes.push(format!("at {}:{}:{}", place.file, place.line, place.column)),
            None => notes.push(format!("{}:{}:{}: {}", place.file, place.line, place.column, place.what)),
        }
    }
    notes.extend(d.notes.iter().cloned());
    (files, Report::error().with_message(&d.message).with_labels(labels).with_notes(notes))
}
