//! A provider that keeps nothing: what is planned is what there is. For measuring the framework, and for abusing it.
//!
//! Not an example of a useful provider; `terraform-provider-note` is.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use tfplugin::*;

pub struct Echo;

/// The resource types, each with its schema.
enum Kind {
    /// A hundred attributes, of every primitive type.
    Hundred,
    /// As much as one likes.
    Bulk,
    /// Created only once a file named `<path>.go` is there; leaves `<path>.begun` and `<path>.done`.
    Slow,
}

#[async_trait]
impl DynProvider for Echo {
    fn type_name(&self) -> &str {
        "echo"
    }
    fn version(&self) -> &str {
        "0.1.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![
            Box::new(Kind::Hundred),
            Box::new(Kind::Bulk),
            Box::new(Kind::Slow),
        ]
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

fn hundred() -> Schema {
    let attribute = |number: usize| {
        let name = format!("attribute_{number:02}");
        let attribute = match number % 4 {
            0 => Attribute::string(name),
            1 => Attribute::number(name),
            2 => Attribute::bool(name),
            _ => Attribute::list(name, Type::String),
        };
        match number % 5 {
            0 => attribute.required(),
            4 => attribute.computed(),
            _ => attribute.optional(),
        }
    };
    (0..100).map(attribute).fold(Schema::new(0), Schema::attribute)
}

/// What is unknown in a plan is null afterwards: nothing is there to know.
fn made(planned: Value) -> Value {
    planned.unknown_as_null()
}

#[async_trait]
impl DynResource for Kind {
    fn type_name(&self) -> &str {
        match self {
            Kind::Hundred => "echo_hundred",
            Kind::Bulk => "echo_bulk",
            Kind::Slow => "echo_slow",
        }
    }
    fn schema(&self) -> Schema {
        match self {
            Kind::Hundred => hundred(),
            Kind::Bulk => Schema::new(1)
                .attribute(Attribute::string("text").optional())
                .attribute(Attribute::list("items", Type::String).optional())
                .attribute(Attribute::new("any", Type::Dynamic).optional()),
            Kind::Slow => Schema::new(0).attribute(Attribute::string("path").required()),
        }
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        if let (Kind::Slow, Some(path)) = (self, req.planned.get("path").as_str())
            && let Err(error) = wait(path).await
        {
            let diagnostics = Diagnostic::error("waiting failed", error.to_string()).into();
            return ApplyResponse {
                state: None,
                private: req.private,
                diagnostics,
            };
        }
        ApplyResponse::new(Some(made(req.planned)), req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(made(req.planned)), req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
    fn upgrade(&self, _: i64, raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        Ok(raw)
    }
}

/// On purpose deaf to a stop: work in flight that has to end by itself.
async fn wait(path: &str) -> std::io::Result<()> {
    std::fs::write(format!("{path}.begun"), "")?;
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    while !Path::new(&format!("{path}.go")).exists() {
        tick.tick().await;
    }
    std::fs::write(format!("{path}.done"), "")
}

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(Echo).await
}
