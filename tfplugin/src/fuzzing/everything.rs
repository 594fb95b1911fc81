//! A provider with every kind of schema, whose operations take what they are given and make known what is unknown.
//!
//! Never panics: a panic while fuzzing is the framework's.

mod kinds;

use crate::action::DynAction;
use crate::data_source::DynDataSource;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::DynEphemeralResource;
use crate::function::{Function, Parameter};
use crate::identity::IdentitySchema;
use crate::list::DynListResource;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::*;
use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::ty::Type;
use crate::value::Value;

pub(super) struct Everything;

/// A resource type: one of plain attributes, one that nests in every way.
struct Thing(&'static str);

/// What everything is called.
pub(super) struct Names;

impl Names {
    pub(super) const RESOURCES: [&str; 2] = ["all_flat", "all_nested"];
    pub(super) const DATA_SOURCE: &str = "all_look";
    pub(super) const EPHEMERAL: &str = "all_opened";
    /// Of the schema only: a list bears the name of what it lists.
    pub(super) const LIST: &str = "all_listed";
    pub(super) const ACTION: &str = "all_done";
    pub(super) const FUNCTION: &str = "echo";
}

/// What a schema may have: a managed resource everything, what is only read no defaults and nothing write-only, and
/// what has no result nothing computed either.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Managed,
    Read,
    Config,
}

fn every_flag(name: &str, ty: &Type, of: Use) -> Vec<Attribute> {
    let named = |suffix: &str| Attribute::new(format!("{name}_{suffix}"), ty.clone());
    let mut all = vec![
        named("required").required(),
        named("optional").optional().requires_replace(),
        named("old").optional().deprecated("Use another."),
    ];
    if of != Use::Config {
        all.extend([
            named("computed").computed(),
            named("both").optional_computed().sensitive(),
        ]);
    }
    if of == Use::Managed {
        all.push(named("written").optional().write_only());
    }
    all
}

fn flat(schema: Schema, of: Use) -> Schema {
    let types = [
        ("text", Type::String),
        ("number", Type::Number),
        ("any", Type::Dynamic),
        ("list", Type::list(Type::String)),
        ("tuple", Type::Tuple(vec![Type::Bool, Type::Dynamic])),
        (
            "object",
            Type::object([("a", Type::set(Type::Number)), ("b", Type::map(Type::Bool))]),
        ),
    ];
    let attributes = types.iter().flat_map(|(name, ty)| every_flag(name, ty, of));
    attributes.fold(schema, Schema::attribute)
}

fn fields(of: Use) -> Vec<Attribute> {
    let mode = Attribute::string("mode");
    vec![
        Attribute::string("name").required(),
        Attribute::number("size").optional_computed(),
        if of == Use::Managed {
            mode.default("slow")
        } else {
            mode.optional()
        },
        Attribute::bool("made").computed(),
    ]
}

fn blocks(of: Use) -> Vec<Block> {
    let nestings = [
        ("single", BlockNesting::Single),
        ("group", BlockNesting::Group),
        ("list", BlockNesting::List),
        ("set", BlockNesting::Set),
        ("map", BlockNesting::Map),
    ];
    let named = nestings.map(|(name, nesting)| {
        let inner = Block::new("inner", nesting).attribute(Attribute::string("name").optional());
        let block = Block::new(format!("{name}_block"), nesting);
        fields(of).into_iter().fold(block, Block::attribute).block(inner)
    });
    named.into()
}

fn nested(schema: Schema, of: Use) -> Schema {
    let deep = vec![
        Attribute::object("deep", fields(of)).optional(),
        Attribute::string("id").computed(),
    ];
    let schema = schema
        .attribute(Attribute::object("one", deep.clone()).optional())
        .attribute(Attribute::object_list("many", deep).optional_computed())
        .attribute(Attribute::object_set("all", fields(of)).optional())
        .attribute(Attribute::object_map("named", fields(of)).required());
    blocks(of).into_iter().fold(schema, Schema::block)
}

pub(super) fn schema(name: &str) -> Schema {
    match name {
        "all_nested" => nested(Schema::new(3), Use::Managed),
        Names::DATA_SOURCE => nested(Schema::new(0), Use::Read),
        Names::EPHEMERAL => flat(Schema::new(0), Use::Read),
        "all" | Names::ACTION | Names::LIST => flat(Schema::new(0), Use::Config),
        _ => flat(Schema::new(3), Use::Managed),
    }
}

pub(super) fn parameters() -> [Parameter; 2] {
    [
        Parameter::new("first", Type::String).allow_null(),
        Parameter::new("rest", Type::Dynamic).allow_unknown(),
    ]
}

/// What a module may say about itself.
pub(super) fn meta() -> Type {
    Type::object([("module", Type::String)])
}

pub(super) fn identity() -> Type {
    Type::object([
        ("text_required", Type::String),
        ("list_required", Type::list(Type::String)),
    ])
}

/// `value` with nothing unknown in it, as a provider knows everything after an apply.
fn known(value: Value) -> Value {
    value.unknown_as_null()
}

#[crate::async_trait]
impl DynProvider for Everything {
    fn type_name(&self) -> &str {
        "all"
    }
    fn version(&self) -> &str {
        "0.0.0"
    }
    fn schema(&self) -> Schema {
        schema("all")
    }
    fn meta_schema(&self) -> Option<Schema> {
        Some(Schema::new(0).attribute(Attribute::string("module").optional()))
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        Names::RESOURCES.map(|name| Box::new(Thing(name)) as _).into()
    }
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![Box::new(kinds::Look)]
    }
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        vec![Box::new(kinds::Opened)]
    }
    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        vec![Box::new(kinds::Listed)]
    }
    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        vec![Box::new(kinds::Done)]
    }
    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(kinds::Echo)]
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[crate::async_trait]
impl DynResource for Thing {
    fn type_name(&self) -> &str {
        self.0
    }
    fn schema(&self) -> Schema {
        schema(self.0)
    }
    fn identity(&self) -> Option<IdentitySchema> {
        (self.0 == "all_flat").then(kinds::identified)
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(known(req.planned)), req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        // A short private state asks for a faulty answer: the state before, whatever was planned.
        let state = if req.private.bytes().len() == 1 {
            req.prior
        } else {
            known(req.planned)
        };
        ApplyResponse::new(Some(state), req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        let found = match req.by {
            ImportBy::Id(id) => Value::object([("text_required", id.into())]),
            ImportBy::Identity(identity) => identity,
        };
        ImportResponse::new(Some(found), Default::default())
    }
    async fn move_state(&self, req: MoveRequest) -> MoveResponse {
        match req
            .source_state
            .get("text_required")
            .and_then(serde_json::Value::as_str)
        {
            Some(text) => MoveResponse::new(
                Value::object([("text_required", Value::from(text))]),
                req.source_private,
            ),
            None => MoveResponse::failed(Diagnostic::error("not ours", "It has no text.")),
        }
    }
    fn upgrade(&self, version: i64, raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        if version == 0 {
            return Err(Diagnostic::error("too old", "Nobody remembers this version."));
        }
        Ok(raw)
    }
    fn upgrade_identity(&self, _: i64, raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        Ok(raw)
    }
}
