//! Rules across the attributes and blocks of one object: which may, must or must not stand together.
//!
//! A member that is unknown is neither set nor left out: a rule speaks only once it is sure.

use std::sync::Arc;

use crate::described::Described;
use crate::schema::{Attribute, Block, BlockNesting};
use crate::value::Value;

/// One rule across the members of a schema, block or nested attribute. Two are equal if they say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(crate) names: Vec<String>,
    check: Described<Check>,
}

type Check = dyn Fn(&[Member<'_>]) -> Option<Broken> + Send + Sync;

/// A member that a rule names.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) presence: Presence,
    pub(crate) value: &'a Value,
}

/// Whether a member is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Set,
    Absent,
    Unknown,
}

/// What is wrong, and with which member; without one it is the object.
pub(crate) struct Broken {
    pub(crate) at: Option<String>,
    pub(crate) problem: String,
}

impl Rule {
    /// The rule as a sentence without its full stop.
    pub fn description(&self) -> &str {
        &self.check.description
    }

    /// The members it is about.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    fn new(
        names: Vec<String>,
        description: String,
        check: impl Fn(&[Member<'_>]) -> Option<Broken> + Send + Sync + 'static,
    ) -> Rule {
        Rule {
            names,
            check: Described::new(description, Arc::new(check)),
        }
    }

    pub(crate) fn check(&self, members: &[Member<'_>]) -> Option<Broken> {
        (self.check.run)(members)
    }
}

/// Exactly one of these is set.
pub fn exactly_one_of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Rule {
    let (names, list) = named(names);
    Rule::new(names, format!("Exactly one of {list} must be set"), |members| {
        too_many(members).or_else(|| none(members))
    })
}

/// At most one of these is set.
pub fn at_most_one_of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Rule {
    let (names, list) = named(names);
    Rule::new(names, format!("At most one of {list} can be set"), too_many)
}

/// These can't stand together: another word for [`at_most_one_of`].
pub fn conflicting<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Rule {
    at_most_one_of(names)
}

/// At least one of these is set.
pub fn at_least_one_of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Rule {
    let (names, list) = named(names);
    Rule::new(names, format!("At least one of {list} must be set"), none)
}

/// All of these are set, or none.
pub fn required_together<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Rule {
    let (names, list) = named(names);
    Rule::new(
        names,
        format!("{list} must be set together or not at all"),
        |members| {
            let set = first(members, Presence::Set)?;
            let missing = first(members, Presence::Absent)?;
            Some(Broken {
                at: Some(missing.to_owned()),
                problem: format!("{set} is set and {missing} is not"),
            })
        },
    )
}

/// If `name` is set, so are all of `others`.
pub fn required_with<N: Into<String>>(name: impl Into<String>, others: impl IntoIterator<Item = N>) -> Rule {
    let name = name.into();
    let (others, list) = named(others);
    let names = std::iter::once(name.clone()).chain(others).collect();
    Rule::new(names, format!("{name} needs {list}"), move |members| {
        let (first, others) = members.split_first()?;
        let missing = others.iter().find(|member| member.presence == Presence::Absent)?;
        (first.presence == Presence::Set).then(|| Broken {
            at: Some(missing.name.to_owned()),
            problem: format!("{} is set and {} is not", first.name, missing.name),
        })
    })
}

/// A rule of your own across `names`: `holds` is asked once all of them are known, with their values in that order.
/// `description` is a sentence.
///
/// ```
/// # use tfplugin::{Attribute, Schema, validate};
/// let rising = |values: &[&tfplugin::Value]| values[0].as_i64() <= values[1].as_i64();
/// Schema::new(0)
///     .attribute(Attribute::number("least").required())
///     .attribute(Attribute::number("most").required())
///     .rule(validate::members(["least", "most"], "least can't be above most", rising));
/// ```
pub fn members<N: Into<String>>(
    names: impl IntoIterator<Item = N>,
    description: impl Into<String>,
    holds: impl Fn(&[&Value]) -> bool + Send + Sync + 'static,
) -> Rule {
    let (names, _) = named(names);
    let description = description.into();
    Rule::new(
        names,
        description.trim_end_matches('.').to_owned(),
        move |members| {
            let known = members.iter().all(|member| member.value.is_wholly_known());
            let values: Vec<&Value> = members.iter().map(|member| member.value).collect();
            (known && !holds(&values)).then(|| Broken {
                at: members.first().map(|member| member.name.to_owned()),
                problem: "this configuration breaks the rule".to_owned(),
            })
        },
    )
}

fn named<N: Into<String>>(names: impl IntoIterator<Item = N>) -> (Vec<String>, String) {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    let list = match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    };
    (names, list)
}

fn first<'a>(members: &[Member<'a>], presence: Presence) -> Option<&'a str> {
    let found = members.iter().find(|member| member.presence == presence);
    found.map(|member| member.name)
}

fn too_many(members: &[Member<'_>]) -> Option<Broken> {
    let mut set = members.iter().filter(|member| member.presence == Presence::Set);
    let (one, another) = (set.next()?, set.next()?);
    Some(Broken {
        at: Some(another.name.to_owned()),
        problem: format!("{} and {} are both set; remove one", one.name, another.name),
    })
}

fn none(members: &[Member<'_>]) -> Option<Broken> {
    let absent = members.iter().all(|member| member.presence == Presence::Absent);
    absent.then(|| Broken {
        at: None,
        problem: "none of them is set".to_owned(),
    })
}

/// Whether a configured object sets a member; `None` if it has no such member.
pub(crate) fn presence(
    attributes: &[Attribute],
    blocks: &[Block],
    object: &Value,
    name: &str,
) -> Option<Presence> {
    let value = object.get(name);
    let plain = |value: &Value| match value {
        value if value.is_unknown() => Presence::Unknown,
        value if value.is_null() => Presence::Absent,
        _ => Presence::Set,
    };
    if attributes.iter().any(|attribute| attribute.name == name) {
        return Some(plain(value));
    }
    let block = blocks.iter().find(|block| block.name == name)?;
    let empty = match block.nesting {
        BlockNesting::Single => false,
        BlockNesting::List | BlockNesting::Set => value.as_list().is_some_and(<[Value]>::is_empty),
        BlockNesting::Map => value.as_map().is_some_and(std::collections::BTreeMap::is_empty),
        // An absent group looks like one that sets nothing.
        BlockNesting::Group => value
            .as_map()
            .is_some_and(|fields| fields.values().all(|field| plain(field) == Presence::Absent)),
    };
    Some(if empty { Presence::Absent } else { plain(value) })
}
