//! What a configured value must be, beyond its type: rules that describe themselves, for attributes at any depth.
//!
//! A rule never sees a null or unknown value: what is not set or not known yet is not wrong. No rule waits for
//! anything, and none runs on values the provider made.
//!
//! ```
//! use tfplugin::{Attribute, Schema, validate};
//!
//! Schema::new(0)
//!     .attribute(Attribute::string("color").required().validate(validate::one_of(["blue", "green"])))
//!     .attribute(Attribute::number("weight").optional().validate(validate::between(0..=100)))
//!     .attribute(Attribute::string("image").optional())
//!     .attribute(Attribute::string("release").optional())
//!     .rule(validate::exactly_one_of(["image", "release"]));
//! ```

mod members;
mod place;
mod run;
mod scope;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::{Bound, RangeBounds};

pub use members::{
    Rule, at_least_one_of, at_most_one_of, conflicting, exactly_one_of, members, required_together,
    required_with,
};
pub(crate) use run::{run, value};

use self::place::Place;
use self::scope::{Possible, Scope};
use crate::described::Described;
use crate::ty::Type;
use crate::value::{Number, Value};

/// One rule for the value of an attribute or the blocks of a kind. Two are equal if they say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Validator {
    check: Described<Check>,
    scope: Scope,
}

type Check = dyn Fn(&Subject<'_>, &mut Vec<Violation>) + Send + Sync;

/// What a rule looks at: neither null nor unknown itself, though parts of it may be.
struct Subject<'a> {
    ty: &'a Type,
    value: &'a Value,
    place: Place,
}

/// Where a value breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) place: Place,
    /// Completes "must be".
    pub(crate) wanted: String,
    /// The value as it may be shown, if it may.
    pub(crate) is: Option<String>,
}

impl Validator {
    /// What the value must be; completes "must be".
    pub fn description(&self) -> &str {
        &self.check.description
    }

    /// Why the rule can't stand at something of this type, if it can't.
    pub(crate) fn misfit(&self, ty: &Type) -> Option<String> {
        let problem = self.scope.misfit(ty)?;
        Some(format!("the rule \"must be {}\" {problem}", self.description()))
    }

