//! Which element of a configuration a planned element is of: by place, by label, and in a set by what the
//! configuration fixes.
//!
//! Pairs as many as it can, the most particular first; never invents an element.

use super::origin::Members;
use super::{Guide, Sets};
use crate::schema::{Block, BlockNesting, Nesting};
use crate::value::Value;

type Inside<'a> = &'a dyn Fn(Guide<'_>, Value) -> Value;

pub(super) fn each(
    nesting: Nesting,
    members: Members<'_>,
    guide: Guide<'_>,
    value: Value,
    inside: Inside<'_>,
) -> Value {
    match nesting {
        Nesting::Single => inside(guide, value),
        Nesting::List => ordered(guide, value, inside),
        Nesting::Set => unordered(members, guide, value, inside),
        Nesting::Map => keyed(guide, value, inside),
    }
}

pub(super) fn each_block(block: &Block, guide: Guide<'_>, value: Value, inside: Inside<'_>) -> Value {
    let members = Members {
        attributes: &block.attributes,
        blocks: &block.blocks,
    };
    match block.nesting {
        BlockNesting::Single | BlockNesting::Group => inside(guide, value),
        BlockNesting::List => ordered(guide, value, inside),
        BlockNesting::Set => unordered(members, guide, value, inside),
        BlockNesting::Map => keyed(guide, value, inside),
    }
}

fn ordered(guide: Guide<'_>, value: Value, inside: Inside<'_>) -> Value {
    let Value::List(elements) = value else {
        return value;
    };
    let [configs, priors] = [guide.config, guide.prior].map(|list| list.as_list().unwrap_or_default());
    let pair = |(at, element)| {
        let [config, prior] = [configs, priors].map(|list| list.get(at).unwrap_or(&Value::Null));
        // The prior element at this place may be another one: it moves when one before it is added or removed.
        let same = guide.same && *prior == element;
        inside(guide.to(config, prior, same), element)
    };
    Value::List(elements.into_iter().enumerate().map(pair).collect())
}

fn keyed(guide: Guide<'_>, value: Value, inside: Inside<'_>) -> Value {
    let Value::Map(elements) = value else {
        return value;
    };
    let pair = |(label, element): (String, Value)| {
        let element = inside(guide.field(&label), element);
        (label, element)
    };
    Value::Map(elements.into_iter().map(pair).collect())
}

fn unordered(members: Members<'_>, guide: Guide<'_>, value: Value, inside: Inside<'_>) -> Value {
    let Value::List(mut elements) = value else {
        return value;
    };
    let configs = guide.config.as_list().unwrap_or_default();
    let known = guide.prior.as_list().unwrap_or_default();
    let adopts = guide.sets == Sets::Adopt && !known.is_empty();
    if adopts && members.all_came_of(configs, known) {
        elements = known.to_vec();
    }
    let of = pairs(configs, &elements);
    if adopts {
        adopt(members, configs, known, &of, &mut elements);
    }
    let pair = |(element, of): (Value, Option<usize>)| match of {
        Some(at) => {
            let same = guide.same && known.contains(&element);
            inside(guide.to(&configs[at], &Value::Null, same), element)
        }
        None => element,
    };
    Value::List(elements.into_iter().zip(of).map(pair).collect())
}

/// Terraform gives up on an element of which the provider made a whole object; what its configuration could have
/// come to is taken up again here, so that nothing changes where nothing was changed.
fn adopt(
    members: Members<'_>,
    configs: &[Value],
    known: &[Value],
    of: &[Option<usize>],
    elements: &mut [Value],
) {
    let mut left: Vec<&Value> = known.iter().filter(|prior| !elements.contains(prior)).collect();
    for (element, of) in elements.iter_mut().zip(of) {
        let Some(config) = of.map(|at| &configs[at]) else {
            continue;
        };
        if known.contains(element) {
            continue;
        }
        if let Some(at) = left.iter().position(|prior| members.came_of(config, prior)) {
            *element = left.remove(at).clone();
        }
    }
}

/// For each element the configuration it is of. What fits several goes to the one that says most.
fn pairs(configs: &[Value], elements: &[Value]) -> Vec<Option<usize>> {
    let mut of = vec![None; elements.len()];
    let mut order: Vec<usize> = (0..configs.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(says(&configs[*at])));
    for at in order {
        let free = |index: &usize| of[*index].is_none() && fixes(&configs[at], &elements[*index]);
        // Of several that fit, the one with least besides is Terraform's own for this configuration.
        let found = (0..elements.len())
            .filter(free)
            .min_by_key(|index| says(&elements[*index]));
        if let Some(index) = found {
            of[index] = Some(at);
        }
    }
    of
}

/// How much a value sets.
fn says(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Map(fields) => 1 + fields.values().map(says).sum::<usize>(),
        Value::List(elements) => 1 + elements.iter().map(says).sum::<usize>(),
        _ => 1,
    }
}

/// Whether everything that `config` sets is so in `value`.
fn fixes(config: &Value, value: &Value) -> bool {
    match (config, value) {
        (Value::Null, _) => true,
        (Value::Map(config), Value::Map(value)) => config
            .iter()
            .all(|(name, config)| value.get(name).is_some_and(|value| fixes(config, value))),
        (Value::List(config), Value::List(value)) => {
            config.len() == value.len()
                && config
                    .iter()
                    .zip(value)
                    .all(|(config, value)| fixes(config, value))
        }
        _ => config == value,
    }
}
