//! What the bench measured, as tables: times by program and engine, engines side by side, bytes of code.

use std::fmt::Write;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::calls::Calls;
use super::engine::{ENGINES, Engine, INTERPRETERS, NATIVE, Named};
use super::subject::PROGRAMS;
use super::throws::Throws;
use crate::chart::{markdown_table, thousands};
use crate::measure::geometric_mean;
use crate::program::{KERNELS, title};

/// Says of a program whether it belongs to a group.
pub type Wanted = fn(&str) -> bool;

/// Everything measured in one call of the bench.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Where and how.
    pub conditions: Conditions,
    /// The engines' keys, in order.
    pub engines: Vec<String>,
    /// Programs, kernels first.
    pub programs: Vec<Row>,
    /// The program that does nothing, if it was run.
    pub empty: Option<Row>,
    /// What calls cost.
    pub calls: Option<Calls>,
    /// What exceptions cost.
    pub throws: Option<Throws>,
}

/// The machine and the manner of measuring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// The processor's name.
    pub processor: String,
    /// Runs of each program in each engine.
    pub rounds: usize,
    /// What kernels' repetitions were divided by.
    pub shorter: u32,
    /// Processes that wanted to run, averaged over a minute: before the first run, and the most after a program.
    pub load: [f64; 2],
}

/// A program in every engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// Its name.
    pub program: String,
    /// One for each of the report's engines.
    pub cells: Vec<Cell>,
}

/// A program in an engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It ran as it does natively.
    Measured(Measured),
    /// It did not, for this reason.
    Missing(String),
}

/// Times, memory and sizes of a program in an engine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Least user processor time.
    pub user_seconds_least: f64,
    /// Median of it.
    pub user_seconds_median: f64,
    /// Least time from start to end.
    pub wall_seconds_least: f64,
    /// Least time as a multiple of the least of native -O2.
    pub times_native: Option<f64>,
    /// Median as a multiple of the median of native -O2.
    pub times_native_median: Option<f64>,
    /// Largest resident set.
    pub resident_bytes_max: u64,
    /// Machine code, bytecode or WebAssembly that is executed.
    pub code_bytes: Option<u64>,
    /// Rheo's handlers.
    pub interpreter_bytes: Option<u64>,
}

impl Cell {
    fn measured(&self) -> Option<&Measured> {
        match self {
            Cell::Measured(measured) => Some(measured),
            Cell::Missing(_) => None,
        }
    }

    fn show(&self, number: impl Fn(&Measured) -> Option<String>) -> String {
        self.measured().and_then(number).unwrap_or_else(missing)
    }
}

fn missing() -> String {
    "–".to_owned()
}

fn named(key: &str) -> &'static Named {
    ENGINES.iter().find(|engine| engine.key == key).expect("a report holds only engines of the list")
}

