//! Functions: variadic, with null and unknown let through, with an object or anything as result, and with errors
//! that name their argument.

use serde_json::Value as Json;
use tfplugin::{Function, FunctionDefinition, FunctionError, Parameter, Type, Value};

use crate::json::from_json;

pub fn all() -> Vec<Box<dyn Function>> {
    vec![Box::new(Line), Box::new(Taste), Box::new(Plate), Box::new(Unpack)]
}

/// `line("today", "soup", "fish")` is `today: soup, fish`.
struct Line;

impl Function for Line {
    fn name(&self) -> &str {
        "line"
    }
    fn definition(&self) -> FunctionDefinition {
        FunctionDefinition::new(Type::String)
            .summary("Writes a line of a menu")
            .parameter(Parameter::new("title", Type::String).description("What comes first."))
            .variadic(
                Parameter::new("dishes", Type::String)
                    .allow_null()
                    .description("Nulls are left out."),
            )
    }
    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        let mut words = args.iter().filter_map(Value::as_str);
        let title = words.next().unwrap_or_default();
        Ok(format!("{title}: {}", words.collect::<Vec<_>>().join(", ")).into())
    }
}

/// Says what it is given, whatever that is.
struct Taste;

impl Function for Taste {
    fn name(&self) -> &str {
        "taste"
    }
    fn definition(&self) -> FunctionDefinition {
        let anything = Parameter::new("anything", Type::Dynamic)
            .allow_null()
            .allow_unknown();
        FunctionDefinition::new(Type::String)
            .summary("Says what a thing is")
            .parameter(anything)
    }
    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        let said = match args.first() {
            None | Some(Value::Null) => "nothing".to_owned(),
            Some(value) if value.is_unknown() => "a surprise".to_owned(),
            Some(Value::Dynamic(dynamic)) => match &dynamic.value {
                Value::Bool(flag) => format!("yes or no: {flag}"),
                Value::Number(number) => format!("a number: {number}"),
                Value::String(text) => format!("a text: {text}"),
                Value::List(elements) => format!("{} things", elements.len()),
                Value::Map(fields) => format!(
                    "named things: {}",
                    fields.keys().cloned().collect::<Vec<_>>().join(" ")
                ),
                _ => "nothing".to_owned(),
            },
            Some(_) => return Err(FunctionError::new("a dynamic argument came without its type")),
        };
        Ok(said.into())
    }
}

/// `plate("rice", 300)` is an object.
struct Plate;

impl Function for Plate {
    fn name(&self) -> &str {
        "plate"
    }
    fn definition(&self) -> FunctionDefinition {
        let plate = [
            ("name", Type::String),
            ("grams", Type::Number),
            ("heavy", Type::Bool),
            ("tags", Type::set(Type::String)),
        ];
        FunctionDefinition::new(Type::object(plate))
            .summary("Puts something on a plate")
            .parameter(Parameter::new("name", Type::String))
            .parameter(Parameter::new("grams", Type::Number))
    }
    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        let [name, grams] =
            <[Value; 2]>::try_from(args).map_err(|_| FunctionError::new("takes two arguments"))?;
        let weight = grams.as_f64().unwrap_or_default();
        if weight < 0.0 {
            return Err(FunctionError::argument(1, "nothing weighs less than nothing"));
        }
        assert!(weight < 10_000.0, "the plate broke");
        let heavy = (weight > 500.0).into();
        Ok(Value::object([
            ("name", name),
            ("grams", grams),
            ("heavy", heavy),
            ("tags", Value::list(["b", "a", "b"])),
        ]))
    }
}

/// Whatever a JSON text says.
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
        let json: Json =
            serde_json::from_str(text).map_err(|_| FunctionError::argument(0, "this is not JSON"))?;
        Ok(from_json(&json, &Value::Null))
    }
}
