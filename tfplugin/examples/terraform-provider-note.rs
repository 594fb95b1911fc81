//! A provider for notes: small files in one folder. Build it, name the folder in `dev_overrides`, and apply.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use tfplugin::{
    ApplyResponse, Attribute, ConfigureRequest, CreateRequest, DeleteRequest, Diagnostic, Diagnostics,
    DynResource, ImportRequest, ImportResponse, Path, Private, Provider, ReadRequest, ReadResponse, Schema,
    UpdateRequest, Value, async_trait,
};

type Folder = Arc<OnceLock<PathBuf>>;

struct Notes(Folder);
struct File(Folder);

#[async_trait]
impl Provider for Notes {
    fn type_name(&self) -> &str {
        "note"
    }
    fn version(&self) -> &str {
        "0.1.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0).attribute(
            Attribute::string("folder")
                .required()
                .description("Where the notes are."),
        )
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![Box::new(File(self.0.clone()))]
    }
    async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        // Unknown while another resource still has to make the folder: then only calls that need it fail.
        req.config
            .get("folder")
            .as_str()
            .map(|folder| self.0.set(folder.into()));
        Diagnostics::new()
    }
}

impl File {
    fn path(&self, name: &Value) -> PathBuf {
        self.0
            .get()
            .cloned()
            .unwrap_or_default()
            .join(name.as_str().unwrap_or_default())
    }
    fn write(&self, planned: Value, private: Private) -> ApplyResponse {
        let text = planned.get("text").as_str().unwrap_or_default();
        let mut state = planned.clone();
        state.set("size", (text.len() as u64).into());
        match std::fs::write(self.path(planned.get("name")), text) {
            Ok(()) => ApplyResponse::new(Some(state), private),
            Err(error) => ApplyResponse {
                state: None,
                private,
                diagnostics: Diagnostic::error("the note was not written", error.to_string()).into(),
            },
        }
    }
}

#[async_trait]
impl DynResource for File {
    fn type_name(&self) -> &str {
        "note_file"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute(
                Attribute::string("name")
                    .required()
                    .requires_replace()
                    .description("The file's name."),
            )
            .attribute(Attribute::string("text").default("").description("What it says."))
            .attribute(
                Attribute::number("size")
                    .computed()
                    .description("Its length in bytes."),
            )
    }
    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if config.get("name").as_str().is_some_and(|name| name.contains('/')) {
            diags.error_at(
                Path::root("name"),
                "not a file name",
                "A note's name can't contain a slash.",
            );
        }
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        self.write(req.planned, req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        self.write(req.planned, req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let gone = std::fs::remove_file(self.path(req.prior.get("name"))).is_ok();
        ApplyResponse::new((!gone).then_some(req.prior), req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        let text = std::fs::read_to_string(self.path(req.state.get("name"))).ok();
        let state = text.map(|text| {
            let size = (text.len() as u64).into();
            Value::object([
                ("name", req.state.get("name").clone()),
                ("text", text.into()),
                ("size", size),
            ])
        });
        ReadResponse::new(state, req.private)
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        ImportResponse::new(Some(Value::object([("name", req.id().into())])), Private::new())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(Notes(Folder::default())).await
}
