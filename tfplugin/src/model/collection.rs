//! Collections of a model: lists, sets, maps and tuples, whose elements can be null or unknown too.

use std::collections::BTreeMap;

use super::pairing::{agrees, claims};
use super::parts::{mismatch, object_of};
use super::{Attr, Element, Field};
use crate::path::PathStep;
use crate::schema::{AttributeKind, Nesting, Schema};
use crate::ty::{Mismatch, Type};
use crate::value::Value;

/// A list. Of a model: a list of nested objects, or with `=> block()` a block that repeats.
pub type List<T> = Attr<Vec<Attr<T>>>;

/// A set. Of a model: a set of nested objects, or with `=> block()` a block that repeats.
pub type Set<T> = Attr<SetOf<T>>;

/// A map. Of a model: nested objects by key, or with `=> block()` a block with a label.
pub type Map<T> = Attr<BTreeMap<String, Attr<T>>>;

/// The elements of a [`Set`]: equal in any order. Terraform sorts them and drops duplicates.
#[derive(Clone, Debug)]
pub struct SetOf<T>(Vec<Attr<T>>);

impl<T> SetOf<T> {
    /// The elements, sorted as Terraform sent them.
    pub fn elements(&self) -> &[Attr<T>] {
        &self.0
    }

    /// The elements themselves.
    pub fn into_elements(self) -> Vec<Attr<T>> {
        self.0
    }

    /// Whether this is a known element.
    pub fn contains<Q: ?Sized>(&self, element: &Q) -> bool
    where
        T: PartialEq<Q>,
    {
        self.0
            .iter()
            .filter_map(Attr::known)
            .any(|known| known == element)
    }
}

impl<T> Default for SetOf<T> {
    fn default() -> Self {
        SetOf(Vec::new())
    }
}

impl<T: PartialEq> PartialEq for SetOf<T> {
    fn eq(&self, other: &Self) -> bool {
        let mut rest: Vec<&Attr<T>> = other.0.iter().collect();
        self.0.len() == rest.len()
            && self.0.iter().all(|element| {
                let found = rest.iter().position(|other| *other == element);
                found.map(|at| rest.swap_remove(at)).is_some()
            })
    }
}

impl<T: Eq> Eq for SetOf<T> {}

impl<T, A: Into<Attr<T>>> FromIterator<A> for SetOf<T> {
    fn from_iter<I: IntoIterator<Item = A>>(elements: I) -> Self {
        SetOf(elements.into_iter().map(Into::into).collect())
    }
}

impl<T> Attr<Vec<Attr<T>>> {
    /// The known elements; none if the list itself is null or unknown.
    pub fn each(&self) -> impl Iterator<Item = &T> {
        self.known().into_iter().flatten().filter_map(Attr::known)
    }
}

impl<T> Attr<SetOf<T>> {
    /// The known elements; none if the set itself is null or unknown.
    pub fn each(&self) -> impl Iterator<Item = &T> {
        let elements = self.known().map(SetOf::elements);
        elements.into_iter().flatten().filter_map(Attr::known)
    }
}

impl<T> Attr<BTreeMap<String, Attr<T>>> {
    /// The known elements with their keys; none if the map itself is null or unknown.
    pub fn each(&self) -> impl Iterator<Item = (&str, &T)> {
        let elements = self.known().into_iter().flatten();
        elements.filter_map(|(key, element)| Some((key.as_str(), element.known()?)))
    }
}

impl<T, A: Into<Attr<T>>> FromIterator<A> for Attr<Vec<Attr<T>>> {
    fn from_iter<I: IntoIterator<Item = A>>(elements: I) -> Self {
        Attr::Known(elements.into_iter().map(Into::into).collect())
    }
}

impl<T, A: Into<Attr<T>>> FromIterator<A> for Attr<SetOf<T>> {
    fn from_iter<I: IntoIterator<Item = A>>(elements: I) -> Self {
        Attr::Known(elements.into_iter().collect())
    }
}

impl<T, K: Into<String>, A: Into<Attr<T>>> FromIterator<(K, A)> for Attr<BTreeMap<String, Attr<T>>> {
    fn from_iter<I: IntoIterator<Item = (K, A)>>(elements: I) -> Self {
        let elements = elements.into_iter();
        Attr::Known(
            elements
                .map(|(key, element)| (key.into(), element.into()))
                .collect(),
        )
    }
}

impl<T, A: Into<Attr<T>>, const N: usize> From<[A; N]> for Attr<Vec<Attr<T>>> {
    fn from(elements: [A; N]) -> Self {
        elements.into_iter().collect()
    }
}

impl<T, A: Into<Attr<T>>, const N: usize> From<[A; N]> for Attr<SetOf<T>> {
    fn from(elements: [A; N]) -> Self {
        elements.into_iter().collect()
    }
}

impl<T, K: Into<String>, A: Into<Attr<T>>, const N: usize> From<[(K, A); N]>
    for Attr<BTreeMap<String, Attr<T>>>
{
    fn from(elements: [(K, A); N]) -> Self {
        elements.into_iter().collect()
    }
}

