//! The macros that define a struct and its schema at once. They only expand; what a field means is in
//! [`field`](super::Field).

/// Defines models: structs, each with the schema it is read by. A field of a struct is an attribute or a block of the
/// schema, its doc comment is the description, and what follows `=>` says who sets it.
///
/// ```
/// use tfplugin::{Attr, Dynamic, DurationText, List, Map, Model, Number, Operation, Set, Timeouts, model, validate};
///
/// model! {
///     /// A note: a small file. (The description of the whole.)
///     pub struct Note {
///         /// The file's name. (The description of the attribute.)
///         pub name: Attr<String> => required().requires_replace(),
///         /// What it says.
///         pub text: Attr<String> => default(""),
///         pub size: Attr<i64> => computed(),
///         /// A name that is a Rust keyword is written as one.
///         pub r#type: Attr<String> => optional().computed(),
///         pub secret: Attr<String> => optional().sensitive().write_only(),
///         pub color: Attr<String> => optional().validate(validate::one_of(["red", "blue"])),
///
///         // Numbers: i32, i64, u8, u16, u32 and u64 are whole and in range, or validation says so; f64 takes what a
///         // float holds; Number takes anything.
///         pub port: Attr<u16> => optional(),
///         pub ratio: Attr<f64> => optional(),
///         pub budget: Attr<Number> => optional(),
///
///         // Collections, whose elements can be null or unknown too, and tuples.
///         pub tags: Map<String> => optional(),
///         pub zones: Set<String> => optional(),
///         pub lines: List<i64> => optional(),
///         pub matrix: List<Vec<Attr<bool>>> => optional(),
///         pub pair: Attr<(Attr<String>, Attr<i64>)> => optional(),
///         pub anything: Attr<Dynamic> => optional(),
///
///         // A duration such as "1h30m", and the object in which a practitioner says how long operations may take.
///         pub pause: Attr<DurationText> => optional(),
///         pub timeouts: Attr<Timeouts> => timeouts([Operation::Create, Operation::Delete]),
///
///         // Nested attributes: another model, alone or in a collection.
///         pub place: Attr<Address> => optional(),
///         pub places: List<Address> => optional(),
///         pub spots: Set<Address> => optional(),
///         pub homes: Map<Address> => optional().computed(),
///
///         // Blocks, in the five ways in which they nest.
///         pub rule: List<Rule> => block().items(1, 3),
///         pub check: Set<Rule> => block(),
///         pub label: Map<Rule> => block(),
///         pub retry: Attr<Rule> => block(),
///         pub limits: Attr<Rule> => group(),
///     } => at_version(2).deprecated("Use a page.").rule(validate::conflicting(["port", "ratio"]));
///
///     pub struct Address {
///         pub street: Attr<String> => required(),
///         pub number: Attr<i64> => optional(),
///     }
///
///     pub struct Rule {
///         pub on: Attr<bool> => required(),
///         /// Blocks hold blocks.
///         pub except: List<Exception> => block(),
///     }
///
///     pub struct Exception {
///         pub host: Attr<String> => required(),
///     }
/// }
///
/// let note = Note { name: "todo".into(), tags: [("team", "a")].into(), ..Note::default() };
/// assert_eq!(note.name.as_deref(), Some("todo"));
/// assert_eq!(Note::schema().version(), 2);
/// assert_eq!(Note::schema().attributes()[0].description_text(), "The file's name. (The description of the attribute.)");
///
/// // Nothing is lost on the way to a value and back.
/// assert_eq!(Note::from_value(&note.clone().into_value()), Ok(note));
/// ```
///
/// After `=>` of a field stand the methods of [`Attribute`](crate::Attribute), or `block()` or `group()` and those of
/// [`Block`](crate::Block); after `=>` of the struct those of [`Schema`](crate::Schema), then a semicolon. What a struct
/// says of itself goes along where it is nested: description, deprecation and rules across its fields.
///
/// The struct derives `Clone`, `Debug`, `Default` (all null) and `PartialEq`; other attributes and derives can be added
/// above it.
///
/// # What does not compile
///
/// A field that the model does not have:
///
/// ```compile_fail,E0609
/// tfplugin::model! {
///     pub struct Note { pub name: tfplugin::Attr<String> => required() }
/// }
/// fn text(note: Note) -> tfplugin::Attr<String> { note.text }
/// ```
///
/// A block of something that is no model, here a text:
///
/// ```compile_fail,E0277
/// tfplugin::model! {
///     pub struct Note { pub rule: tfplugin::List<String> => block() }
/// }
/// ```
///
/// A field that could be neither null nor unknown:
///
/// ```compile_fail,E0277
/// tfplugin::model! {
///     pub struct Note { pub name: String => required() }
/// }
/// ```
///
/// A field that does not say who sets it:
///
/// ```compile_fail
/// tfplugin::model! {
///     pub struct Note { pub name: tfplugin::Attr<String> }
/// }
/// ```
///
/// A model with blocks as a nested attribute, which Terraform can't have:
///
/// ```compile_fail,E0080
/// use tfplugin::{Attr, List, Model, model};
/// model! {
///     pub struct Note { pub rule: Attr<Rule> => optional() }
///     pub struct Rule { pub except: List<Exception> => block() }
///     pub struct Exception { pub host: Attr<String> => required() }
/// }
/// let schema = Note::schema();
/// ```
#[macro_export]
macro_rules! model {
    ($(
        $(#[$($about:tt)*])*
        $vis:vis struct $name:ident {
            $(
                $(#[$($told:tt)*])*
                $field_vis:vis $field:ident : $ty:ty
                    $(=> $($rule:ident ( $($argument:tt)* )).+)?
            ),* $(,)?
        }
        $(=> $($also:ident ( $($with:tt)* )).+ ;)?
    )+) => {$(
        $(#[$($about)*])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $name {
            $(
                $(#[$($told)*])*
                $field_vis $field: $ty,
            )*
        }

        impl $crate::Model for $name {
            const BLOCKS: bool = false $(|| $crate::__model_member!(is_block $($($rule)+)?))*;

            fn schema() -> $crate::Schema {
                let schema = $crate::Schema::new(0)
                    .description($crate::model_parts::markdown(&[$($crate::__model_doc!($($about)*)),*]));
                $(
                    let schema = $crate::__model_member!(
                        add schema, $field, $ty, [$($crate::__model_doc!($($told)*)),*],
                        $($($rule ( $($argument)* ))+)?
                    );
                )*
                schema $($(.$also($($with)*))+)?
            }

            #[allow(unused_variables, reason = "a model may have no fields")]
            fn from_value(value: &$crate::Value) -> ::std::result::Result<Self, $crate::Mismatch> {
                let names = [$($crate::model_parts::name(stringify!($field))),*];
                let fields = $crate::model_parts::Fields::of(value, &names)?;
                ::std::result::Result::Ok(Self {
                    $($field: fields.read($crate::model_parts::name(stringify!($field)))?,)*
                })
            }

            fn into_value(self) -> $crate::Value {
                $crate::Value::object::<&str>([
                    $((
                        $crate::model_parts::name(stringify!($field)),
                        $crate::Field::into_value(self.$field),
                    )),*
                ])
            }

            #[allow(unused_variables, reason = "a model may have no fields")]
            fn fill(self, found: Self) -> Self {
                Self {
                    $($field: $crate::Field::fill(self.$field, found.$field),)*
                }
            }
        }

        impl ::std::convert::From<$name> for $crate::Value {
            fn from(model: $name) -> Self {
                $crate::Model::into_value(model)
            }
        }
    )+};
}

/// One member of a model: told from its first word.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_member {
    (is_block block $($more:ident)*) => { true };
    (is_block group $($more:ident)*) => { true };
    (is_block timeouts_block $($more:ident)*) => { true };
    (is_block $($more:ident)*) => { false };
    (add $schema:ident, $field:ident, $ty:ty, [$($line:expr),*],) => {
        compile_error!(concat!(
            "the field `", stringify!($field), "` does not say who sets it: add `=> required()`, `=> optional()`, ",
            "`=> computed()`, `=> default(…)` or `=> block()`"
        ))
    };
    (add $schema:ident, $field:ident, $ty:ty, [$($line:expr),*], block () $($rule:ident ( $($argument:tt)* ))*) => {
        $schema.block(
            $crate::model_parts::block::<$ty>(
                $crate::model_parts::name(stringify!($field)),
                $crate::model_parts::markdown(&[$($line),*]),
            )
            $(.$rule($($argument)*))*
        )
    };
    (add $schema:ident, $field:ident, $ty:ty, [$($line:expr),*], group () $($rule:ident ( $($argument:tt)* ))*) => {
        $schema.block(
            $crate::model_parts::group::<$ty>(
                $crate::model_parts::name(stringify!($field)),
                $crate::model_parts::markdown(&[$($line),*]),
            )
            $(.$rule($($argument)*))*
        )
    };
    (add $schema:ident, $field:ident, $ty:ty, [$($line:expr),*], timeouts ( $($operations:tt)* )) => {
        $schema.attribute($crate::model_parts::timeouts(
            ::std::marker::PhantomData::<$ty>,
            $crate::model_parts::name(stringify!($field)),
            $crate::Attribute::timeouts($($operations)*),
        ))
    };
    (add $schema:ident, $field:ident, $ty:ty, [$($line:expr),*], timeouts_block ( $($operations:tt)* )) => {
        $schema.block($crate::model_parts::timeouts_block(
            ::std::marker::PhantomData::<$ty>,
            $crate::model_parts::name(stringify!($field)),
            $crate::Block::timeouts($($operations)*),
        ))
    };
    (add $schema:ident, $field:ident, $ty:ty, [$($line:expr),*], $($rule:ident ( $($argument:tt)* ))+) => {
        $schema.attribute(
            $crate::model_parts::attribute::<$ty>(
                $crate::model_parts::name(stringify!($field)),
                $crate::model_parts::markdown(&[$($line),*]),
            )
            $(.$rule($($argument)*))+
        )
    };
}

/// The text of an attribute of a struct or field, if it is a doc comment.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_doc {
    (doc = $text:expr) => {
        ::std::option::Option::Some($text)
    };
    ($($other:tt)*) => {
        ::std::option::Option::None
    };
}
