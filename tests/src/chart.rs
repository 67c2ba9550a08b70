//! The demo's report as a page: a chart of size against time, and the table behind it. Plain HTML and SVG, no scripts.

use std::fmt::Write;

use crate::figures::Figures;

/// One build of a program.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Row {
    /// The budget as it was asked for.
    pub budget: String,
    /// Sizes and counts.
    #[serde(flatten)]
    pub figures: Figures,
    /// Time as a multiple of native clang -O2.
    pub times_native: f64,
}

/// A program's builds at several budgets.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Table {
    /// Name of the program.
    pub program: String,
    /// Bytes of native `.text` at -O2 and -Oz.
    pub native_text_bytes: [u64; 2],
    /// User time of the native program, in seconds.
    pub native_seconds: f64,
    /// One row a budget.
    pub rows: Vec<Row>,
}

/// `1,234,567`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Table {
    /// Column heads and, row by row, what stands below them.
    fn cells(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        let heads = vec![
            "budget",
            "functions as bytecode / AOT",
            "interpreter",
            "bytecode",
            "AOT code",
            "tables",
            "runtime",
            "total",
            "time × native -O2",
        ];
        let rows = self.rows.iter().map(|row| {
            let (b, f) = (row.figures.bytes, row.figures.functions);
            let mut cells = vec![row.budget.clone(), format!("{} / {}", f.bytecode, f.aot)];
            cells.extend([b.interpreter, b.bytecode, b.aot, b.tables, b.runtime, b.total].map(thousands));
            cells.push(format!("{:.2}", row.times_native));
            cells
        });
        (heads, rows.collect())
    }

    /// As Markdown, columns aligned for the terminal too.
    pub fn markdown(&self) -> String {
        let (heads, rows) = self.cells();
        let mut out = markdown_table(&heads, &rows);
        let [o2, oz] = self.native_text_bytes;
        let _ = writeln!(
            out,
            "\nBytes that Rheo adds. Native .text: {} at -O2, {} at -Oz; native -O2 takes {:.2} s.",
            thousands(o2),
            thousands(oz),
            self.native_seconds
        );
        out
    }

    /// As an HTML page; `picture` is the name of an image beside it.
    pub fn html(&self, picture: Option<&str>) -> String {
        let (heads, rows) = self.cells();
        let table = html_table(&heads, &rows);
        let picture =
            picture.map_or(String::new(), |name| format!("<p><img src=\"{name}\" alt=\"the last frame\"></p>"));
        let [o2, oz] = self.native_text_bytes.map(thousands);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Rheo: {name}</title>\n<style>{STYLE}</style>\n\
             <h1>{name}: size against speed</h1>\n{chart}\n{table}\n\
             <p>Bytes that Rheo adds. Native .text: {o2} at -O2, {oz} at -Oz; native -O2 takes {seconds:.2} s.</p>\n{picture}\n</html>\n",
            name = self.program,
            chart = self.svg(),
            seconds = self.native_seconds,
        )
    }

    /// Total bytes across, time up; the parts of the total as a bar below each point.
    fn svg(&self) -> String {
        const WIDTH: f64 = 860.0;
        const HEIGHT: f64 = 380.0;
        const LEFT: f64 = 60.0;
        const BOTTOM: f64 = 40.0;
        let most_bytes = self.rows.iter().map(|r| r.figures.bytes.total).max().unwrap_or(1).max(1) as f64 * 1.08;
        let most_time = self.rows.iter().map(|r| r.times_native).fold(1.0, f64::max) * 1.1;
        let x = |bytes: f64| LEFT + (WIDTH - LEFT - 20.0) * bytes / most_bytes;
        let y = |time: f64| HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 20.0) * time / most_time;
        let mut out =
            format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"total bytes against time\">");
        for step in ticks(most_time) {
            let at = y(step);
            let _ = write!(
                out,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{step}×</text>",
                WIDTH - 20.0,
                LEFT - 6.0,
                at + 4.0
            );
        }
        for step in ticks(most_bytes) {
            let at = x(step);
            let _ = write!(
                out,
                "<line class=\"grid\" x1=\"{at:.1}\" y1=\"20\" x2=\"{at:.1}\" y2=\"{:.1}\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{} KB</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 18.0,
                (step / 1000.0).round()
            );
        }
        let _ = write!(
            out,
            "<line class=\"native\" x1=\"{LEFT}\" y1=\"{0:.1}\" x2=\"{1:.1}\" y2=\"{0:.1}\"/>",
            y(1.0),
            WIDTH - 20.0
        );
        let points: Vec<(f64, f64)> =
            self.rows.iter().map(|r| (x(r.figures.bytes.total as f64), y(r.times_native))).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = write!(out, "<polyline points=\"{}\"/>", path.join(" "));
        for (row, (x, y)) in self.rows.iter().zip(&points) {
            let _ = write!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{}: {} bytes, {:.2} × native</title></circle><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                row.budget,
                thousands(row.figures.bytes.total),
                row.times_native,
                x + 7.0,
                y - 6.0,
                row.budget
            );
        }
        out += "</svg>";
        out
    }
}

/// A Markdown table, its columns right-aligned and as wide as their widest cells.
pub fn markdown_table(heads: &[impl AsRef<str>], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heads[column].as_ref().chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, &w)| format!("{cell:>w$}")).collect();
        format!("| {} |\n", padded.join(" | "))
    };
    let mut out = line(&mut heads.iter().map(AsRef::as_ref));
    let rules: Vec<String> = widths.iter().map(|w| format!("{}:", "-".repeat(w + 1))).collect();
    let _ = writeln!(out, "|{}|", rules.join("|"));
    for row in rows {
        out += &line(&mut row.iter().map(String::as_str));
    }
    out
}

/// The same as HTML.
pub fn html_table(heads: &[impl AsRef<str>], rows: &[Vec<String>]) -> String {
    let mut table = String::from("<table><tr>");
    for head in heads {
        let _ = write!(table, "<th>{}</th>", head.as_ref());
    }
    for row in rows {
        table += "</tr>\n<tr>";
        for cell in row {
            let _ = write!(table, "<td>{cell}</td>");
        }
    }
    table + "</tr></table>"
}

/// Round numbers up to `most`, four to nine of them.
fn ticks(most: f64) -> Vec<f64> {
    let mut step = 10f64.powf(most.log10().floor());
    while most / step < 4.0 {
        step /= 2.0;
    }
    (0..).map(|i| f64::from(i) * step).take_while(|t| *t <= most).collect()
}

/// How pages look.
pub const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:900px;color:#222;background:#fff}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #ddd}\
svg text{font-size:12px;fill:#555}.grid{stroke:#e4e4e4}.native{stroke:#2a7;stroke-dasharray:5 4}polyline{fill:none;stroke:#25c;stroke-width:2}\
circle{fill:#25c}img{max-width:640px}";

#[cfg(test)]
mod tests {
    use super::{thousands, ticks};

    #[test]
    fn numbers_are_grouped_and_ticks_are_few() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        for most in [1.1, 5.0, 9.99, 12.0, 123_456.0] {
            let count = ticks(most).len();
            assert!((4..=10).contains(&count), "{most}: {count}");
        }
    }
}
