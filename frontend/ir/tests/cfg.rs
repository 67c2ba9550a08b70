//! Graph analyses against their definitions, computed the slow way, on random graphs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rheo_ir::*;
use std::collections::BTreeSet;

/// A body whose block `i` branches to `edges[i]` and uses the values `uses[i]`; value `i` is block `i`'s parameter.
fn body(edges: &[Vec<usize>], uses: &[Vec<usize>]) -> Body {
    let mut body = Body::default();
    for _ in edges {
        let b = body.add_block();
        body.add_param(b, Type::I32);
    }
    let n = edges.len();
    for (i, (to, used)) in edges.iter().zip(uses).enumerate() {
        let dests = to.iter().map(|t| Dest { block: BlockId::new(t % n), args: Default::default() }).collect();
        body.blocks[i].insts.push(Inst {
            op: Op::Switch,
            ty: Type::I32,
            args: used.iter().map(|v| Value::new(v % n)).collect(),
            imm: Imm::None,
            results: Default::default(),
            dests,
            loc: SrcLoc::default(),
        });
    }
    body
}

/// Blocks reachable from `from` without passing `without`.
fn reach(cfg: &Cfg, from: BlockId, without: Option<BlockId>) -> BTreeSet<BlockId> {
    let mut seen = BTreeSet::new();
    let mut work = vec![from];
    while let Some(b) = work.pop() {
        if Some(b) != without && seen.insert(b) {
            work.extend(cfg.succs(b));
        }
    }
    seen
}

/// The same cases in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` choose others.
fn config(cases: u32) -> ProptestConfig {
    let given = |name| std::env::var(name).ok().and_then(|v| v.parse().ok());
    ProptestConfig {
        cases: given("PROPTEST_CASES").unwrap_or(cases.into()) as u32,
        rng_seed: RngSeed::Fixed(given("PROPTEST_RNG_SEED").unwrap_or(1)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn analyses_match_their_definitions(
        graph in vec((vec(0..30usize, 0..4), vec(0..30usize, 0..3)), 1..14),
    ) {
        let (edges, uses): (Vec<_>, Vec<_>) = graph.into_iter().unzip();
        let body = body(&edges, &uses);
        let cfg = Cfg::new(&body);
        let blocks: Vec<BlockId> = body.block_ids().collect();
        let entry = blocks[0];

        let reachable = reach(&cfg, entry, None);
        prop_assert_eq!(&cfg.rpo().iter().copied().collect::<BTreeSet<_>>(), &reachable);
        prop_assert_eq!(cfg.rpo().len(), reachable.len());
        for &b in &blocks {
            prop_assert_eq!(cfg.rpo_index(b).map(|i| cfg.rpo()[i]), reachable.contains(&b).then_some(b));
            for &s in cfg.succs(b) {
                prop_assert_eq!(
                    cfg.preds(s).iter().filter(|&&p| p == b).count(),
                    cfg.succs(b).iter().filter(|&&t| t == s).count()
                );
            }
        }

        let dominates = |a: BlockId, b: BlockId| {
            reachable.contains(&a) && reachable.contains(&b) && !reach(&cfg, entry, Some(a)).contains(&b)
        };
        for &a in &blocks {
            for &b in &blocks {
                prop_assert_eq!(cfg.dominates(a, b), dominates(a, b), "{} over {}", a, b);
            }
            if let Some(idom) = cfg.idom(a) {
                let strict = |d: &BlockId| *d != a && dominates(*d, a);
                prop_assert!(strict(&idom));
                prop_assert!(blocks.iter().filter(|d| strict(d)).all(|&d| dominates(d, idom)));
            } else {
                prop_assert!(a == entry || !reachable.contains(&a));
            }
        }

        // The natural loop of a header: what reaches one of its back edges without passing the header.
        let mut depth = vec![0; blocks.len()];
        for &h in &blocks {
            let latches: Vec<_> = cfg.preds(h).iter().copied().filter(|&p| dominates(h, p)).collect();
            for &b in blocks.iter().filter(|b| reachable.contains(b)) {
                if !latches.is_empty() && (b == h || latches.iter().any(|l| reach(&cfg, b, Some(h)).contains(l))) {
                    depth[b.index()] += 1;
                }
            }
        }
        for &b in &blocks {
            prop_assert_eq!(cfg.loop_depth(b), depth[b.index()], "{}", b);
            prop_assert_eq!(cfg.loop_header(b).is_some(), depth[b.index()] > 0);
            if let Some(h) = cfg.loop_header(b) {
                prop_assert!(dominates(h, b) && depth[h.index()] == depth[b.index()]);
            }
        }

        // Live in: some path leads to a use without passing the definition. Value i is defined in block i.
        let live = Liveness::new(&body, &cfg);
        for &b in &blocks {
            let used = |b: BlockId| uses[b.index()].iter().map(|v| Value::new(v % blocks.len()));
            let is_live = |b: BlockId, v: Value| {
                reach(&cfg, b, Some(BlockId(v.0))).into_iter().any(|to| used(to).any(|u| u == v))
            };
            let values = || blocks.iter().map(|b| Value(b.0));
            let live_in: Vec<Value> = values().filter(|&v| is_live(b, v)).collect();
            let live_out: Vec<Value> =
                values().filter(|&v| cfg.succs(b).iter().any(|&s| is_live(s, v))).collect();
            prop_assert_eq!(live.live_in(b), &live_in[..], "into {}", b);
            prop_assert_eq!(live.live_out(b), &live_out[..], "out of {}", b);
            prop_assert!(values().all(|v| live.is_live_in(b, v) == live_in.contains(&v)));
        }
    }
}

#[test]
fn nested_loops() {
    // b1 { b2 { b3 } } and an exit; the order follows the branches.
    let body = body(&[vec![1], vec![2], vec![3, 1], vec![2, 4], vec![]], &[vec![], vec![], vec![], vec![], vec![0]]);
    let cfg = Cfg::new(&body);
    let depths: Vec<u32> = body.block_ids().map(|b| cfg.loop_depth(b)).collect();
    assert_eq!(depths, [0, 1, 2, 2, 0]);
    assert_eq!(cfg.loop_header(BlockId(3)), Some(BlockId(2)));
    assert_eq!(cfg.rpo(), [BlockId(0), BlockId(1), BlockId(2), BlockId(3), BlockId(4)]);
}
