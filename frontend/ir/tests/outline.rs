//! Parts of functions moved out: what they take, how they come back.

use rheo_ir::{BlockId, FuncId, Parts, Printer, outline, parse_module, verify};

const TEXT: &str = "module \"m\"\n
func @f(i64, ptr) -> i64 {
  ss0 = 8 align 8
b0(v0: i64, v1: ptr):
  v2 = const.i64 7
  v3 = iult.i64 v0, v2
  br_if v3, b1(v0), b4(v0, v2)
b1(v4: i64):
  v5 = stack_addr ss0
  store.i64 v4, v5
  v6 = load.i64 v1
  v7 = ieq.i64 v6, v4
  br_if v7, b2, b3
b2:
  ret v6
b3:
  jump b4(v4, v6)
b4(v8: i64, v9: i64):
  v10 = iadd.i64 v8, v9
  ret v10
}
";

#[test]
fn a_part_with_two_ways_out() {
    let mut module = parse_module(TEXT).unwrap_or_else(|e| panic!("{e}"));
    let f = FuncId::new(0);
    let parts = Parts::of(&module, f).expect("nothing stands against it");
    assert!(parts.part(BlockId::new(0)).is_none(), "the entry cannot be moved");
    let part = parts.part(BlockId::new(1)).expect("nothing stands against it");
    assert_eq!(part.blocks().len(), 3);
    let outlined = outline(&mut module, f, &[part]);
    verify(&module).unwrap_or_else(|e| panic!("{e:?}"));
    let kept: Vec<Option<usize>> = outlined.kept.iter().map(|b| b.map(BlockId::index)).collect();
    assert_eq!(kept, [Some(0), Some(1), Some(4), None]);
    let printed = Printer::new(&module).func(outlined.functions[0]);
    let lines = ["func @f.seldom.1(i64, ptr, ptr) -> i32, i64 internal cold {", "store.i64 v0, v2", "ret v6, v3"];
    for line in lines {
        assert!(printed.contains(line), "`{line}` is not in\n{printed}");
    }
}
