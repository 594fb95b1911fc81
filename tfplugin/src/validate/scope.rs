//! What a rule can speak of, and whether anything can keep it: a rule that never speaks, or always does, is a mistake
//! in the schema. Looks at types only.

use crate::ty::Type;
use crate::value::Value;

/// The values a rule is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scope {
    /// Whatever there is.
    Any,
    Text,
    Numbers,
    Collections,
    /// What holds one of these.
    Values(Vec<Value>),
    /// Collections whose elements the scope is of.
    Elements(Box<Scope>),
    /// Maps whose keys the scope is of.
    Keys(Box<Scope>),
    /// No value keeps the rule.
    Nothing,
}

impl Scope {
    /// As it is, if anything can keep the rule.
    pub(super) fn when(self, possible: Possible) -> Scope {
        match possible {
            Possible::Yes => self,
            Possible::No => Scope::Nothing,
        }
    }

    /// What is wrong with asking the rule about values of this type; completes "the rule …".
    pub(super) fn misfit(&self, ty: &Type) -> Option<String> {
        let only = |what: &str| Some(format!("is for {what}, and the type is {ty}"));
        match (self, ty) {
            (Scope::Nothing, _) => Some("can't be kept by any value".to_owned()),
            (Scope::Any, _)
            | (Scope::Text, Type::String | Type::Dynamic)
            | (Scope::Numbers, Type::Number | Type::Dynamic)
            | (Scope::Collections, Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Dynamic) => None,
            (Scope::Text, _) => only("text"),
            (Scope::Numbers, _) => only("numbers"),
            (Scope::Collections, _) => only("lists, sets and maps"),
            (Scope::Values(values), _) => {
                let other = values.iter().any(|value| ty.conform(value.clone()).is_err());
                other.then(|| format!("names a value that can't be here, as the type is {ty}"))
            }
            (Scope::Elements(scope), Type::List(element) | Type::Set(element) | Type::Map(element)) => {
                scope.misfit(element)
            }
            (Scope::Elements(scope), Type::Tuple(elements)) => {
                elements.iter().find_map(|element| scope.misfit(element))
            }
            (Scope::Elements(_), _) => only("the elements of lists, sets and maps"),
            (Scope::Keys(scope), Type::Map(_) | Type::Dynamic) => scope.misfit(&Type::String),
            (Scope::Keys(_), _) => only("the keys of maps"),
        }
    }
}

/// Whether anything can keep a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Possible {
    Yes,
    No,
}
