//! A plan follows its configuration, and so does what an ephemeral resource returns.
//!
//! The order of the questions is Terraform's: as configured, as before, the provider's own, else wrong. Contents of
//! sets are trusted, since nothing tells which element became which.

use super::{Check, Holds, Members, Showing, show};
use crate::diag::Diagnostics;
use crate::path::Path;
use crate::schema::{Attribute, Block, BlockNesting};
use crate::server::Shape;
use crate::value::Value;

/// Where a plan departs from the configuration.
pub(crate) fn plan_follows_config(
    name: &str,
    shape: &Shape,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
) -> Diagnostics {
    let check = Check::new(name, "the provider produced an invalid plan");
    let prior = prior.unwrap_or(&Value::Null);
    follow(check, "planned", shape, [prior, config, planned])
}

/// Where the result of an ephemeral resource departs from its configuration.
pub(crate) fn result_follows_config(
    name: &str,
    shape: &Shape,
    config: &Value,
    result: &Value,
) -> Diagnostics {
    let check = Check::new(name, "the provider returned an object that was not asked for");
    follow(check, "returned", shape, [&Value::Null, config, result])
}

fn follow(check: Check<'_>, verb: &'static str, shape: &Shape, at: [&Value; 3]) -> Diagnostics {
    let mut follows = Follows { check, verb };
    let members = Members {
        attributes: &shape.schema.attributes,
        blocks: &shape.schema.blocks,
    };
    follows.object(members, at, &Path::default(), Showing::Values);
    follows.no_write_only_below(Holds::One, members, at[2], &Path::default());
    follows.check.found
}

struct Follows<'a> {
    check: Check<'a>,
    verb: &'static str,
}

/// `[prior, config, planned]` of one place.
type At<'v> = [&'v Value; 3];

fn get<'v>(at: At<'v>, name: &str) -> At<'v> {
    at.map(|value| value.get(name))
}

