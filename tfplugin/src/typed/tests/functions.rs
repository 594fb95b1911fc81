//! A function is what its Rust definition says.

use crate::{Attr, Dynamic, FunctionError, List, Map, Number, Rest, Type, Value, function, model};

model! {
    struct Sum {
        total: Attr<i64> => required(),
        terms: List<i64> => required(),
    }
}

function! {
    /// Adds up
    /// numbers.
    ///
    /// All of *them*.
    fn sum(
        /// The first.
        first: i64,
        /// May be null.
        second: Option<u8>,
        more: Rest<Attr<i64>>,
    ) -> Result<Sum, FunctionError> {
        let terms: Vec<i64> = [first].into_iter().chain(second.map(i64::from))
            .chain(more.iter().filter_map(Attr::known).copied()).collect();
        let total = terms.iter().try_fold(0i64, |sum, term| sum.checked_add(*term));
        let total = total.ok_or_else(|| FunctionError::new("too much"))?;
        Ok(Sum { total: total.into(), terms: terms.into_iter().collect() })
    }

    fn echo(value: Attr<Dynamic>) -> Attr<Dynamic> {
        value
    }

    fn r#type(pair: (Attr<String>, Attr<Number>), by: std::collections::BTreeMap<String, Attr<bool>>) -> bool {
        pair.0.is_known() && !by.is_empty()
    }

    fn nothing() -> String => deprecated("Use an empty text.") {
        String::new()
    }
}

fn int(number: i64) -> Value {
    number.into()
}

#[test]
fn the_definition_is_that_of_the_rust_function() {
    let definition = sum().definition();
    assert_eq!(definition.summary, "Adds up numbers.");
    assert_eq!(definition.description, "Adds up\nnumbers.\n\nAll of *them*.");
    let ty = Type::object([("total", Type::Number), ("terms", Type::list(Type::Number))]);
    assert_eq!(definition.returns, ty);
    let flags = |at: usize| {
        let parameter = &definition.parameters[at];
        (
            parameter.name.as_str(),
            parameter.allow_null,
            parameter.allow_unknown,
            parameter.description.as_str(),
        )
    };
    assert_eq!(flags(0), ("first", false, false, "The first."));
    assert_eq!(flags(1), ("second", true, false, "May be null."));
    assert_eq!(definition.parameters.len(), 2);
    let rest = definition.variadic.expect("a variadic parameter");
    assert_eq!((rest.name.as_str(), &rest.ty), ("more", &Type::Number));
    assert!(rest.allow_null && rest.allow_unknown);

    assert_eq!(r#type().name(), "type");
    let parameters = r#type().definition().parameters;
    assert_eq!(parameters[0].ty, Type::Tuple(vec![Type::String, Type::Number]));
    assert_eq!(parameters[1].ty, Type::map(Type::Bool));
}

#[test]
fn arguments_arrive_in_order_with_what_may_be_null_or_unknown() {
    let result = sum().call(vec![
        int(1),
        Value::Null,
        int(2),
        Value::Unknown,
        Value::Null,
        int(3),
    ]);
    let expected = Value::object([("total", int(6)), ("terms", Value::list([1i64, 2, 3]))]);
    assert_eq!(result, Ok(expected));
    assert_eq!(echo().call(vec![Value::Unknown]), Ok(Value::Unknown));
    assert_eq!(echo().call(vec![Value::Null]), Ok(Value::Null));
    let dynamic = Value::dynamic(Type::Bool, true.into());
    assert_eq!(echo().call(vec![dynamic.clone()]), Ok(dynamic));
    assert_eq!(nothing().call(Vec::new()), Ok("".into()));
    let pair = Value::list([Value::from("a"), Value::Null]);
    let by = crate::Field::into_value(Map::<bool>::from([("x", true)]));
    assert_eq!(r#type().call(vec![pair, by]), Ok(true.into()));
}

#[test]
fn an_argument_that_does_not_fit_is_named_by_its_number() {
    let refused = |arguments| sum().call(arguments).expect_err("it does not fit");
    let error = refused(vec![int(1), int(300)]);
    assert_eq!(
        error,
        FunctionError::argument(1, "a whole number from 0 to 255 is required")
    );
    let error = refused(vec![int(1), int(2), int(3), 0.5.into()]);
    assert_eq!(error.argument, Some(3));
    let error = refused(vec![int(i64::MAX), int(1)]);
    assert_eq!(error, FunctionError::new("too much"));
    assert_eq!(refused(vec![int(1)]), FunctionError::new("argument 2 is missing"));
    let by = Value::object([("x", "no".into())]);
    let pair = Value::list([Value::from("a"), Value::Null]);
    let error = r#type().call(vec![pair, by]).expect_err("no flag");
    assert_eq!(
        error,
        FunctionError::argument(1, "[\"x\"]: true or false is required, this is a string")
    );
}

#[test]
fn a_deprecated_function_says_what_to_use_instead() {
    let said = |function: Box<dyn crate::Function>| function.definition().deprecated;
    assert_eq!(said(nothing()).as_deref(), Some("Use an empty text."));
    assert_eq!(said(echo()), None);
}
