//! What an upgrade made, held against the schema it was made for: nothing the schema lacks, and what must be set is.
//! State of the current version is never held against this: Terraform itself reads that leniently.

use serde_json::Value as Json;

use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::ty::Type;
use crate::value::Value;

/// What is wrong with an upgraded object; completes "the upgrade left …".
pub(super) fn left(schema: &Schema, ty: &Type, raw: &Json, value: &Value) -> Option<String> {
    if value.is_null() {
        return Some("nothing where an object must be".to_owned());
    }
    let root = Path::default();
    if let Some(path) = beyond(ty, raw, &root) {
        return Some(format!("{path}, which the schema does not have"));
    }
    let null = unset(&schema.attributes, &schema.blocks, value, &root)?;
    Some(format!("{null} null, which is required"))
}

/// The first name that stands nowhere in the type.
fn beyond(ty: &Type, raw: &Json, path: &Path) -> Option<Path> {
    match (ty, raw) {
        (Type::Object(types), Json::Object(fields)) => fields.iter().find_map(|(name, raw)| {
            let path = path.clone().field(name);
            match types.get(name) {
                Some(ty) => beyond(ty, raw, &path),
                None => Some(path),
            }
        }),
        (Type::Map(element), Json::Object(fields)) => {
            let mut fields = fields.iter();
            fields.find_map(|(key, raw)| beyond(element, raw, &path.clone().key(key)))
        }
        (Type::List(element) | Type::Set(element), Json::Array(elements)) => {
            let mut each = elements.iter().enumerate();
            each.find_map(|(at, raw)| beyond(element, raw, &path.clone().index(at)))
        }
        (Type::Tuple(types), Json::Array(elements)) => {
            let mut each = types.iter().zip(elements).enumerate();
            each.find_map(|(at, (ty, raw))| beyond(ty, raw, &path.clone().index(at)))
        }
        _ => None,
    }
}

/// The first required attribute that is null in an object that is there.
fn unset(attributes: &[Attribute], blocks: &[Block], object: &Value, path: &Path) -> Option<Path> {
    if object.is_null() {
        return None;
    }
    let of_attribute = |attribute: &Attribute| {
        let (path, value) = (path.clone().field(&attribute.name), object.get(&attribute.name));
        // What is write-only is in no state.
        if attribute.required && !attribute.write_only && value.is_null() {
            return Some(path);
        }
        let AttributeKind::Nested(nesting, nested) = &attribute.kind else {
            return None;
        };
        let inside = |object: &Value, path: &Path| unset(nested, &[], object, path);
        match nesting {
            Nesting::Single => inside(value, &path),
            Nesting::List | Nesting::Set | Nesting::Map => each(value, &path, &inside),
        }
    };
    let of_block = |block: &Block| {
        let (path, value) = (path.clone().field(&block.name), object.get(&block.name));
        let inside = |object: &Value, path: &Path| unset(&block.attributes, &block.blocks, object, path);
        match block.nesting {
            BlockNesting::Single => inside(value, &path),
            // An absent group looks like one that sets nothing.
            BlockNesting::Group => None,
            BlockNesting::List | BlockNesting::Set | BlockNesting::Map => each(value, &path, &inside),
        }
    };
    attributes
        .iter()
        .find_map(of_attribute)
        .or_else(|| blocks.iter().find_map(of_block))
}

fn each(value: &Value, path: &Path, inside: &dyn Fn(&Value, &Path) -> Option<Path>) -> Option<Path> {
    let mut elements = value.as_list().unwrap_or_default().iter().enumerate();
    let element = elements.find_map(|(at, element)| inside(element, &path.clone().index(at)));
    let mut fields = value.as_map().into_iter().flatten();
    element.or_else(|| fields.find_map(|(key, element)| inside(element, &path.clone().key(key))))
}
