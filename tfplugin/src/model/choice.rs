//! Enums that are texts in Terraform.

/// Defines an enum that an attribute can hold: a text that is one of a few.
///
/// ```
/// use tfplugin::{Attr, Model, Value, choice, model};
///
/// choice! {
///     /// How loud.
///     pub enum Mood {
///         /// No sound.
///         Calm = "calm",
///         Wild = "wild",
///     }
/// }
/// model! {
///     pub struct Pet {
///         pub mood: Attr<Mood> => default("calm"),
///     }
/// }
///
/// let pet = Pet { mood: Mood::Wild.into() };
/// assert_eq!(pet.into_value(), Value::object([("mood", "wild".into())]));
/// let refused = Pet::from_value(&Value::object([("mood", "sad".into())]));
/// assert_eq!(refused.expect_err("is none").to_string(), r#"mood: must be "calm" or "wild""#);
/// ```
///
/// The enum derives `Clone`, `Copy`, `Debug`, `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash`. Validation refuses any
/// other text, naming the attribute and the choices.
#[macro_export]
macro_rules! choice {
    ($(
        $(#[$about:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$told:meta])* $variant:ident = $text:literal ),+ $(,)?
        }
    )+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $( $(#[$told])* $variant, )+
        }

        impl $crate::Element for $name {
            fn kind() -> $crate::AttributeKind {
                $crate::AttributeKind::Plain($crate::Type::String)
            }

            fn decode(value: &$crate::Value) -> ::std::result::Result<Self, $crate::Mismatch> {
                match value.as_str() {
                    $( ::std::option::Option::Some($text) => ::std::result::Result::Ok(Self::$variant), )+
                    _ => ::std::result::Result::Err($crate::model_parts::none_of(&[$($text),+])),
                }
            }

            fn encode(self) -> $crate::Value {
                $crate::Value::from(match self {
                    $( Self::$variant => $text, )+
                })
            }
        }
    )+};
}
