//! 16-byte atomics, built on the machine's compare-and-exchange (`rheo_rt_atomic_cas16`, in assembly). Names and signatures
//! are `rheo-lower`'s (`LIBCALLS`).

/// A 16-byte integer in two registers.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Low half.
    pub low: u64,
    /// High half.
    pub high: u64,
}

impl From<u128> for Pair {
    fn from(v: u128) -> Pair {
        Pair { low: v as u64, high: (v >> 64) as u64 }
    }
}

impl From<Pair> for u128 {
    fn from(p: Pair) -> u128 {
        u128::from(p.high) << 64 | u128::from(p.low)
    }
}

unsafe extern "C" {
    fn rheo_rt_atomic_cas16(at: *mut u128, expected: Pair, new: Pair) -> Pair;
}

/// Replaces the value at `at` by a function of it, atomically; the old value.
///
/// # Safety
/// `at` must be 16-byte aligned and writable.
unsafe fn update(at: *mut u128, new: impl Fn(u128) -> u128) -> u128 {
    let mut old = 0u128;
    loop {
        // SAFETY: by the contract. A wrong guess of the old value changes nothing and gives the right one.
        let seen = u128::from(unsafe { rheo_rt_atomic_cas16(at, old.into(), new(old).into()) });
        if seen == old {
            return old;
        }
        old = seen;
    }
}

/// Atomic 16-byte read.
///
/// # Safety
/// `at` must be 16-byte aligned and writable.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_atomic_load16(at: *mut u128) -> Pair {
    // SAFETY: by the contract; writes zero over zero at most.
    unsafe { rheo_rt_atomic_cas16(at, 0.into(), 0.into()) }
}

/// Atomic 16-byte write.
///
/// # Safety
/// `at` must be 16-byte aligned and writable.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_atomic_store16(at: *mut u128, low: u64, high: u64) {
    let value = Pair { low, high }.into();
    // SAFETY: by the contract.
    unsafe { update(at, |_| value) };
}

/// Atomic 16-byte read-modify-write; `kind` is an index into `rheo_ir::RmwKind::ALL`.
///
/// # Safety
/// `at` must be 16-byte aligned and writable.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_atomic_rmw16(at: *mut u128, low: u64, high: u64, kind: u64) -> Pair {
    let operand = u128::from(Pair { low, high });
    let new = |old: u128| {
        let pick = |first: bool| if first { old } else { operand };
        match kind {
            0 => operand,
            1 => old.wrapping_add(operand),
            2 => old.wrapping_sub(operand),
            3 => old & operand,
            4 => !(old & operand),
            5 => old | operand,
            6 => old ^ operand,
            7 => pick(old as i128 >= operand as i128),
            8 => pick(old as i128 <= operand as i128),
            9 => pick(old >= operand),
            _ => pick(old <= operand),
        }
    };
    // SAFETY: by the contract.
    unsafe { update(at, new) }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_atomics() {
        let mut cell = 5u128 << 100 | 9;
        // SAFETY: the cell is aligned and ours.
        unsafe {
            assert_eq!(u128::from(rheo_rt_atomic_load16(&mut cell)), 5 << 100 | 9);
            assert_eq!(u128::from(rheo_rt_atomic_rmw16(&mut cell, u64::MAX, 0, 1)), 5 << 100 | 9);
            assert_eq!(cell, (5 << 100 | 9) + u128::from(u64::MAX));
            rheo_rt_atomic_store16(&mut cell, 1, 2);
            assert_eq!(cell, 2 << 64 | 1);
            rheo_rt_atomic_rmw16(&mut cell, u64::MAX, u64::MAX, 7);
            assert_eq!(cell, 2 << 64 | 1, "signed maximum with -1");
        }
    }
}
