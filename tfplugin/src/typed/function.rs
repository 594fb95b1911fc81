//! Functions whose parameters are Rust parameters: names, types and descriptions come from one definition.
//!
//! Pure, as every provider function: no configuration, no clock, no network.

use std::ops::Deref;

use crate::function::{FunctionDefinition, FunctionError, Parameter};
use crate::model::{Attr, Element, Field};
use crate::ty::Type;
use crate::value::Value;

/// Defines provider functions. Each becomes a Rust function of that name without parameters, which returns it for
/// [`functions`](crate::Provider::functions).
///
/// ```
/// use tfplugin::{Attr, FunctionError, Rest, Value, function, model};
///
/// model! {
///     /// What `split` answers.
///     pub struct Parts {
///         pub first: Attr<String> => required(),
///         pub last: Attr<String> => required(),
///     }
/// }
///
/// function! {
///     /// Joins words. (The first paragraph is the summary, the whole is the description.)
///     pub fn join(
///         /// What goes between.
///         between: String,
///         /// The words: any number of further arguments.
///         words: Rest<String>,
///     ) -> String {
///         words.join(&between)
///     }
///
///     /// Splits a text in two.
///     pub fn split(
///         text: String,
///         /// Null may be passed for an `Option`, null and unknown for an `Attr`; neither for anything else.
///         at: Option<String>,
///     ) -> Result<Parts, FunctionError> {
///         let at = at.as_deref().unwrap_or(":");
///         let (first, last) =
///             text.split_once(at).ok_or_else(|| FunctionError::argument(0, format!("no {at:?} in it")))?;
///         Ok(Parts { first: first.into(), last: last.into() })
///     }
/// }
///
/// let all = [join(), split()];
/// assert_eq!(all[0].definition().summary, "Joins words. (The first paragraph is the summary, the whole is the description.)");
/// assert_eq!(all[0].call(vec!["-".into(), "a".into(), "b".into()]), Ok("a-b".into()));
/// assert_eq!(all[1].call(vec!["a".into(), Value::Null]), Err(FunctionError::argument(0, r#"no ":" in it"#)));
/// ```
///
/// What is deprecated says what to use instead, after the type of its result:
///
/// ```
/// tfplugin::function! {
///     fn shout(text: String) -> String => deprecated("Use Terraform's own upper().") { text.to_uppercase() }
/// }
/// # assert!(shout().definition().deprecated.is_some());
/// ```
///
/// Further arguments come last, or it does not compile:
///
/// ```compile_fail,E0080
/// tfplugin::function! {
///     pub fn join(words: tfplugin::Rest<String>, between: String) -> String { words.join(&between) }
/// }
/// ```
#[macro_export]
macro_rules! function {
    ($(
        $(#[$($about:tt)*])*
        $vis:vis fn $name:ident ( $( $(#[$($told:tt)*])* $arg:ident : $ty:ty ),* $(,)? ) -> $out:ty
        $(=> deprecated($instead:expr))? $body:block
    )+) => {$(
        $(#[$($about)*])*
        $vis fn $name() -> ::std::boxed::Box<dyn $crate::Function> {
            struct Defined;

            fn body($($arg: $ty),*) -> $out $body

            impl $crate::Function for Defined {
                fn name(&self) -> &str {
                    $crate::model_parts::name(stringify!($name))
                }

                fn definition(&self) -> $crate::FunctionDefinition {
                    const {
                        $crate::function_parts::rest_is_last(&[$(<$ty as $crate::Argument>::REST),*])
                    };
                    let about = $crate::model_parts::markdown(&[$($crate::__model_doc!($($about)*)),*]);
                    let definition = $crate::function_parts::definition::<$out>(about);
                    $(
                        let definition = $crate::function_parts::parameter::<$ty>(
                            definition,
                            $crate::model_parts::name(stringify!($arg)),
                            $crate::model_parts::markdown(&[$($crate::__model_doc!($($told)*)),*]),
                        );
                    )*
                    $(let definition = definition.deprecated($instead);)?
                    definition
                }

                #[allow(unused_mut, unused_variables, reason = "a function may have no parameters")]
                fn call(
                    &self,
                    arguments: ::std::vec::Vec<$crate::Value>,
                ) -> ::std::result::Result<$crate::Value, $crate::FunctionError> {
                    let mut arguments = $crate::function_parts::Arguments::new(arguments);
                    $(let $arg = <$ty as $crate::Argument>::take(&mut arguments)?;)*
                    $crate::Returned::into_result(body($($arg),*))
                }
            }

            ::std::boxed::Box::new(Defined)
        }
    )+};
}

/// The type of a parameter of a [`function!`](crate::function!): an [`Element`], or an `Option` or [`Attr`] of one, or
/// at the end a [`Rest`].
#[diagnostic::on_unimplemented(
    message = "a function can't take `{Self}`",
    note = "it takes what an attribute can hold, `Option<T>` where null may be passed, `Attr<T>` where unknown may be \
            passed too, and `Rest<T>` for further arguments"
)]
pub trait Argument: Sized {
    /// Whether it takes all further arguments.
    #[doc(hidden)]
    const REST: bool = false;

    /// The parameter of that name.
    fn parameter(name: &str) -> Parameter;

    /// Takes the next argument.
    ///
    /// # Errors
    /// Why it can't be taken, with its number.
    fn take(arguments: &mut parts::Arguments) -> Result<Self, FunctionError>;
}

/// Any number of further arguments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest<T>(pub Vec<T>);

impl<T> Deref for Rest<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Element> Argument for T {
    fn parameter(name: &str) -> Parameter {
        Parameter::new(name, T::ty())
    }

    fn take(arguments: &mut parts::Arguments) -> Result<Self, FunctionError> {
        arguments.next(T::decode)
    }
}

impl<T: Element> Argument for Option<T> {
    fn parameter(name: &str) -> Parameter {
        T::parameter(name).allow_null()
    }

    fn take(arguments: &mut parts::Arguments) -> Result<Self, FunctionError> {
        arguments.next(|value| Ok(Attr::from_value(value)?.into_known()))
    }
}

impl<T: Element> Argument for Attr<T> {
    fn parameter(name: &str) -> Parameter {
        T::parameter(name).allow_null().allow_unknown()
    }

    fn take(arguments: &mut parts::Arguments) -> Result<Self, FunctionError> {
        arguments.next(Attr::from_value)
    }
}

impl<T: Argument> Argument for Rest<T> {
    const REST: bool = true;

    fn parameter(name: &str) -> Parameter {
        T::parameter(name)
    }

    fn take(arguments: &mut parts::Arguments) -> Result<Self, FunctionError> {
        let mut all = Vec::new();
        while !arguments.is_empty() {
            all.push(T::take(arguments)?);
        }
        Ok(Rest(all))
    }
}

/// The result of a [`function!`](crate::function!): an [`Element`], an [`Attr`] of one where it may be null or
/// unknown, or a `Result` of either with a [`FunctionError`].
#[diagnostic::on_unimplemented(
    message = "a function can't return `{Self}`",
    note = "it returns what an attribute can hold, an `Attr<T>`, or `Result<_, FunctionError>` of either"
)]
pub trait Returned {
    /// The type of the result.
    fn ty() -> Type;

    /// The result.
    ///
    /// # Errors
    /// Why there is none.
    fn into_result(self) -> Result<Value, FunctionError>;
}

impl<T: Element> Returned for T {
    fn ty() -> Type {
        <T as Element>::ty()
    }

    fn into_result(self) -> Result<Value, FunctionError> {
        Ok(self.encode())
    }
}

impl<T: Element> Returned for Attr<T> {
    fn ty() -> Type {
        <T as Element>::ty()
    }

    fn into_result(self) -> Result<Value, FunctionError> {
        Ok(self.into_value())
    }
}

impl<T: Returned> Returned for Result<T, FunctionError> {
    fn ty() -> Type {
        T::ty()
    }

    fn into_result(self) -> Result<Value, FunctionError> {
        self?.into_result()
    }
}

/// What [`function!`](crate::function!) expands to. No part of the interface.
#[doc(hidden)]
pub mod parts {
    use super::{Argument, FunctionDefinition, FunctionError, Returned, Value};
    use crate::ty::Mismatch;

    /// The arguments of a call, taken one after the other.
    #[derive(Debug)]
    pub struct Arguments {
        rest: std::vec::IntoIter<Value>,
        at: usize,
    }

    impl Arguments {
        pub fn new(arguments: Vec<Value>) -> Self {
            Arguments {
                rest: arguments.into_iter(),
                at: 0,
            }
        }

        pub fn is_empty(&self) -> bool {
            self.rest.len() == 0
        }

        pub(crate) fn next<T>(
            &mut self,
            read: impl FnOnce(&Value) -> Result<T, Mismatch>,
        ) -> Result<T, FunctionError> {
            let at = self.at;
            self.at += 1;
            let missing = || FunctionError::new(format!("argument {} is missing", at + 1));
            let value = self.rest.next().ok_or_else(missing)?;
            read(&value).map_err(|mismatch| FunctionError::argument(at, mismatch.in_words()))
        }
    }

    pub const fn rest_is_last(parameters: &[bool]) {
        let mut at = 0;
        while at + 1 < parameters.len() {
            assert!(
                !parameters[at],
                "`Rest<T>` takes all further arguments: it must be the last parameter"
            );
            at += 1;
        }
    }

    pub fn definition<R: Returned>(about: String) -> FunctionDefinition {
        let first = about.split("\n\n").next().unwrap_or_default();
        let summary = first.split_whitespace().collect::<Vec<_>>().join(" ");
        FunctionDefinition::new(R::ty())
            .summary(summary)
            .description(about)
    }

    pub fn parameter<A: Argument>(
        definition: FunctionDefinition,
        name: &str,
        about: String,
    ) -> FunctionDefinition {
        let parameter = A::parameter(name).description(about);
        if A::REST {
            definition.variadic(parameter)
        } else {
            definition.parameter(parameter)
        }
    }
}