fn encoded<T: Element>(element: &Attr<T>) -> Value {
    element.clone().into_value()
}

/// The kind of a collection: objects nest in it with their flags, anything else is a plain type.
fn collection<T: Element>(nesting: Nesting, plain: fn(Type) -> Type) -> AttributeKind {
    match T::kind() {
        AttributeKind::Nested(Nesting::Single, attributes) => AttributeKind::Nested(nesting, attributes),
        // The protocol nests once; deeper collections of objects are plain types.
        AttributeKind::Nested(..) | AttributeKind::Plain(_) => AttributeKind::Plain(plain(T::ty())),
    }
}

impl<T: Element> Element for Vec<Attr<T>> {
    fn kind() -> AttributeKind {
        collection::<T>(Nesting::List, Type::list)
    }

    fn model_schema() -> Option<Schema> {
        T::model_schema()
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let elements = value
            .as_list()
            .ok_or_else(|| mismatch("a list is required", value))?;
        let each = elements.iter().enumerate();
        each.map(|(at, element)| {
            Attr::from_value(element).map_err(|mismatch| mismatch.inside(PathStep::Index(at)))
        })
        .collect()
    }

    fn encode(self) -> Value {
        Value::List(self.into_iter().map(Attr::into_value).collect())
    }

    /// At a place may stand another element by now: only one that agrees is taken for the same.
    fn fill_in(self, found: Self) -> Self {
        let ty = T::held();
        let mut found = found.into_iter();
        self.into_iter()
            .map(|element| match found.next() {
                Some(there) if agrees(&ty, &encoded(&element), &encoded(&there)) => element.fill(there),
                _ => element,
            })
            .collect()
    }
}

impl<T: Element> Element for SetOf<T> {
    fn kind() -> AttributeKind {
        collection::<T>(Nesting::Set, Type::set)
    }

    fn model_schema() -> Option<Schema> {
        T::model_schema()
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let elements = value
            .as_list()
            .ok_or_else(|| mismatch("a set is required", value))?;
        // Elements of a set have no name that a path could give.
        let unnamed = |found: Mismatch| Mismatch::new(found.in_words());
        let each = elements
            .iter()
            .map(|element| Attr::from_value(element).map_err(unnamed));
        each.collect::<Result<_, _>>().map(SetOf)
    }

    fn encode(self) -> Value {
        Value::List(self.0.into_iter().map(Attr::into_value).collect())
    }

    fn fill_in(self, found: Self) -> Self {
        let [planned, there] =
            [&self.0, &found.0].map(|elements| elements.iter().map(encoded).collect::<Vec<_>>());
        let claims = claims(&T::held(), &planned, &there);
        let filled = self.0.into_iter().zip(claims);
        SetOf(
            filled
                .map(|(element, claim)| match claim {
                    Some(at) => element.fill(found.0[at].clone()),
                    None => element,
                })
                .collect(),
        )
    }
}

impl<T: Element> Element for BTreeMap<String, Attr<T>> {
    fn kind() -> AttributeKind {
        collection::<T>(Nesting::Map, Type::map)
    }

    fn model_schema() -> Option<Schema> {
        T::model_schema()
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let elements = value
            .as_map()
            .ok_or_else(|| mismatch("a map is required", value))?;
        let each = elements.iter().map(|(key, element)| {
            let element =
                Attr::from_value(element).map_err(|mismatch| mismatch.inside(PathStep::Key(key.clone())))?;
            Ok((key.clone(), element))
        });
        each.collect()
    }

    fn encode(self) -> Value {
        object_of(self.into_iter().map(|(key, element)| (key, element.into_value())))
    }

    fn fill_in(self, mut found: Self) -> Self {
        self.into_iter()
            .map(|(key, element)| match found.remove(&key) {
                Some(there) => (key, element.fill(there)),
                None => (key, element),
            })
            .collect()
    }
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {
        $(impl<$($name: Element),*> Element for ($(Attr<$name>,)*) {
            fn kind() -> AttributeKind {
                AttributeKind::Plain(Type::Tuple(vec![$($name::ty()),*]))
            }

            fn decode(value: &Value) -> Result<Self, Mismatch> {
                const LEN: usize = [$($at),*].len();
                let elements = value.as_list().filter(|elements| elements.len() == LEN);
                let elements =
                    elements.ok_or_else(|| mismatch(format!("a tuple of {LEN} is required"), value))?;
                Ok(($(
                    Attr::<$name>::from_value(&elements[$at])
                        .map_err(|mismatch| mismatch.inside(PathStep::Index($at)))?,
                )*))
            }

            fn encode(self) -> Value {
                Value::List(vec![$(self.$at.into_value()),*])
            }

            fn fill_in(self, found: Self) -> Self {
                ($(self.$at.fill(found.$at),)*)
            }
        })*
    };
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}
