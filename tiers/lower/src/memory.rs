//! Meanings of memory accesses and atomics.
//!
//! An access may fault only as the program's own instruction would: no alignment is assumed, and a fault is the
//! platform's signal, not a trap of ours.

use crate::BoundImm;
use crate::op::Lower;
use cranelift_codegen::ir::{AtomicRmwOp, Endianness, InstBuilder, MemFlagsData, TrapCode, Value, types};
use rheo_ir::{Imm, RmwKind, Type};

/// An access that may be merged with others, and removed when its result is unused.
fn plain() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_endianness(Endianness::Little)
}

/// An access that stays where it is: Cranelift keeps what may trap.
fn kept() -> MemFlagsData {
    MemFlagsData::new().with_trap_code(Some(TrapCode::HEAP_OUT_OF_BOUNDS)).with_endianness(Endianness::Little)
}

/// Where an access goes, and how.
struct Access {
    address: Value,
    offset: i32,
    flags: MemFlagsData,
    volatile: bool,
}

impl Lower<'_, '_> {
    fn access(&mut self, address: Value, imm: BoundImm) -> Access {
        match imm {
            BoundImm::Static(&Imm::Mem { offset, volatile }) => {
                let flags = if volatile { kept() } else { plain() };
                Access { address, offset, flags, volatile }
            }
            BoundImm::Static(other) => unreachable!("memory access with immediate {other:?}"),
            BoundImm::Dynamic(offset) => {
                let address = self.b.ins().iadd(address, offset);
                Access { address, offset: 0, flags: plain(), volatile: false }
            }
        }
    }

    /// Keeps accesses on either side from being merged; lays down no code.
    fn barrier(&mut self, a: &Access) {
        if a.volatile {
            self.b.ins().sequence_point();
        }
    }

    pub fn load(&mut self, address: Value, imm: BoundImm) -> Value {
        let a = self.access(address, imm);
        self.barrier(&a);
        if self.ty != Type::F80 {
            return self.b.ins().load(self.clif, a.flags, a.address, a.offset);
        }
        let low = self.b.ins().load(types::I64, a.flags, a.address, a.offset);
        let (base, offset) = self.eight_on(&a);
        let high = self.b.ins().uload16(types::I64, a.flags, base, offset);
        self.b.ins().iconcat(low, high)
    }

    pub fn store(&mut self, v: Value, address: Value, imm: BoundImm) {
        let a = self.access(address, imm);
        self.barrier(&a);
        if self.ty == Type::F80 {
            let (low, high) = self.b.ins().isplit(v);
            self.b.ins().store(a.flags, low, a.address, a.offset);
            let (base, offset) = self.eight_on(&a);
            self.b.ins().istore16(a.flags, high, base, offset);
        } else {
            self.b.ins().store(a.flags, v, a.address, a.offset);
        }
        self.barrier(&a);
    }

    /// The address 8 bytes on.
    fn eight_on(&mut self, a: &Access) -> (Value, i32) {
        match a.offset.checked_add(8) {
            Some(offset) => (a.address, offset),
            None => {
                let eight = self.b.ins().iconst(types::I64, 8);
                (self.b.ins().iadd(a.address, eight), a.offset)
            }
        }
    }

    /// Whether atomics of the controlling type are helpers.
    fn atomic_by_call(&mut self) -> bool {
        self.clif == types::I128 && !self.env.machine().cas16
    }

    pub fn atomic_load(&mut self, address: Value) -> Value {
        match self.atomic_by_call() {
            true => self.call_wide("rheo_rt_atomic_load16", &[address]),
            false => self.b.ins().atomic_load(self.clif, kept(), address),
        }
    }

    pub fn atomic_store(&mut self, v: Value, address: Value) {
        if self.atomic_by_call() {
            let halves = self.halves(&[address, v]);
            self.call("rheo_rt_atomic_store16", &halves);
        } else {
            self.b.ins().atomic_store(kept(), v, address);
        }
    }

    pub fn atomic_rmw(&mut self, kind: RmwKind, address: Value, v: Value) -> Value {
        if self.atomic_by_call() {
            let index = RmwKind::ALL.iter().position(|&k| k == kind).expect("kind in table");
            let index = self.b.ins().iconst(types::I64, index as i64);
            return self.call_wide("rheo_rt_atomic_rmw16", &[address, v, index]);
        }
        let op = match kind {
            RmwKind::Xchg => AtomicRmwOp::Xchg,
            RmwKind::Add => AtomicRmwOp::Add,
            RmwKind::Sub => AtomicRmwOp::Sub,
            RmwKind::And => AtomicRmwOp::And,
            RmwKind::Nand => AtomicRmwOp::Nand,
            RmwKind::Or => AtomicRmwOp::Or,
            RmwKind::Xor => AtomicRmwOp::Xor,
            RmwKind::Smax => AtomicRmwOp::Smax,
            RmwKind::Smin => AtomicRmwOp::Smin,
            RmwKind::Umax => AtomicRmwOp::Umax,
            RmwKind::Umin => AtomicRmwOp::Umin,
        };
        self.b.ins().atomic_rmw(self.clif, kept(), op, address, v)
    }

    pub fn atomic_cas(&mut self, address: Value, expected: Value, new: Value) -> Value {
        match self.atomic_by_call() {
            true => self.call_wide("rheo_rt_atomic_cas16", &[address, expected, new]),
            false => self.b.ins().atomic_cas(kept(), address, expected, new),
        }
    }
}
