//! The order of pieces: sorted into classes that become runs, and within a class by key.

use super::candidate::{Candidate, Candidates};
use super::{CLASSES_MAX, SERIAL_MAX, Setting, codes};
use crate::diag::{Diagnostic, Findings};
use crate::model::{Job, Piece, RunClass};
use std::collections::BTreeMap;
use std::ops::{Bound, Range};

pub(super) type Spans = Vec<(RunClass, Range<u32>)>;

/// All pieces in output order, and which of them belong to which class.
pub(super) fn sort(
    candidates: &Candidates,
    setting: Setting<'_>,
) -> Result<(Vec<Piece>, Spans), Findings> {
    let items = candidates.items();
    let last = u64::from(setting.first_serial.0) + items.len() as u64;
    if last > u64::from(SERIAL_MAX) + 1 {
        let message = format!("the last serial would be {}, more than seven digits", last - 1);
        return Err(Diagnostic::error(codes::NUMBERS, message).hint("split the job").into());
    }
    let bounds = leaf_bounds(setting.job);
    let mut known: BTreeMap<(u16, u16), RunClass> = BTreeMap::new();
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let class = candidates.classes()[usize::from(item.class)].view();
        let limit = setting.stocks.envelope.get(class.envelope).map(|e| e.leaves_max);
        let leaves = leaf_class(item.leaves, bounds, limit);
        let key = (item.class, leaves.0);
        known.entry(key).or_insert_with(|| RunClass {
            stock: class.stock.to_owned(),
            envelope: class.envelope.to_owned(),
            delivery: class.delivery.to_owned(),
            former: class.former.to_owned(),
            leaves,
            by_hand: limit.is_some_and(|limit| leaves.0 > limit),
        });
        keyed.push((key, item));
    }
    if known.len() > CLASSES_MAX {
        let message = format!("the job falls into more than {CLASSES_MAX} runs");
        let hint = "see that delivery class and former municipality are codes, not free text";
        return Err(Diagnostic::error(codes::NUMBERS, message).hint(hint).into());
    }
    let joined = join_small(&known, &keyed, setting.vendor.merge_below);
    for (key, _) in &mut keyed {
        *key = joined[key].0;
    }
    let mut classes: Vec<_> = joined
        .iter()
        .filter(|(key, (into, _))| *key == into)
        .map(|(key, &(_, most))| {
            let class = &known[key];
            (*key, RunClass { leaves: (class.leaves.0, most), ..class.clone() })
        })
        .collect();
    classes.sort_by(|(_, a), (_, b)| run_order(a).cmp(&run_order(b)));
    let ranks: BTreeMap<(u16, u16), u16> =
        (0..).zip(&classes).map(|(rank, (key, _))| (*key, rank)).collect();
    let mut order: Vec<_> = keyed.into_iter().map(|(key, item)| (ranks[&key], item)).collect();
    order.sort_unstable_by(|(rank_a, a), (rank_b, b)| {
        let by_key = || candidates.key(a).cmp(candidates.key(b));
        rank_a.cmp(rank_b).then_with(by_key).then_with(|| a.record.cmp(&b.record))
    });
    let pieces = order
        .iter()
        .map(|(_, item)| Piece { record: item.record, leaves: item.leaves, amount: item.amount })
        .collect();
    let mut spans: Spans = classes.into_iter().map(|(_, class)| (class, 0..0)).collect();
    let mut start = 0;
    for (rank, (_, range)) in (0..).zip(&mut spans) {
        let end = order.partition_point(|&(r, _)| r <= rank);
        let end = u32::try_from(end).expect("serials have seven digits");
        *range = start..end;
        start = end;
    }
    Ok((pieces, spans))
}

type ClassKey = (u16, u16);

/// Which class each class joins, and the most leaves there: classes of fewer than `least` pieces are put
/// together with the next of more leaves, the last with the one before it (`municipal.md` 5.3). What is
/// enveloped by hand stays by itself.
fn join_small(
    known: &BTreeMap<ClassKey, RunClass>,
    keyed: &[(ClassKey, &Candidate)],
    least: u32,
) -> BTreeMap<ClassKey, (ClassKey, u16)> {
    let mut counts: BTreeMap<ClassKey, u64> = BTreeMap::new();
    if least > 0 {
        for (key, _) in keyed {
            *counts.entry(*key).or_default() += 1;
        }
    }
    // Keys ascend by class, then by leaves: groups are neighbours.
    let mut groups: Vec<(Vec<ClassKey>, u64)> = Vec::new();
    for (key, class) in known {
        let count = counts.get(key).copied().unwrap_or_default();
        let is_small = |count: u64| count < u64::from(least);
        let before = groups.last_mut().filter(|(keys, _)| {
            let other = keys[0];
            other.0 == key.0 && !known[&other].by_hand && !class.by_hand
        });
        match before {
            Some((keys, sum)) if is_small(*sum) => {
                keys.push(*key);
                *sum += count;
            }
            _ => groups.push((vec![*key], count)),
        }
        // A small rest at the end of a class joins what is before it.
        let next = known.range((Bound::Excluded(*key), Bound::Unbounded)).next();
        let ends = next.is_none_or(|(next, class)| next.0 != key.0 || class.by_hand);
        if let [.., (before, sum), (last, rest)] = groups.as_mut_slice()
            && ends
            && !class.by_hand
            && is_small(*rest)
            && before[0].0 == key.0
        {
            before.append(last);
            *sum += *rest;
            groups.pop();
        }
    }
    let mut joined = BTreeMap::new();
    for (keys, _) in groups {
        let most = keys.iter().map(|key| known[key].leaves.1).max().unwrap_or(0);
        joined.extend(keys.iter().map(|key| (*key, (keys[0], most))));
    }
    joined
}

/// The order of runs, as vendors split them: stock, envelope, delivery, what goes by hand last,
/// leaves, former municipality (`municipal.md` 5.3).
fn run_order(class: &RunClass) -> impl Ord + '_ {
    let RunClass { stock, envelope, delivery, former, leaves, by_hand } = class;
    (stock, envelope, delivery, by_hand, leaves, former)
}

/// The lower bounds of leaf classes.
pub(super) fn leaf_bounds(job: &Job) -> &[u16] {
    let bounds = &job.plan.leaf_classes;
    if bounds.is_empty() { &[1, 2, 3, 4] } else { bounds }
}

/// The leaf class of a piece; beyond the inserter's limit there is one, for hand work.
pub(super) fn leaf_class(leaves: u16, bounds: &[u16], limit: Option<u16>) -> (u16, u16) {
    let at = bounds.partition_point(|&bound| bound <= leaves);
    let low = bounds[at.saturating_sub(1)];
    let high = bounds.get(at).map_or(u16::MAX, |next| next - 1);
    match limit {
        Some(limit) if leaves > limit => (limit + 1, u16::MAX),
        Some(limit) => (low, high.min(limit)),
        None => (low, high),
    }
}
