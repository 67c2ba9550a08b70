//! Value types. Owns their names, sizes and lanes; knows no operation on them.

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $bytes:literal, $lane:ident * $lanes:literal;)*) => {
        /// The type of an SSA value. All are low-level: an aggregate is several values, a longer vector several
        /// 128-bit ones, an odd integer width the next container with its upper bits undefined.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Type { $($(#[$doc])* $name,)* }
        impl Type {
            /// Every type, in declaration order.
            pub const ALL: &'static [Type] = &[$(Type::$name,)*];
            /// The name in text form.
            pub fn name(self) -> &'static str {
                match self { $(Type::$name => $text,)* }
            }
            /// Size of a value in a register or slot, in bytes. `F80` takes 16, of which 10 mean something.
            pub fn bytes(self) -> u32 {
                match self { $(Type::$name => $bytes,)* }
            }
            /// The type of one lane; the type itself for scalars.
            pub fn lane(self) -> Type {
                match self { $(Type::$name => Type::$lane,)* }
            }
            /// Number of lanes; 1 for scalars.
            pub fn lanes(self) -> u32 {
                match self { $(Type::$name => $lanes,)* }
            }
            /// The type called `name` in text form.
            pub fn parse(name: &str) -> Option<Type> {
                match name { $($text => Some(Type::$name),)* _ => None }
            }
        }
    };
}

types! {
    /// 8-bit integer. Also the boolean: 0 or 1, never anything else.
    I8 = "i8", 1, I8 * 1;
    /// 16-bit integer.
    I16 = "i16", 2, I16 * 1;
    /// 32-bit integer.
    I32 = "i32", 4, I32 * 1;
    /// 64-bit integer.
    I64 = "i64", 8, I64 * 1;
    /// 128-bit integer.
    I128 = "i128", 16, I128 * 1;
    /// IEEE binary32.
    F32 = "f32", 4, F32 * 1;
    /// IEEE binary64.
    F64 = "f64", 8, F64 * 1;
    /// x87 80-bit extended precision.
    F80 = "f80", 16, F80 * 1;
    /// Address; the same representation as `I64`, and accepted wherever that is and the reverse.
    Ptr = "ptr", 8, Ptr * 1;
    /// 16 lanes of 8 bits. A vector of booleans is one of these with lanes 0 or -1.
    I8x16 = "i8x16", 16, I8 * 16;
    /// 8 lanes of 16 bits.
    I16x8 = "i16x8", 16, I16 * 8;
    /// 4 lanes of 32 bits.
    I32x4 = "i32x4", 16, I32 * 4;
    /// 2 lanes of 64 bits.
    I64x2 = "i64x2", 16, I64 * 2;
    /// 4 lanes of binary32.
    F32x4 = "f32x4", 16, F32 * 4;
    /// 2 lanes of binary64.
    F64x2 = "f64x2", 16, F64 * 2;
}

impl Type {
    /// Whether this is a 128-bit vector.
    pub fn is_vector(self) -> bool {
        self.lanes() > 1
    }

    /// Whether this is a scalar integer or an address.
    pub fn is_int(self) -> bool {
        matches!(self, Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::I128 | Type::Ptr)
    }

    /// Whether this is a scalar float, `F80` included.
    pub fn is_float(self) -> bool {
        matches!(self, Type::F32 | Type::F64 | Type::F80)
    }

    /// The type with the same representation that is no address.
    pub fn repr(self) -> Type {
        if self == Type::Ptr { Type::I64 } else { self }
    }

    /// For a vector the integer vector of the same shape, for a scalar the boolean: what a comparison gives.
    pub fn mask(self) -> Type {
        match self.lanes() {
            1 => Type::I8,
            2 => Type::I64x2,
            4 => Type::I32x4,
            8 => Type::I16x8,
            _ => Type::I8x16,
        }
    }

    /// The vector with this lane type.
    pub fn vector_of(lane: Type) -> Option<Type> {
        Type::ALL.iter().copied().find(|t| t.is_vector() && t.lane() == lane.repr())
    }

    /// The scalar integer of `bytes` bytes.
    pub fn int_of(bytes: u32) -> Option<Type> {
        Some(match bytes {
            1 => Type::I8,
            2 => Type::I16,
            4 => Type::I32,
            8 => Type::I64,
            16 => Type::I128,
            _ => return None,
        })
    }

    /// Number of 8-byte VM slots that a value takes: 2 for the 16-byte types, else 1.
    pub fn slots(self) -> u32 {
        self.bytes().div_ceil(8)
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