fn ratio(value: Option<f64>) -> String {
    value.map_or_else(missing, |value| if value < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") })
}

impl Report {
    /// Goes on with what an earlier call measured of other things, if it was measured alike.
    pub fn resume(&mut self, earlier: Report) -> Result<()> {
        let (ours, theirs) = (&self.conditions, &earlier.conditions);
        ensure!(
            self.engines == earlier.engines && ours.rounds == theirs.rounds && ours.shorter == theirs.shorter,
            "the earlier call had other engines or rounds, or another amount of work"
        );
        let load = [theirs.load[0].min(ours.load[0]), theirs.load[1].max(ours.load[1])];
        *self = Report { conditions: Conditions { load, ..ours.clone() }, ..earlier };
        Ok(())
    }

    /// Adds a program's row, or puts it in the place of an earlier one, its ratios taken from its cell of native -O2.
    pub fn add(&mut self, mut row: Row) {
        let native = self.column(NATIVE).and_then(|column| row.cells[column].measured().cloned());
        for cell in &mut row.cells {
            if let (Cell::Measured(measured), Some(native)) = (cell, &native) {
                // Time below the system's tick may count as none.
                let ratio = |ours: f64, natives: f64| (natives > 0.0).then_some(ours / natives);
                measured.times_native = ratio(measured.user_seconds_least, native.user_seconds_least);
                measured.times_native_median = ratio(measured.user_seconds_median, native.user_seconds_median);
            }
        }
        self.programs.retain(|earlier| earlier.program != row.program);
        self.programs.push(row);
        let order = |row: &Row| KERNELS.iter().chain(PROGRAMS).position(|&name| name == row.program);
        self.programs.sort_by_key(order);
    }

    fn column(&self, key: &str) -> Option<usize> {
        self.engines.iter().position(|engine| engine == key)
    }

    /// Geometric mean of a column over the programs that `wanted` names, if all of them ran there.
    pub fn mean(&self, column: usize, wanted: Wanted, of: fn(&Measured) -> Option<f64>) -> Option<f64> {
        let rows = self.programs.iter().filter(|row| wanted(&row.program));
        geometric_mean(rows.map(|row| row.cells[column].measured().and_then(of)))
    }

    /// The means that stand below the times, with what they are of.
    pub const MEANS: [(&'static str, Wanted); 3] = [
        ("geomean of kernels", |name| KERNELS.contains(&name)),
        ("geomean of Lua, SQLite", |name| name == "lua" || name == "sqlite"),
        ("geomean of all", |_| true),
    ];

    /// Programs down, engines across: least time as a multiple of native's.
    pub fn times(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let titles = self.engines.iter().map(|key| named(key).short.to_owned());
        let heads = ["program".to_owned(), "native -O2, s".to_owned()].into_iter().chain(titles.skip(1)).collect();
        let mut rows = Vec::new();
        for row in &self.programs {
            let mut cells = vec![title(&row.program).to_owned()];
            cells.push(row.cells[0].show(|m| Some(format!("{:.3}", m.user_seconds_least))));
            cells.extend(row.cells[1..].iter().map(|cell| cell.show(|m| Some(ratio(m.times_native)))));
            rows.push(cells);
        }
        for (name, wanted) in Report::MEANS {
            if self.programs.iter().filter(|row| wanted(&row.program)).count() > 1 {
                let mean = |column| ratio(self.mean(column, wanted, |m| m.times_native));
                let means = (1..self.engines.len()).map(mean);
                rows.push([name.to_owned(), String::new()].into_iter().chain(means).collect());
            }
        }
        (heads, rows)
    }

    /// Engines down: geometric means by least and by median times, start-up, memory.
    pub fn engines_table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let heads = [
            "engine",
            "kernels",
            "by medians",
            "all programs",
            "by medians",
            "start-up, ms",
            "memory, empty, MB",
            "Lua, MB",
            "SQLite, MB",
        ];
        let [kernels, _, all] = Report::MEANS.map(|(_, wanted)| wanted);
        let rows = self.engines.iter().enumerate().map(|(column, key)| {
            let mean = |wanted, of| ratio(self.mean(column, wanted, of));
            let empty = |of: fn(&Measured) -> f64| {
                self.empty
                    .as_ref()
                    .map_or_else(missing, |row| row.cells[column].show(|m| Some(format!("{:.1}", of(m)))))
            };
            let memory = |name: &str| {
                let row = self.programs.iter().find(|row| row.program == name);
                row.map_or_else(missing, |row| row.cells[column].show(|m| Some(format!("{:.1}", megabytes(m)))))
            };
            vec![
                named(key).title.to_owned(),
                mean(kernels, |m| m.times_native),
                mean(kernels, |m| m.times_native_median),
                mean(all, |m| m.times_native),
                mean(all, |m| m.times_native_median),
                empty(|m| 1e3 * m.wall_seconds_least),
                empty(megabytes),
                memory("lua"),
                memory("sqlite"),
            ]
        });
        (heads.map(str::to_owned).into(), rows.collect())
    }

    /// Programs down: bytes of code in the forms that differ, and of Rheo's handlers.
    pub fn bytes(&self) -> (Vec<String>, Vec<Vec<String>>) {
        const FORMS: [(&str, &str); 7] = [
            ("native-O2", "native -O2 .text"),
            ("native-Os", "native -Os .text"),
            ("wasmi", "WebAssembly"),
            ("bytecode", "Rheo bytecode"),
            ("title", "Rheo title VM"),
            ("rheo10", "Rheo 10 %"),
            ("aot", "Rheo AOT"),
        ];
        const HANDLERS: [(&str, &str); 2] = [("bytecode", "handlers"), ("title", "title's handlers")];
        let forms: Vec<(usize, &str)> =
            FORMS.iter().filter_map(|(key, head)| Some((self.column(key)?, *head))).collect();
        let handlers: Vec<(usize, &str)> =
            HANDLERS.iter().filter_map(|(key, head)| Some((self.column(key)?, *head))).collect();
        let heads = ["program"].into_iter().chain(forms.iter().chain(&handlers).map(|(_, head)| *head));
        let rows = self.programs.iter().map(|row| {
            let code = forms.iter().map(|&(column, _)| row.cells[column].show(|m| m.code_bytes.map(thousands)));
            let vm = handlers.iter().map(|&(column, _)| row.cells[column].show(|m| m.interpreter_bytes.map(thousands)));
            [title(&row.program).to_owned()].into_iter().chain(code).chain(vm).collect()
        });
        (heads.map(str::to_owned).collect(), rows.collect())
    }

    /// Lines on what is missing and why, and on where Rheo's bytecode is behind another interpreter.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        for (column, key) in self.engines.iter().enumerate() {
            let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
            for row in self.programs.iter().chain(&self.empty) {
                if let Cell::Missing(reason) = &row.cells[column] {
                    match reasons.iter_mut().find(|(known, _)| known == reason) {
                        Some((_, programs)) => programs.push(title(&row.program)),
                        None => reasons.push((reason.clone(), vec![title(&row.program)])),
                    }
                }
            }
            for (reason, programs) in reasons {
                notes.push(format!("{}, {}: {reason}", named(key).title, programs.join(", ")));
            }
        }
        for key in ["bytecode", "title"] {
            notes.extend(self.column(key).and_then(|column| self.standing(column)));
        }
        notes
    }

    /// How a column stands against the best interpreter of the others, program by program.
    fn standing(&self, column: usize) -> Option<String> {
        let peers: Vec<usize> = INTERPRETERS.iter().filter_map(|key| self.column(key)).collect();
        let (mut ahead, mut behind) = (0, Vec::new());
        for row in &self.programs {
            let Some(ours) = row.cells[column].measured().and_then(|m| m.times_native) else { continue };
            let theirs = peers.iter().filter_map(|&peer| Some((row.cells[peer].measured()?.times_native?, peer)));
            let Some((best, peer)) = theirs.min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
            if ours <= best {
                ahead += 1;
            } else {
                let peer = named(&self.engines[peer]).title;
                behind.push(format!("{} ({ours:.2} against {best:.2} of {peer})", title(&row.program)));
            }
        }
        let ours = named(&self.engines[column]).title;
        let mut note = format!("{ours} is ahead of every other interpreter on {ahead} of {}", ahead + behind.len());
        if !behind.is_empty() {
            let _ = write!(note, " programs; behind on {}", behind.join(", "));
        }
        (ahead + behind.len() > 0).then_some(note)
    }

    /// A row's ratios on one line.
    pub fn summary(&self, row: &Row) -> String {
        let ratios = self.engines.iter().zip(&row.cells).skip(1);
        let shown =
            ratios.map(|(key, cell)| format!("{} {}", named(key).short, cell.show(|m| Some(ratio(m.times_native)))));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// What Rheo did not do.
    pub fn failures(&self) -> Vec<String> {
        let ours = |key: &str| matches!(named(key).engine, Engine::Rheo(_));
        let columns: Vec<usize> = (0..self.engines.len()).filter(|&column| ours(&self.engines[column])).collect();
        let mut failures = Vec::new();
        for row in self.programs.iter().chain(&self.empty) {
            for &column in &columns {
                if let Cell::Missing(reason) = &row.cells[column] {
                    failures.push(format!("{}, {}: {reason}", named(&self.engines[column]).title, row.program));
                }
            }
        }
        failures
    }

    /// How it was measured, in a sentence or two.
    pub fn manner(&self) -> String {
        let c = &self.conditions;
        format!(
            "Columns bytecode to AOT are Rheo's. User processor time on {}, each program {} times in each engine, in turns, on one core, load {:.1} to {:.1}; the \
             least counts, as a multiple of native clang -O2. Every run printed what native prints. wasmtime runs what it \
             compiled before; the other engines' time includes their own compiling. Without a profile, instructions are \
             chosen for each program from a stock that was made on other programs and inputs (`./x train --stock`). Title VM and profiles come from other \
             input than the timed one (kernels, which have none: from fewer repetitions). Bytes of WebAssembly include its C library.",
            c.processor, c.rounds, c.load[0], c.load[1]
        )
    }

    /// All of it in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let mut table = |(heads, rows): (Vec<String>, Vec<Vec<String>>)| {
            if !rows.is_empty() {
                out += &markdown_table(&heads, &rows);
                out.push('\n');
            }
        };
        if !self.programs.is_empty() {
            table(self.times());
        }
        if self.empty.is_some() {
            table(self.engines_table());
        }
        if !self.programs.is_empty() {
            table(self.bytes());
        }
        table(self.calls.as_ref().map(Calls::table).unwrap_or_default());
        table(self.throws.as_ref().map(Throws::table).unwrap_or_default());
        if !self.programs.is_empty() {
            out += &self.manner();
            out += "\n\n";
            for note in self.notes() {
                let _ = writeln!(out, "- {note}");
            }
        }
        out
    }
}

