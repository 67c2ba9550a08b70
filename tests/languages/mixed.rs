//! Called by mixed.cpp, and calls it back; a C++ exception passes through, and a panic through it.
#![crate_type = "lib"]
#![feature(c_unwind)]
use std::collections::BTreeMap;
use std::panic;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Item {
    pub key: u32,
    pub weight: f64,
}

pub type Visit = unsafe extern "C-unwind" fn(data: *mut u8, item: Item, rank: usize) -> bool;

/// Visits items by falling weight until the callback says no; returns how many were visited.
#[no_mangle]
pub unsafe extern "C-unwind" fn visit_sorted(items: *const Item, len: usize, visit: Visit, data: *mut u8) -> usize {
    let _guard = Guard("visit_sorted");
    let mut sorted = std::slice::from_raw_parts(items, len).to_vec();
    sorted.sort_by(|a, b| b.weight.partial_cmp(&a.weight).unwrap());
    let mut visited = 0;
    for (rank, item) in sorted.into_iter().enumerate() {
        visited += 1;
        if !visit(data, item, rank) {
            break;
        }
    }
    visited
}

struct Guard(&'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        println!("rust: drop {}", self.0);
    }
}

/// Sum of weights for each key's remainder; a Rust panic inside stays inside.
#[no_mangle]
pub extern "C" fn histogram(items: *const Item, len: usize, modulus: u32, out: *mut f64) -> i32 {
    let result = panic::catch_unwind(|| {
        let items = unsafe { std::slice::from_raw_parts(items, len) };
        let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
        for item in items {
            *sums.entry(item.key % modulus).or_default() += item.weight;
        }
        for (key, sum) in &sums {
            unsafe { *out.add(*key as usize) = *sum };
        }
        sums.len() as i32
    });
    result.unwrap_or(-1)
}

#[no_mangle]
pub extern "C" fn quiet_panics() {
    panic::set_hook(Box::new(|info| println!("rust: panic: {}", info.payload().is::<&str>())));
}

/// Panics for odd numbers above 3.
#[no_mangle]
pub extern "C-unwind" fn checked(n: u32) -> u32 {
    let _guard = Guard("checked");
    assert!(n % 2 == 0 || n <= 3, "odd: {n}");
    n
}

/// What the function gives, or -1 if a panic comes out of it.
#[no_mangle]
pub extern "C" fn catches(f: extern "C-unwind" fn(u32) -> u32, n: u32) -> i32 {
    panic::catch_unwind(|| f(n) as i32).unwrap_or(-1)
}
