//! One event as one line. The three `@` keys must be strings and the timestamp must have six digits: anything else
//! and Terraform shows the raw line at debug level, or crashes.

use std::fmt::Debug;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use tracing::Metadata;
use tracing::field::{Field, Visit};

/// Terraform cuts lines at 64 KiB, and a cut line is no JSON any more.
const LONGEST_LINE: usize = 60 << 10;
/// Characters of one field: six bytes each when escaped.
const LONGEST_TEXT: usize = 8 << 10;

/// Fields of spans and events, later ones winning.
#[derive(Debug, Default)]
pub(crate) struct Fields(Map<String, Json>);

impl Fields {
    pub(crate) fn extend(&mut self, outer: &Fields) {
        self.0.extend(outer.0.clone());
    }

    fn put(&mut self, field: &Field, value: Json) {
        // Keys of our own never start with @, so none can stand in for those Terraform trusts.
        self.0
            .insert(field.name().trim_start_matches('@').to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Json::String(shorten(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, Json::String(shorten(&format!("{value:?}"))));
    }
}

/// The line, without its end.
pub(crate) fn render(metadata: &Metadata<'_>, fields: Fields, now: Timestamp) -> String {
    let Fields(mut object) = fields;
    let message = match object.remove("message") {
        Some(Json::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    object.retain(|_, value| value.as_str() != Some(""));
    object.insert("@message".to_owned(), message.into());
    object.insert(
        "@level".to_owned(),
        metadata.level().as_str().to_lowercase().into(),
    );
    object.insert("@module".to_owned(), metadata.target().replace("::", ".").into());
    object.insert(
        "@timestamp".to_owned(),
        now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into(),
    );
    if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
        object.insert("@caller".to_owned(), format!("{file}:{line}").into());
    }
    let line = Json::Object(object.clone()).to_string();
    if line.len() <= LONGEST_LINE {
        return line;
    }
    // Many long fields: the message is worth more than they are.
    object.retain(|key, _| key.starts_with('@'));
    Json::Object(object).to_string()
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