fn megabytes(measured: &Measured) -> f64 {
    measured.resident_bytes_max as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::{Cell, Measured, Report, Row};

    fn cell(seconds: f64) -> Cell {
        Cell::Measured(Measured {
            user_seconds_least: seconds,
            user_seconds_median: 2.0 * seconds,
            resident_bytes_max: 3_000_000,
            code_bytes: Some(1234),
            ..Measured::default()
        })
    }

    fn row(program: &str, cells: &[Cell]) -> Row {
        Row { program: program.to_owned(), cells: cells.to_vec() }
    }

    fn report() -> Report {
        let mut report = Report {
            engines: ["native-O2", "wasmi", "stitch", "bytecode"].map(str::to_owned).into(),
            ..Report::default()
        };
        let broken = Cell::Missing("it panicked".to_owned());
        report.add(row("fib", &[cell(0.5), cell(4.0), cell(3.0), cell(2.0)]));
        report.add(row("sieve", &[cell(0.5), cell(1.0), broken.clone(), cell(1.25)]));
        report.add(row("lua", &[cell(1.0), cell(8.0), broken, cell(8.0)]));
        report
    }

    #[test]
    fn ratios_are_to_native_and_means_want_every_program() {
        let (heads, rows) = report().times();
        assert_eq!(heads, ["program", "native -O2, s", "wasmi", "stitch", "bytecode"]);
        let want = [
            ["fib", "0.500", "8.00", "6.00", "4.00"],
            ["sieve", "0.500", "2.00", "–", "2.50"],
            ["Lua", "1.000", "8.00", "–", "8.00"],
            ["geomean of kernels", "", "4.00", "–", "3.16"],
            ["geomean of all", "", "5.04", "–", "4.31"],
        ];
        assert_eq!(rows, want);
    }

    #[test]
    fn missing_cells_have_reasons_and_defeats_are_told() {
        let want = [
            "stitch, sieve, Lua: it panicked",
            "Rheo bytecode is ahead of every other interpreter on 2 of 3 programs; behind on sieve (2.50 against 2.00 of wasmi 2)",
        ];
        assert_eq!(report().notes(), want);
    }

    #[test]
    fn a_report_is_read_again_and_goes_on() {
        let text = serde_json::to_string(&report()).unwrap();
        let mut resumed = Report { engines: report().engines, ..Report::default() };
        resumed.resume(serde_json::from_str(&text).unwrap()).unwrap();
        resumed.add(row("fib", &[cell(0.5), cell(4.0), cell(3.0), cell(1.0)]));
        let programs: Vec<&str> = resumed.programs.iter().map(|row| row.program.as_str()).collect();
        assert_eq!(programs, ["fib", "sieve", "lua"]);
        assert_eq!(resumed.times().1[0], ["fib", "0.500", "8.00", "6.00", "2.00"]);
        assert!(Report::default().resume(resumed).is_err());
    }

    #[test]
    fn a_report_without_native_has_no_ratios() {
        let mut report = Report { engines: ["native-O2", "bytecode"].map(str::to_owned).into(), ..Report::default() };
        report.add(row("fib", &[Cell::Missing("no clang".to_owned()), cell(1.0)]));
        assert_eq!(report.times().1, [["fib", "–", "–"]]);
        assert!(report.markdown().contains("- native -O2, fib: no clang"));
    }
}
