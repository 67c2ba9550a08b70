//! The bench's report as a page: charts of the means, of every program, and of bytes against time, and the tables.
//! Plain HTML and SVG, no scripts.

use std::fmt::Write;

use super::calls::Calls;
use super::engine::{ENGINES, Engine};
use super::report::{Cell, Measured, Report, Wanted};
use super::throws::Throws;
use crate::chart::{STYLE, html_table, thousands};
use crate::program::title;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 70.0;
const LINE: f64 = 24.0;

/// A logarithmic axis of multiples of native time.
struct Axis {
    least: f64,
    most: f64,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Axis {
        Axis { least: values.clone().fold(1.0, f64::min) * 0.9, most: values.fold(2.0, f64::max) * 1.1 }
    }

    fn x(&self, value: f64) -> f64 {
        let share = (value / self.least).ln() / (self.most / self.least).ln();
        LEFT + (WIDTH - LEFT - RIGHT) * share
    }

    /// Vertical lines at 1, 2, 5, 10 …, with their numbers below.
    fn grid(&self, height: f64) -> String {
        let mut out = String::new();
        let steps = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
        for step in steps.into_iter().filter(|step| (self.least..self.most).contains(step)) {
            let (x, class) = (self.x(step), if step == 1.0 { "native" } else { "grid" });
            let _ = write!(
                out,
                "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"6\" x2=\"{x:.1}\" y2=\"{:.1}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{step}×</text>",
                height - 22.0,
                height - 6.0
            );
        }
        out
    }
}

fn svg(height: f64, label: &str, body: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{label}\">{body}</svg>")
}

fn is_ours(key: &str) -> bool {
    ENGINES.iter().any(|named| named.key == key && matches!(named.engine, Engine::Rheo(_)))
}

fn name(key: &str) -> &'static str {
    ENGINES.iter().find(|named| named.key == key).map_or("", |named| named.title)
}

fn times(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Measured(measured) => measured.times_native,
        Cell::Missing(_) => None,
    }
}

/// A bar for each engine that ran all the programs `wanted` names.
fn bars(report: &Report, what: &str, wanted: Wanted) -> Option<String> {
    let means: Vec<(&str, f64)> = report
        .engines
        .iter()
        .enumerate()
        .filter_map(|(column, key)| Some((key.as_str(), report.mean(column, wanted, |m| m.times_native)?)))
        .collect();
    if means.len() < 2 {
        return None;
    }
    let axis = Axis::of(means.iter().map(|(_, mean)| *mean));
    let height = LINE * means.len() as f64 + 34.0;
    let mut body = axis.grid(height);
    for (i, (key, mean)) in means.iter().enumerate() {
        let (y, class) = (8.0 + LINE * i as f64, if is_ours(key) { "ours" } else { "theirs" });
        let (from, to) = (axis.x(axis.least), axis.x(*mean));
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"{class}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{mean:.2}×</text>",
            LEFT - 8.0,
            y + 13.0,
            name(key),
            to - from,
            LINE - 7.0,
            to + 5.0,
            y + 13.0
        );
    }
    Some(format!("<h2>Time, {what}</h2>\n{}\n", svg(height, what, &body)))
}

/// A line for each program, a dot on it for each engine.
fn dots(report: &Report) -> String {
    let all = report.programs.iter().flat_map(|row| &row.cells).filter_map(times);
    let axis = Axis::of(all);
    let height = LINE * report.programs.len() as f64 + 34.0;
    let mut body = axis.grid(height);
    for (i, row) in report.programs.iter().enumerate() {
        let y = 18.0 + LINE * i as f64;
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            title(&row.program)
        );
        for (key, cell) in report.engines.iter().zip(&row.cells) {
            if let Some(value) = times(cell) {
                let (class, radius) = if is_ours(key) { ("ours", 5.0) } else { ("theirs", 4.0) };
                let _ = write!(
                    body,
                    "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{radius}\"><title>{}, {}: {value:.2} × native</title></circle>",
                    axis.x(value),
                    title(&row.program),
                    name(key)
                );
            }
        }
    }
    format!(
        "<h2>Time, program by program</h2>\n{}\n<p>Blue: Rheo. Point at a dot to see what it is.</p>\n",
        svg(height, "time of every program in every engine", &body)
    )
}

/// Bytes of code against time for one program.
fn sizes(report: &Report, program: &str) -> Option<String> {
    const HEIGHT: f64 = 300.0;
    let row = report.programs.iter().find(|row| row.program == program)?;
    let mut points = Vec::new();
    for (key, cell) in report.engines.iter().zip(&row.cells) {
        if let Cell::Measured(Measured {
            times_native: Some(times), code_bytes: Some(bytes), interpreter_bytes, ..
        }) = cell
        {
            points.push((key.as_str(), *times, bytes + interpreter_bytes.unwrap_or(0)));
        }
    }
    let most = points.iter().map(|point| point.2).max()? as f64 * 1.1;
    let axis = Axis::of(points.iter().map(|point| point.1));
    let mut body = axis.grid(HEIGHT);
    for share in [0.25, 0.5, 0.75, 1.0] {
        let y = (HEIGHT - 26.0) * (1.0 - share / 1.1);
        let _ = write!(
            body,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{:.0} KB</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0,
            most / 1.1 * share / 1000.0
        );
    }
    for (key, times, bytes) in points {
        let (x, y) = (axis.x(times), (HEIGHT - 26.0) * (1.0 - bytes as f64 / most));
        let class = if is_ours(key) { "ours" } else { "theirs" };
        let _ = write!(
            body,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{}: {} bytes, {times:.2} × native</title></circle><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            name(key),
            thousands(bytes),
            x + 6.0,
            y - 5.0,
            name(key)
        );
    }
    Some(format!(
        "<h2>{}: bytes of code, handlers included, against time</h2>\n{}\n",
        title(program),
        svg(HEIGHT, "bytes against time", &body)
    ))
}

/// The whole page.
pub fn html(report: &Report) -> String {
    let mut body = String::new();
    for (what, wanted) in Report::MEANS {
        if report.programs.iter().filter(|row| wanted(&row.program)).count() > 1 {
            body += &bars(report, what, wanted).unwrap_or_default();
        }
    }
    if !report.programs.is_empty() {
        body += &dots(report);
    }
    for program in ["lua", "sqlite"] {
        body += &sizes(report, program).unwrap_or_default();
    }
    let mut table = |what: &str, (heads, rows): (Vec<String>, Vec<Vec<String>>)| {
        if !rows.is_empty() {
            let _ = write!(body, "<h2>{what}</h2>\n<div class=\"wide\">{}</div>\n", html_table(&heads, &rows));
        }
    };
    if !report.programs.is_empty() {
        table("Time as a multiple of native -O2", report.times());
        table("Engines", report.engines_table());
        table("Bytes of code", report.bytes());
    }
    table("Calls", report.calls.as_ref().map(Calls::table).unwrap_or_default());
    table("Exceptions", report.throws.as_ref().map(Throws::table).unwrap_or_default());
    let _ = write!(body, "<p>{}</p>\n<ul>", report.manner());
    for note in report.notes() {
        let _ = writeln!(body, "<li>{}</li>", note.replace('&', "&amp;").replace('<', "&lt;"));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Rheo: bench</title>\n\
         <style>{STYLE}rect.ours,circle.ours{{fill:#25c}}rect.theirs,circle.theirs{{fill:#aab}}.wide{{overflow-x:auto}}</style>\n\
         <h1>Rheo beside native code and other engines</h1>\n{body}</ul>\n</html>\n"
    )
}
