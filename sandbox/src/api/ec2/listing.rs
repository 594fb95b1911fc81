//! What every describing call of EC2's does: things by id, filters, pages.
//!
//! Refuses an id that names nothing and a filter that the call does not know.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::read::need;
use crate::world::ec2::Kind;
use crate::world::{Refusal, Ruled, World};

/// How one describing call lists its kind of thing.
pub struct Listing<'a, T> {
    pub all: &'a BTreeMap<String, T>,
    pub kind: Kind,
    /// Parameter with ids.
    pub ids: &'static str,
    /// Member of the answer.
    pub set: &'static str,
    /// Names of filters, besides those for tags.
    pub filters: &'static [&'static str],
    /// Largest `MaxResults`.
    pub most: u32,
    /// Values that a thing has for a filter.
    pub values: fn(&World, &T, &str) -> Vec<String>,
    pub json: fn(&World, &T) -> Value,
}

/// Filters of a call; all must fit, and of one filter's values any is enough.
pub struct Filters(Vec<(String, Vec<String>)>);

impl<T> Listing<'_, T> {
    pub fn answer(&self, world: &World, args: &Args<'_>) -> Ruled<Value> {
        let filters = Filters::read(args, self.filters)?;
        let mut found: Vec<(&String, &T)> = Vec::new();
        let ids = args.texts(self.ids)?;
        for id in &ids {
            let there = self.all.get_key_value(id);
            found.push(there.ok_or_else(|| self.kind.missing(id))?);
        }
        if ids.is_empty() {
            found = self.all.iter().collect();
        }
        found.retain(|(id, it)| filters.fit(world, id, |name| (self.values)(world, it, name)));
        let (page, next) = page::by_next_token(args, found, self.most)?;
        let page: Vec<Value> = page.into_iter().map(|(_, it)| (self.json)(world, it)).collect();
        Ok(json!({ self.set: page, "nextToken": next }))
    }
}

impl Filters {
    pub fn read(args: &Args<'_>, known: &[&str]) -> Ruled<Self> {
        let mut filters = Vec::new();
        for filter in args.structures("Filter")? {
            let name = need(&filter, "Name")?.to_owned();
            let of_tags = name.starts_with("tag:") || name == "tag-key" || name == "tag-value";
            if !of_tags && !known.contains(&name.as_str()) {
                return Err(Refusal::new(
                    "InvalidParameterValue",
                    format!("The filter '{name}' is invalid"),
                ));
            }
            filters.push((name, filter.texts("Value")?));
        }
        Ok(Self(filters))
    }

    pub fn fit(&self, world: &World, id: &str, values: impl Fn(&str) -> Vec<String>) -> bool {
        let tags = world.tags.get(id);
        self.0.iter().all(|(name, wanted)| {
            let mut tags = tags.into_iter().flatten();
            let has: Vec<String> = match name.as_str() {
                "tag-key" => tags.map(|(key, _)| key.clone()).collect(),
                "tag-value" => tags.map(|(_, value)| value.clone()).collect(),
                name => match name.strip_prefix("tag:") {
                    Some(wanted) => tags
                        .find(|(key, _)| *key == wanted)
                        .map(|(_, value)| value.clone())
                        .into_iter()
                        .collect(),
                    None => values(name),
                },
            };
            wanted
                .iter()
                .any(|pattern| has.iter().any(|value| like(pattern, value)))
        })
    }
}

/// `*` stands for any text, `?` for one character, a backslash for what follows it.
fn like(pattern: &str, text: &str) -> bool {
    let mut pattern = pattern.chars();
    match pattern.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = pattern.as_str();
            let mut ends = text.char_indices().map(|(index, _)| index).chain([text.len()]);
            ends.any(|from| like(rest, &text[from..]))
        }
        Some(first) => {
            let wanted = match first {
                '\\' => pattern.next(),
                other => Some(other),
            };
            let mut rest = text.chars();
            let fits = rest.next().is_some_and(|c| first == '?' || wanted == Some(c));
            fits && like(pattern.as_str(), rest.as_str())
        }
    }
}

#[test]
fn a_star_stands_for_any_text_and_a_backslash_for_what_follows_it() {
    assert!(like("ELB app/*", "ELB app/web/0123"));
    assert!(like("*", ""));
    assert!(like("a?c", "abc"));
    assert!(!like("a?c", "ac"));
    assert!(like(r"a\*", "a*"));
    assert!(!like(r"a\*", "ab"));
    assert!(!like("abc", "ab"));
}
