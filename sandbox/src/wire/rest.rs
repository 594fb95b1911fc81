//! The REST-JSON protocol: the method and the path name the action, members stand in path, query and body.
//!
//! Knows no service's paths: they are handed in.

use serde_json::{Map, Value, json};

use super::json;
use crate::world::Ruled;

/// A way to an action: method, path with `{member}` where a member stands, action.
pub type Route = (&'static str, &'static str, &'static str);

/// The action a request is for and its members. None if no route leads there.
pub fn parse(
    routes: &[Route],
    method: &str,
    path: &str,
    query: &str,
    body: &[u8],
) -> Option<Ruled<(&'static str, Map<String, Value>)>> {
    let (action, from_path) = routes.iter().find_map(|(verb, template, action)| {
        let members = (*verb == method).then(|| along(template, path))??;
        Some((*action, members))
    })?;
    Some(json::parse(body).map(|mut members| {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            insert(&mut members, &name, &value);
        }
        members.extend(from_path);
        (action, members)
    }))
}

/// The members of a path, if it is one of this template.
fn along(template: &str, path: &str) -> Option<Map<String, Value>> {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    let mut members = Map::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(members),
            (Some(step), Some(word)) => match step.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
                Some(name) if !word.is_empty() => {
                    members.insert(name.to_owned(), json!(decoded(word)));
                }
                None if step == word => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

/// Percent-encoding undone. A plus sign is a plus sign in a path, so it is kept from the form's decoder.
fn decoded(word: &str) -> String {
    let kept = word.replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(kept.as_bytes());
    pairs
        .next()
        .map(|(word, _)| word.into_owned())
        .unwrap_or_default()
}

/// A name that occurs again makes a list; numbers are told by their look, as no member of text is one here.
fn insert(members: &mut Map<String, Value>, name: &str, value: &str) {
    let value = value
        .parse::<i64>()
        .map_or_else(|_| json!(value), |number| json!(number));
    match members.get_mut(name) {
        Some(Value::Array(items)) => items.push(value),
        Some(first) => {
            let first = first.take();
            members.insert(name.to_owned(), json!([first, value]));
        }
        None => {
            members.insert(name.to_owned(), value);
        }
    }
}
