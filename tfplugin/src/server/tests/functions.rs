//! Arguments as declared, results as declared, and errors that name the argument.

use super::offers::Offer;
use crate::function::FunctionError;
use crate::ty::Type;
use crate::value::Value;

type Call = fn(Vec<Value>) -> Result<Value, FunctionError>;

async fn call(with: Call, arguments: Vec<Value>) -> Result<Value, FunctionError> {
    let server = Offer {
        call: with,
        ..Offer::new()
    }
    .serve();
    let function = server.function("mix")?;
    function.argument_types(arguments.len())?;
    server.call_function(function, arguments).await
}

fn arguments() -> Vec<Value> {
    vec!["a".into(), 1i64.into(), any(), true.into(), false.into()]
}

fn any() -> Value {
    Value::dynamic(Type::String, "x".into())
}

#[tokio::test]
async fn any_number_of_variadic_arguments_follows_the_others() {
    let count: Call = |arguments| Ok((arguments.len() as u64).into());
    let result = call(count, arguments()).await.expect("a result");
    assert_eq!(result.as_i64(), Some(5));
    let result = call(count, arguments()[..3].to_vec()).await.expect("a result");
    assert_eq!(result.as_i64(), Some(3));
    let few = call(count, arguments()[..2].to_vec()).await.expect_err("too few");
    assert_eq!(few.text, "3 or more arguments are required, 2 were given");
}

#[tokio::test]
async fn null_is_for_parameters_that_take_it() {
    let second: Call = |arguments| Ok(arguments[1].is_null().into());
    let mut with_null = arguments();
    with_null[1] = Value::Null;
    let result = call(second, with_null).await.expect("a result");
    assert_eq!(result.as_bool(), Some(true));
    for (at, name) in [(0, "word"), (2, "anything"), (4, "flags")] {
        let mut with_null = arguments();
        with_null[at] = Value::Null;
        let refused = call(second, with_null).await.expect_err("not here");
        assert_eq!(
            refused,
            FunctionError::argument(at, format!("{name} must not be null"))
        );
    }
}

#[tokio::test]
async fn an_unknown_argument_makes_an_unknown_result_unless_the_function_takes_it() {
    let never: Call = |_| panic!("not called");
    for at in [0, 1, 3] {
        let mut unknown = arguments();
        unknown[at] = Value::Unknown;
        assert_eq!(call(never, unknown).await, Ok(Value::Unknown), "{at}");
    }
    let mut unknown = arguments();
    unknown[2] = Value::Unknown;
    let word: Call = |mut arguments| Ok(arguments.swap_remove(0));
    let result = call(word, unknown.clone()).await.expect("a result");
    assert_eq!(result.as_str(), Some("a"));
    assert_eq!(call(|_| Ok(Value::Unknown), unknown).await, Ok(Value::Unknown));
}

#[tokio::test]
async fn what_a_function_does_wrong_is_an_error() {
    let wrong: [(Call, &str, Option<usize>); 4] = [
        (|_| panic!("boom"), "boom", None),
        (|_| Ok(Value::Unknown), "the result is unknown", None),
        (|_| Err(FunctionError::argument(3, "no")), "no", Some(3)),
        (
            |_| Err(FunctionError::argument(5, "there is none")),
            "there is none",
            None,
        ),
    ];
    for (with, text, argument) in wrong {
        let error = call(with, arguments()).await.expect_err("an error");
        assert!(error.text.contains(text), "{error:?}");
        assert_eq!(error.argument, argument);
    }
}
