//! Raw counts and the code map that explains them, one behind the other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_profiles::{CodeMap, RawCounts};

fuzz_target!(|bytes: &[u8]| {
    // The map is JSON: it begins at the first brace, which small counts do not contain.
    let split = bytes.iter().position(|&b| b == b'{').unwrap_or(bytes.len());
    let (counts, map) = bytes.split_at(split);
    let map = CodeMap::read(map);
    if let Ok(map) = &map {
        CodeMap::read(map.write().as_bytes()).expect("reads what it writes");
    }
    if let (Ok(counts), Ok(map)) = (RawCounts::read(counts), map)
        && let Ok(profile) = counts.to_profile(&map)
    {
        profile.write();
    }
});
