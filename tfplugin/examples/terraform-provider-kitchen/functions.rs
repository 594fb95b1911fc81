//! Functions: variadic, with null and unknown let through, with an object or anything as result, and with errors
//! that name their argument.

use serde_json::Value as Json;
use tfplugin::{
    Attr, Dynamic, Function, FunctionDefinition, FunctionError, Number, Parameter, Rest, Set, Type, Value,
};

use crate::json::from_json;

pub fn all() -> Vec<Box<dyn Function>> {
    vec![line(), taste(), plate(), Box::new(Unpack)]
}

tfplugin::model! {
    pub struct Plate {
        pub name: Attr<String> => required(),
        pub grams: Attr<Number> => required(),
        pub heavy: Attr<bool> => required(),
        pub tags: Set<String> => required(),
    }
}

tfplugin::function! {
    /// Writes a line of a menu.
    fn line(
        /// What comes first.
        title: String,
        /// Nulls are left out.
        dishes: Rest<Option<String>>,
    ) -> String {
        let dishes: Vec<&str> = dishes.iter().flatten().map(String::as_str).collect();
        format!("{title}: {}", dishes.join(", "))
    }

    /// Says what a thing is, whatever it is.
    fn taste(anything: Attr<Dynamic>) -> String {
        match anything {
            Attr::Null => "nothing".to_owned(),
            Attr::Unknown => "a surprise".to_owned(),
            // The type may be known before the value is.
            Attr::Known(Dynamic { value, .. }) => match value {
                Value::Unknown => "a surprise".to_owned(),
                Value::Bool(flag) => format!("yes or no: {flag}"),
                Value::Number(number) => format!("a number: {number}"),
                Value::String(text) => format!("a text: {text}"),
                Value::List(elements) => format!("{} things", elements.len()),
                Value::Map(fields) => {
                    let names: Vec<String> = fields.into_keys().collect();
                    format!("named things: {}", names.join(" "))
                }
                _ => "nothing".to_owned(),
            },
        }
    }

    /// Puts something on a plate.
    fn plate(name: String, grams: Number) -> Result<Plate, FunctionError> {
        let weight = grams.as_f64();
        if weight < 0.0 {
            return Err(FunctionError::argument(1, "nothing weighs less than nothing"));
        }
        assert!(weight < 10_000.0, "the plate broke");
        Ok(Plate {
            name: name.into(),
            grams: grams.into(),
            heavy: (weight > 500.0).into(),
            tags: ["b", "a", "b"].into(),
        })
    }
}

/// Whatever a JSON text says. Untyped: only the text knows the type of the result.
struct Unpack;

impl Function for Unpack {
    fn name(&self) -> &str {
        "unpack"
    }
    fn definition(&self) -> FunctionDefinition {
        FunctionDefinition::new(Type::Dynamic)
            .summary("Reads JSON")
            .parameter(Parameter::new("text", Type::String))
    }
    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        let text = args.first().and_then(Value::as_str).unwrap_or_default();
        let json: Result<Json, _> = serde_json::from_str(text);
        let json = json.map_err(|_| FunctionError::argument(0, "this is not JSON"))?;
        Ok(from_json(&json, &Value::Null))
    }
}
