//! `rheo list`: what there is, for people and for the tests that hold it against what is tested.

use crate::cli::{self, Listed};
use crate::output;
use anyhow::Result;
use rheo_ir::Op;

/// Prints a list, one name a line with what is to be said of it.
pub fn list(args: &cli::List) -> Result<()> {
    let rows: Vec<(String, String)> = match args.what {
        Listed::Intrinsics => rheo_llvm::intrinsics()
            .into_iter()
            .map(|(name, treatment)| (name, treatment.map_or_else(|| "unknown".into(), |t| t.to_string())))
            .collect(),
        Listed::Ops => Op::ALL.iter().map(|op| (op.info().name.to_owned(), format!("{:?}", op.info().class))).collect(),
    };
    if args.json {
        let rows: Vec<_> = rows.iter().map(|(name, what)| serde_json::json!({ "name": name, "what": what })).collect();
        return output::print(&format!("{:#}\n", serde_json::Value::Array(rows)));
    }
    output::print(&rows.iter().map(|(name, what)| format!("{name}\t{what}\n")).collect::<String>())
}