impl Follows<'_> {
    fn broken(&mut self, path: &Path, problem: &str, rule: &str) {
        let problem = format!("is {} {problem}", self.verb);
        self.check.broken(path, problem.trim_end(), rule);
    }

    /// The whole object, or one that a block makes.
    fn object(&mut self, members: Members<'_>, at: At<'_>, path: &Path, showing: Showing) {
        let [_, config, planned] = at;
        match (config.is_null(), planned.is_null()) {
            (true, true) => {}
            (true, false) => self.broken(path, "", "what the configuration leaves out stays out"),
            (false, true) => self.broken(path, "as null", "what the configuration sets is kept"),
            (false, false) if planned.is_unknown() && !config.is_unknown() => {
                self.broken(path, "as unknown", UNKNOWN_PARTS);
            }
            (false, false) => {
                self.attributes(members.attributes, at, path, showing);
                for block in members.blocks {
                    self.block(
                        block,
                        get(at, &block.name),
                        &path.clone().field(&block.name),
                        showing,
                    );
                }
            }
        }
    }

    fn attributes(&mut self, attributes: &[Attribute], at: At<'_>, path: &Path, showing: Showing) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            self.attribute(
                attribute,
                get(at, &attribute.name),
                &path,
                showing.inside(attribute),
            );
        }
    }

    fn attribute(&mut self, attribute: &Attribute, at: At<'_>, path: &Path, showing: Showing) {
        let [prior, config, planned] = at;
        let as_configured = planned == config;
        let as_before = planned == prior && !prior.is_null() && !config.is_null();
        let providers_own = attribute.computed && (!attribute.optional || config.is_null());
        if attribute.write_only || as_configured || as_before || providers_own {
            return;
        }
        if config.is_null() && !planned.is_null() {
            return self.broken(
                path,
                "but not configured",
                "only a computed attribute may be set by the provider",
            );
        }
        match Members::nested(attribute) {
            Some((holds, members)) => self.nested(holds, members.attributes, at, path, showing),
            None => {
                let problem = match showing {
                    Showing::Nothing => format!("is {} other than configured", self.verb),
                    Showing::Values => format!(
                        "is configured as {} and {} as {}",
                        show(config),
                        self.verb,
                        show(planned)
                    ),
                };
                let rule = "a configured attribute is kept as configured, or as it was before";
                self.check.broken(path, &problem, rule);
            }
        }
    }

    /// A nested attribute that is configured.
    fn nested(&mut self, holds: Holds, attributes: &[Attribute], at: At<'_>, path: &Path, showing: Showing) {
        let [prior, config, planned] = at;
        if planned.is_null() {
            return self.broken(path, "as null", "what the configuration sets is kept");
        }
        if planned.is_unknown() {
            return self.broken(path, "as unknown", UNKNOWN_PARTS);
        }
        match holds {
            Holds::One => self.attributes(attributes, at, path, showing),
            Holds::List => match (config.as_list(), planned.as_list()) {
                (Some(config), Some(planned)) if config.len() == planned.len() => {
                    let prior = prior.as_list().unwrap_or_default();
                    for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
                        let prior = prior.get(index).unwrap_or(&Value::Null);
                        let path = path.clone().index(index);
                        self.attributes(attributes, [prior, config, planned], &path, showing);
                    }
                }
                _ => self.miscounted(path, config, planned, showing),
            },
            Holds::Map => match (config.as_map(), planned.as_map()) {
                (Some(config), Some(planned)) if config.keys().eq(planned.keys()) => {
                    for ((key, config), planned) in config.iter().zip(planned.values()) {
                        let path = showing.key(path, key);
                        self.attributes(attributes, [prior.get(key), config, planned], &path, showing);
                    }
                }
                _ => self.miscounted(path, config, planned, showing),
            },
            Holds::Set => {
                let (configured, found) = (Count::of(config), Count::of(planned));
                if !configured.may_equal(found) {
                    self.miscounted(path, config, planned, showing);
                }
            }
        }
    }

    fn block(&mut self, block: &Block, at: At<'_>, path: &Path, showing: Showing) {
        let [prior, config, planned] = at;
        if planned.is_null() && block.nesting != BlockNesting::Single {
            return self.broken(path, "as null", "no blocks are an empty collection, never null");
        }
        if planned == config {
            return;
        }
        if config.is_unknown() {
            return self.broken(
                path,
                &format!("as {}", planned.kind()),
                "blocks that are not known yet stay unknown",
            );
        }
        if planned.is_unknown() {
            return self.broken(path, "as unknown", UNKNOWN_PARTS);
        }
        let members = Members::of_block(block);
        match Holds::from(block.nesting) {
            Holds::One => self.object(members, at, path, showing),
            Holds::List => {
                let [config_list, planned_list] =
                    [config, planned].map(|value| value.as_list().unwrap_or_default());
                if config_list.len() != planned_list.len() {
                    return self.miscounted(path, config, planned, showing);
                }
                let prior = prior.as_list().unwrap_or_default();
                for (index, (config, planned)) in config_list.iter().zip(planned_list).enumerate() {
                    let prior = prior.get(index).unwrap_or(&Value::Null);
                    let path = path.clone().index(index);
                    self.object(members, [prior, config, planned], &path, showing);
                }
            }
            Holds::Map => match (config.as_map(), planned.as_map()) {
                (Some(config), Some(planned)) if config.keys().eq(planned.keys()) => {
                    for ((key, config), planned) in config.iter().zip(planned.values()) {
                        let path = path.clone().key(key);
                        self.object(members, [prior.get(key), config, planned], &path, showing);
                    }
                }
                _ => self.miscounted(path, config, planned, showing),
            },
            Holds::Set => {
                let unknown = planned
                    .as_list()
                    .unwrap_or_default()
                    .iter()
                    .any(Value::is_unknown);
                if unknown {
                    self.broken(path, "with an unknown element", UNKNOWN_PARTS);
                }
            }
        }
    }

    fn miscounted(&mut self, path: &Path, config: &Value, planned: &Value, showing: Showing) {
        let say = |value: &Value| match (value.as_list(), value.as_map()) {
            (Some(list), _) => format!("{} elements", list.len()),
            (_, Some(map)) if showing == Showing::Nothing => format!("{} elements", map.len()),
            (_, Some(map)) => format!("the keys {:?}", map.keys().collect::<Vec<_>>()),
            _ => value.kind().to_owned(),
        };
        let problem = format!(
            "is configured with {} and {} with {}",
            say(config),
            self.verb,
            say(planned)
        );
        let rule = "there are as many elements as configured, under the same keys";
        self.check.broken(path, &problem, rule);
    }

    /// Looked for everywhere, also where all else is as configured.
    fn no_write_only(&mut self, members: Members<'_>, planned: &Value, path: &Path) {
        for attribute in members.attributes {
            let (planned, path) = (planned.get(&attribute.name), path.clone().field(&attribute.name));
            if attribute.write_only {
                if !planned.is_null() {
                    self.broken(
                        &path,
                        "",
                        "a write-only attribute is null in every plan and state",
                    );
                }
            } else if let Some((holds, members)) = Members::nested(attribute) {
                self.no_write_only_below(holds, members, planned, &path);
            }
        }
        for block in members.blocks {
            let (planned, path) = (planned.get(&block.name), path.clone().field(&block.name));
            self.no_write_only_below(block.nesting.into(), Members::of_block(block), planned, &path);
        }
    }

    fn no_write_only_below(&mut self, holds: Holds, members: Members<'_>, planned: &Value, path: &Path) {
        for (planned, path) in elements(holds, planned, path) {
            // An object that is unknown may turn out null; an element that is unknown is there.
            if holds != Holds::One || !planned.is_unknown() {
                self.no_write_only(members, planned, &path);
            }
        }
    }
}

const UNKNOWN_PARTS: &str =
    "what is configured is known, if only in part; make the attributes inside it unknown";

pub(super) fn elements<'v>(holds: Holds, value: &'v Value, path: &Path) -> Vec<(&'v Value, Path)> {
    match holds {
        Holds::One => vec![(value, path.clone())],
        Holds::Map => {
            let fields = value.as_map().into_iter().flatten();
            fields
                .map(|(key, value)| (value, path.clone().key(key)))
                .collect()
        }
        Holds::List | Holds::Set => {
            let list = value.as_list().unwrap_or_default().iter().enumerate();
            // A path into a set stops at the set.
            list.map(|(index, value)| match holds {
                Holds::Set => (value, path.clone()),
                _ => (value, path.clone().index(index)),
            })
            .collect()
        }
    }
}

/// How many elements a set has in the end: what is unknown in it may turn out equal to another one.
#[derive(Clone, Copy)]
struct Count {
    least: usize,
    most: usize,
}

impl Count {
    fn of(set: &Value) -> Count {
        match set.as_list() {
            None => Count {
                least: 0,
                most: usize::MAX,
            },
            Some(list) if list.len() < 2 || set.is_wholly_known() => Count {
                least: list.len(),
                most: list.len(),
            },
            Some(list) => Count {
                least: 1,
                most: list.len(),
            },
        }
    }

    fn may_equal(self, other: Count) -> bool {
        self.least <= other.most && other.least <= self.most
    }
}
