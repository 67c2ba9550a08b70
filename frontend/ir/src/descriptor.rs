//! Signature descriptors: how the runtime's generic calls and entries are told a signature (docs/vm.md, "Calls to native
//! code"). Owns the encoding from an IR signature; the runtime owns the decoding.

use crate::{Param, Purpose, Type};

/// The descriptor of a signature: parameters, `>`, results, a zero byte.
pub fn descriptor(params: &[Param], results: &[Type], variadic: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(params.len() + results.len() + 3);
    if variadic {
        out.push(b'.');
    }
    for p in params {
        match p.purpose {
            Purpose::ByVal { bytes, align } => {
                out.push(b's');
                out.extend(bytes.to_le_bytes());
                out.push(u8::try_from(align).unwrap_or(128));
            }
            Purpose::StructReturn => out.push(b'r'),
            Purpose::Normal => out.push(letter(p.ty)),
        }
    }
    out.push(b'>');
    out.extend(results.iter().map(|&t| letter(t)));
    out.push(0);
    out
}

fn letter(ty: Type) -> u8 {
    match ty {
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Ptr => b'b',
        Type::F32 | Type::F64 => b'f',
        Type::I128 => b'w',
        Type::F80 => b'x',
        Type::I8x16 | Type::I16x8 | Type::I32x4 | Type::I64x2 | Type::F32x4 | Type::F64x2 => b'v',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter() {
        let mut params: Vec<Param> =
            [Type::Ptr, Type::F32, Type::I32x4, Type::I128, Type::F80].map(Param::new).to_vec();
        params.push(Param { purpose: Purpose::StructReturn, ..Param::new(Type::Ptr) });
        params.push(Param { purpose: Purpose::ByVal { bytes: 258, align: 16 }, ..Param::new(Type::Ptr) });
        assert_eq!(descriptor(&params, &[Type::F80], true), b".bfvwxrs\x02\x01\0\0\x10>x\0");
    }
}
