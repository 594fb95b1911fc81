//! What an [`Attr`](super::Attr) can hold: texts, flags, numbers, values of any type, models.
//!
//! Never rounds: a number that the Rust type can't hold exactly is a mismatch.

use super::Model;
use super::pairing::agrees;
use super::parts::mismatch;
use crate::schema::{Attribute, AttributeKind, Nesting, Schema};
use crate::ty::{Mismatch, Type};
use crate::value::{Dynamic, Number, Value};

/// What an [`Attr`](super::Attr) can hold. Implement it for a type of your own that is written as one of Terraform's:
///
/// ```
/// use tfplugin::{AttributeKind, Element, Mismatch, Type, Value};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Host(std::net::IpAddr);
///
/// impl Element for Host {
///     fn kind() -> AttributeKind {
///         AttributeKind::Plain(Type::String)
///     }
///     fn decode(value: &Value) -> Result<Self, Mismatch> {
///         let address = value.as_str().and_then(|text| text.parse().ok());
///         address.map(Host).ok_or_else(|| Mismatch::new("an IP address is required"))
///     }
///     fn encode(self) -> Value {
///         self.0.to_string().into()
///     }
/// }
/// assert!(Host::decode(&"10.0.0.1".into()).is_ok());
/// assert!(Host::decode(&"here".into()).is_err());
/// ```
///
/// What `decode` takes, `encode` must give back as it was: Terraform refuses a result that says the same in other
/// words. Keep the text where one value has several spellings.
#[diagnostic::on_unimplemented(
    message = "an attribute can't hold `{Self}`",
    label = "not something Terraform has a type for",
    note = "it can hold String, bool, integers, f64, Number, Dynamic, DurationText, tuples, and what `choice!` and `model!` define",
    note = "elements of collections can be null or unknown too: `List<T>`, `Set<T>` and `Map<T>` say so"
)]
pub trait Element: Clone + Send + Sync + 'static {
    /// What the schema says of it.
    fn kind() -> AttributeKind;

    /// Reads a value that is neither null nor unknown.
    ///
    /// # Errors
    /// Why it can't be held, with the path from here down.
    fn decode(value: &Value) -> Result<Self, Mismatch>;

    /// The value, as it was read.
    fn encode(self) -> Value;

    /// The same with what `found` says wherever something inside is unknown and it is the same thing, as
    /// [`Model::fill`] says.
    #[must_use]
    fn fill_in(self, _found: Self) -> Self {
        self
    }

    /// The schema of the model it holds, if it holds one.
    #[doc(hidden)]
    fn model_schema() -> Option<Schema> {
        None
    }

    /// The type of what it holds, also as a block, which is no attribute.
    #[doc(hidden)]
    fn held() -> Type {
        Self::ty()
    }

    /// Its type.
    fn ty() -> Type {
        Attribute::of(String::new(), Self::kind()).ty()
    }
}

impl Element for String {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::String)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| mismatch("a text is required", value))
    }

    fn encode(self) -> Value {
        Value::String(self)
    }
}

impl Element for bool {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Bool)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        value
            .as_bool()
            .ok_or_else(|| mismatch("true or false is required", value))
    }

    fn encode(self) -> Value {
        Value::Bool(self)
    }
}

impl Element for Number {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Number)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let number = value.as_number().cloned();
        number.ok_or_else(|| mismatch("a number is required", value))
    }

    fn encode(self) -> Value {
        Value::Number(self)
    }
}

impl Element for f64 {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Number)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let number = value
            .as_number()
            .ok_or_else(|| mismatch("a number is required", value))?;
        let float = number.as_f64();
        if Number::from(float) != *number {
            // 1/3 in HCL has more digits than a float: to round it here would be an inconsistent result later.
            return Err(Mismatch::new(
                "a number of at most 15 significant digits is required, this has more than a float can hold",
            ));
        }
        Ok(float)
    }

    fn encode(self) -> Value {
        Value::Number(Number::from(self))
    }
}

macro_rules! integers {
    ($($ty:ty: $read:ident),*) => {
        $(impl Element for $ty {
            fn kind() -> AttributeKind {
                AttributeKind::Plain(Type::Number)
            }

            fn decode(value: &Value) -> Result<Self, Mismatch> {
                let number = value.as_number().ok_or_else(|| mismatch("a number is required", value))?;
                let fits = number.$read().and_then(|wide| <$ty>::try_from(wide).ok());
                fits.ok_or_else(|| {
                    Mismatch::new(format!("a whole number from {} to {} is required", <$ty>::MIN, <$ty>::MAX))
                })
            }

            fn encode(self) -> Value {
                Value::Number(Number::from(self))
            }
        })*
    };
}

integers!(i32: as_i64, i64: as_i64, u8: as_u64, u16: as_u64, u32: as_u64, u64: as_u64);

/// The value says which type it has. One whose type alone is known is known here and holds an unknown.
impl Element for Dynamic {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Dynamic)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        Ok(match value {
            Value::Dynamic(dynamic) => Dynamic::clone(dynamic),
            bare => Dynamic {
                ty: Type::of(bare).ok_or_else(Mismatch::too_deep)?,
                value: bare.clone(),
            },
        })
    }

    fn encode(self) -> Value {
        Value::Dynamic(Box::new(self))
    }

    /// All of it or nothing: whether a list or a set is meant the value does not say.
    fn fill_in(self, found: Self) -> Self {
        let open = !self.value.is_wholly_known();
        if open && agrees(&self.ty, &self.value, &found.value) {
            found
        } else {
            self
        }
    }
}

/// A nested attribute, with the attributes of the model.
impl<M: Model> Element for M {
    fn kind() -> AttributeKind {
        const {
            assert!(
                !M::BLOCKS,
                "a model with blocks can't be a nested attribute: make it a block too, `=> block()`, or nest attributes"
            );
        }
        AttributeKind::Nested(Nesting::Single, M::schema().attributes)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        M::from_value(value)
    }

    fn encode(self) -> Value {
        M::into_value(self)
    }

    fn fill_in(self, found: Self) -> Self {
        M::fill(self, found)
    }

    fn model_schema() -> Option<Schema> {
        Some(M::schema())
    }

    fn held() -> Type {
        M::schema().ty()
    }
}