    fn new(
        scope: Scope,
        description: impl Into<String>,
        check: impl Fn(&Subject<'_>, &mut Vec<Violation>) + Send + Sync + 'static,
    ) -> Validator {
        Validator {
            check: Described::new(description, std::sync::Arc::new(check)),
            scope,
        }
    }

    /// A rule for the value as a whole.
    fn whole(
        scope: Scope,
        description: impl Into<String>,
        holds: impl Fn(&Subject<'_>) -> bool + Send + Sync + 'static,
    ) -> Validator {
        let description = description.into();
        let wanted = description.clone();
        Validator::new(scope, description, move |subject, broken| {
            if !holds(subject) {
                broken.push(Violation {
                    place: subject.place.clone(),
                    wanted: wanted.clone(),
                    is: say(subject.value),
                });
            }
        })
    }

    fn check(&self, subject: &Subject<'_>, broken: &mut Vec<Violation>) {
        if !subject.value.is_null() && !subject.value.is_unknown() {
            (self.check.run)(subject, broken);
        }
    }
}

/// One of the given values, which must be of the type there is.
pub fn one_of<V: Into<Value>>(allowed: impl IntoIterator<Item = V>) -> Validator {
    let allowed: Vec<Value> = allowed.into_iter().map(Into::into).collect();
    let words: Vec<String> = allowed.iter().filter_map(say).collect();
    let description = match words.as_slice() {
        [only] => only.clone(),
        _ => format!("one of {}", words.join(", ")),
    };
    let possible = match allowed.as_slice() {
        [] => Possible::No,
        _ => Possible::Yes,
    };
    let scope = Scope::Values(allowed.clone()).when(possible);
    Validator::whole(scope, description, move |subject| {
        allowed.iter().any(|allowed| allowed == bare(subject.value))
    })
}

/// Text of so many characters.
pub fn length(characters: impl RangeBounds<usize>) -> Validator {
    let range = Range::of(&characters, |count| *count);
    let scope = Scope::Text.when(range.counts());
    Validator::whole(
        scope,
        format!("{} characters long", range.words()),
        move |subject| {
            subject
                .value
                .as_str()
                .is_none_or(|text| range.holds(&text.chars().count()))
        },
    )
}

/// A number in a range.
pub fn between<N: Into<Number> + Clone>(numbers: impl RangeBounds<N>) -> Validator {
    let range = Range::of(&numbers, |number: &N| number.clone().into());
    let description = match (&range.least, &range.most) {
        (Bound::Included(least), Bound::Included(most)) => format!("between {least} and {most}"),
        _ => range.words(),
    };
    let scope = Scope::Numbers.when(range.possible());
    Validator::whole(scope, description, move |subject| {
        subject.value.as_number().is_none_or(|number| range.holds(number))
    })
}

/// A list, set or map of so many elements.
pub fn items(elements: impl RangeBounds<usize>) -> Validator {
    let range = Range::of(&elements, |count| *count);
    Validator::whole(
        Scope::Collections.when(range.counts()),
        format!("a collection of {} elements", range.words()),
        move |subject| {
            let list = subject.value.as_list().map(<[Value]>::len);
            let count = list.or_else(|| subject.value.as_map().map(std::collections::BTreeMap::len));
            // In a set what is unknown may turn out equal to another element.
            let settled = !matches!(subject.ty, Type::Set(_)) || subject.value.is_wholly_known();
            count.is_none_or(|count| range.holds(&count) || !settled)
        },
    )
}

/// Text for which `matches` holds; `description` completes "must be".
///
/// ```
/// # use tfplugin::{Attribute, validate};
/// let lower = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
/// Attribute::string("name").required().validate(validate::matches("lower-case letters", lower));
/// ```
pub fn matches(
    description: impl Into<String>,
    matches: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Validator {
    Validator::whole(Scope::Text, description, move |subject| {
        subject.value.as_str().is_none_or(&matches)
    })
}

/// A value for which `holds` does; `description` completes "must be". Parts of the value may be unknown.
pub fn custom(
    description: impl Into<String>,
    holds: impl Fn(&Value) -> bool + Send + Sync + 'static,
) -> Validator {
    Validator::whole(Scope::Any, description, move |subject| holds(subject.value))
}

/// Every element of a list, set or map.
pub fn each(rule: Validator) -> Validator {
    Validator::new(
        Scope::Elements(Box::new(rule.scope.clone())),
        format!("a collection, each element {}", rule.description()),
        move |subject, broken| {
            for (ty, value, place) in elements(subject) {
                rule.check(&Subject { ty, value, place }, broken);
            }
        },
    )
}

/// Every key of a map.
pub fn keys(rule: Validator) -> Validator {
    Validator::new(
        Scope::Keys(Box::new(rule.scope.clone())),
        format!("a map, each key {}", rule.description()),
        move |subject, broken| {
            for key in subject.value.as_map().into_iter().flatten().map(|(key, _)| key) {
                let (value, place) = (Value::from(key), subject.place.key(key));
                let key = Subject {
                    ty: &Type::String,
                    value: &value,
                    place,
                };
                rule.check(&key, broken);
            }
        },
    )
}

fn elements<'a>(subject: &Subject<'a>) -> Vec<(&'a Type, &'a Value, Place)> {
    let list = || subject.value.as_list().unwrap_or_default().iter().enumerate();
    let place = &subject.place;
    match subject.ty {
        Type::List(ty) => list()
            .map(|(at, value)| (ty.as_ref(), value, place.index(at)))
            .collect(),
        Type::Set(ty) => list()
            .map(|(_, value)| (ty.as_ref(), value, place.element()))
            .collect(),
        Type::Tuple(types) => types
            .iter()
            .zip(list())
            .map(|(ty, (at, value))| (ty, value, place.index(at)))
            .collect(),
        Type::Map(ty) => {
            let fields = subject.value.as_map().into_iter().flatten();
            fields
                .map(|(key, value)| (ty.as_ref(), value, place.key(key)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Scalars as HCL would write them.
fn say(value: &Value) -> Option<String> {
    match bare(value) {
        Value::String(text) => Some(format!("{text:?}")),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn bare(value: &Value) -> &Value {
    match value {
        Value::Dynamic(dynamic) => &dynamic.value,
        other => other,
    }
}

struct Range<T> {
    least: Bound<T>,
    most: Bound<T>,
}

impl<T: PartialOrd + fmt::Display> Range<T> {
    fn of<S>(range: &impl RangeBounds<S>, convert: impl Fn(&S) -> T) -> Range<T> {
        Range {
            least: range.start_bound().map(&convert),
            most: range.end_bound().map(&convert),
        }
    }

    fn holds(&self, value: &T) -> bool {
        let above = match &self.least {
            Bound::Included(least) => least <= value,
            Bound::Excluded(least) => least < value,
            Bound::Unbounded => true,
        };
        let below = match &self.most {
            Bound::Included(most) => value <= most,
            Bound::Excluded(most) => value < most,
            Bound::Unbounded => true,
        };
        above && below
    }

    /// Whether any number is in it, as far as the bounds tell.
    fn possible(&self) -> Possible {
        let empty = match (&self.least, &self.most) {
            (Bound::Included(least), Bound::Included(most)) => least > most,
            (
                Bound::Included(least) | Bound::Excluded(least),
                Bound::Included(most) | Bound::Excluded(most),
            ) => least >= most,
            _ => false,
        };
        if empty { Possible::No } else { Possible::Yes }
    }

    fn words(&self) -> String {
        let least = match &self.least {
            Bound::Included(least) => format!("at least {least}"),
            Bound::Excluded(least) => format!("more than {least}"),
            Bound::Unbounded => String::new(),
        };
        let most = match &self.most {
            Bound::Included(most) => format!("at most {most}"),
            Bound::Excluded(most) => format!("less than {most}"),
            Bound::Unbounded => String::new(),
        };
        match (&self.least, &self.most) {
            (Bound::Included(least), Bound::Included(most)) if least == most => format!("exactly {least}"),
            (Bound::Included(least), Bound::Included(most)) => format!("{least} to {most}"),
            (Bound::Unbounded, Bound::Unbounded) => "any number of".to_owned(),
            (Bound::Unbounded, _) => most,
            (_, Bound::Unbounded) => least,
            _ => format!("{least} and {most}"),
        }
    }
}

impl Range<usize> {
    /// As [`possible`](Self::possible), for what can't be less than none.
    fn counts(&self) -> Possible {
        match self.most {
            Bound::Excluded(0) => Possible::No,
            _ => self.possible(),
        }
    }
}
