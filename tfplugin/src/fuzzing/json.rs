//! Values as Terraform stores them. For round trips only: the crate itself never writes state.

use serde_json::{Map, Value as Json};

use crate::ty::Type;
use crate::value::Value;

/// The stored form; `None` where there is none, as for an infinite number.
pub(crate) fn text(value: &Value, ty: &Type) -> Option<String> {
    Some(json(value, ty)?.to_string())
}

fn json(value: &Value, ty: &Type) -> Option<Json> {
    Some(match (ty, value) {
        (_, Value::Null) => Json::Null,
        (_, Value::Bool(flag)) => Json::Bool(*flag),
        (_, Value::String(text)) => Json::String(text.clone()),
        (_, Value::Number(number)) if number.as_f64().is_infinite() && number.to_string().contains("inf") => {
            return None;
        }
        // As text, which is how Terraform reads what no JSON number can spell.
        (_, Value::Number(number)) => Json::String(number.to_string()),
        (Type::Dynamic, Value::Dynamic(dynamic)) => {
            let value = json(&dynamic.value, &dynamic.ty)?;
            Json::Object(Map::from_iter([
                ("type".to_owned(), dynamic.ty.to_json()),
                ("value".to_owned(), value),
            ]))
        }
        (Type::List(ty) | Type::Set(ty), Value::List(elements)) => elements
            .iter()
            .map(|value| json(value, ty))
            .collect::<Option<_>>()?,
        (Type::Tuple(types), Value::List(elements)) => {
            let each = elements.iter().zip(types);
            each.map(|(value, ty)| json(value, ty)).collect::<Option<_>>()?
        }
        (Type::Map(ty), Value::Map(fields)) => {
            let each = fields.iter();
            let each = each.map(|(key, value)| Some((key.clone(), json(value, ty)?)));
            Json::Object(each.collect::<Option<_>>()?)
        }
        (Type::Object(types), Value::Map(fields)) => {
            let each = fields.iter().zip(types.values());
            let each = each.map(|((name, value), ty)| Some((name.clone(), json(value, ty)?)));
            Json::Object(each.collect::<Option<_>>()?)
        }
        (_, Value::Unknown | Value::List(_) | Value::Map(_) | Value::Dynamic(_)) => return None,
    })
}
