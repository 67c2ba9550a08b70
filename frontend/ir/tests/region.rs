//! Regions of functions: what can be one, what it takes and gives, what is left.

use rheo_ir::{
    BlockId, FuncId, NoRegion, Op, Printer, RegionKind, RegionName, Regions, Value, cut, parse_module, verify,
};

const TEXT: &str = "module \"m\"\n
func @f(ptr, i64) -> i64 {
  ss0 = 16 align 8
b0(v0: ptr, v1: i64):
  v2 = const.i64 0
  v3 = const.i64 7
  jump b1(v2, v3)
b1(v4: i64, v5: i64):
  v6 = stack_addr ss0
  store.i64 v4, v6
  v7 = load.i64 v0
  v8 = imul.i64 v7, v3
  v9 = iult.i64 v8, v1
  br_if v9, b2, b4(v5)
b2:
  v10 = iadd.i64 v4, v5
  v11 = const.i64 1
  v12 = ieq.i64 v10, v11
  br_if v12, b3, b1(v10, v4)
b3:
  v13 = iadd.i64 v10, v8
  v14 = stack_save
  store.i64 v13, v14
  jump b4(v11)
b4(v15: i64):
  v16 = iadd.i64 v15, v15
  ret v16
}
";

fn name(text: &str) -> RegionName {
    RegionName::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn values(numbers: &[u32]) -> Vec<Value> {
    numbers.iter().map(|&n| Value(n)).collect()
}

#[test]
fn names() {
    let all = ["block b0", "loop b17"];
    assert_eq!(all.map(|n| name(n).to_string()), all);
    assert_eq!(name("loop b17"), RegionName::at(RegionKind::Loop, BlockId(17)));
    let part = name("part b3,b1,b5-b7,b9");
    assert_eq!(part.to_string(), "part b3,b1,b5-b7,b9");
    assert_eq!((part.head, part.others.len()), (BlockId(3), 5));
    for bad in ["part b3,b3", "part b3,b5,b4", "loop b3,b4", "part b3,b9-b5", "part b0,b1-b4294967295"] {
        assert_eq!(RegionName::parse(bad), None, "{bad}");
    }
    for bad in ["", "loop", "loop 3", "loop b", "loop b-1", "loop b+1", "path b1", "loop b99999999999", "loop b1 "] {
        assert_eq!(RegionName::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_loop_and_blocks() {
    let module = parse_module(TEXT).unwrap_or_else(|e| panic!("{e}"));
    let f = FuncId::new(0);
    let body = module.func(f).body.as_ref().expect("a definition");
    let all = Regions::of(&module, f).expect("nothing stands against it");
    let names: Vec<String> = all.all().iter().map(|r| r.name.to_string()).collect();
    assert_eq!(names, ["loop b1", "block b1", "block b2", "block b3", "block b4"]);

    // The loop's parameters come first; constants and addresses are made anew.
    let region = all.find(&name("loop b1")).expect("listed above");
    assert_eq!(region.blocks(), [BlockId(1), BlockId(2)]);
    assert_eq!((region.inputs(), region.exit_count()), (&values(&[4, 5, 0, 1])[..], 2));
    assert_eq!(region.outputs(), values(&[5, 8, 10]));
    // What has to stay, and what is behind it, stays.
    let region = all.find(&name("block b3")).expect("listed above");
    assert_eq!((region.insts(body, BlockId(3)), region.exit_count()), (1, 1));
    assert_eq!((region.inputs(), region.outputs()), (&values(&[10, 8])[..], &values(&[13])[..]));

    for (region, why) in
        [("block b9", NoRegion::NoBlock), ("loop b2", NoRegion::NoLoop), ("block b0", NoRegion::Nothing)]
    {
        assert_eq!(all.find(&name(region)), Err(why), "{region}");
    }
    let two = [all.find(&name("loop b1")).expect("listed"), all.find(&name("block b2")).expect("listed")];
    assert_eq!(cut(body, &two), Err(NoRegion::Overlaps(name("loop b1"))));
}

#[test]
fn what_is_left_and_what_is_not() {
    let mut module = parse_module(TEXT).unwrap_or_else(|e| panic!("{e}"));
    let f = FuncId::new(0);
    let body = module.func(f).body.clone().expect("a definition");
    let (region, rest) = {
        let all = Regions::of(&module, f).expect("nothing stands against it");
        (all.find(&name("loop b1")).expect("listed"), all.find(&name("block b3")).expect("listed"))
    };
    let left = cut(&body, &[region.clone(), rest]).expect("they are apart");
    assert_eq!(left.body.blocks.len(), body.blocks.len() + 1);
    let printer = Printer::new(&module);
    let last = |b: usize| left.body.blocks[b].insts.last().expect("a terminator");
    // The parameters have new names, since the loop gives what they are in the end.
    assert_eq!(left.body.blocks[1].params, values(&[17, 18]));
    assert_eq!(last(1).args.as_slice(), values(&[17, 18, 0, 1]));
    assert_eq!((last(1).results.as_slice(), last(1).dests.len()), (&values(&[5, 8, 10])[..], 2));
    // The constant that is wanted outside is made there.
    assert_eq!(printer.inst(&left.body, &left.body.blocks[1].insts[0]), "v11 = const.i64 1");
    assert!(left.body.blocks[2].insts.is_empty());
    assert_eq!(
        left.body.blocks[5].insts.iter().map(|i| i.op).collect::<Vec<_>>(),
        [Op::StackSave, Op::Store, Op::Jump]
    );

    // By itself it is well-formed as the body of a function, but for what it returns.
    let mut own = region.to_body(&body);
    assert_eq!(own.body.blocks.len() - own.first_exit, region.exit_count());
    let exits: Vec<_> = own.body.blocks[own.first_exit..].iter().map(|b| b.insts[0].args.to_vec()).collect();
    assert_eq!(exits, [values(&[5]), values(&[8, 10])]);
    for exit in &mut own.body.blocks[own.first_exit..] {
        exit.insts[0].args.truncate(1);
    }
    let params = own.body.blocks[0].params.iter().map(|&v| rheo_ir::Param::new(own.body.ty(v))).collect();
    module.sigs.push(rheo_ir::Signature { params, results: vec![rheo_ir::Type::I64], variadic: None });
    let sig = rheo_ir::SigId::new(module.sigs.len() - 1);
    let func = &mut module.funcs[f.index()];
    (func.sig, func.body) = (sig, Some(own.body));
    verify(&module).unwrap_or_else(|e| panic!("{e:?}"));
}
