//! A provider for notes: small files in one folder. Build it, name the folder in `dev_overrides`, and apply.

use std::io::ErrorKind::NotFound;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use tfplugin::*;

model! {
    pub struct Config {
        /// Where the notes are.
        pub folder: Attr<String> => required(),
    }

    /// A note: a small file.
    pub struct Note {
        /// The file's name.
        pub name: Attr<String> => required().requires_replace(),
        /// What it says.
        pub text: Attr<String> => default(""),
        /// Its length in bytes.
        pub size: Attr<u64> => computed(),
    }
}

type Folder = Arc<Mutex<PathBuf>>;
struct Notes(Folder);
struct File(Folder);

#[async_trait]
impl Provider for Notes {
    type Config = Config;

    fn type_name(&self) -> &str {
        "note"
    }
    fn version(&self) -> &str {
        "0.1.0"
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(File(self.0.clone()))]
    }
    async fn configure(&self, req: ConfigureRequest<Config>) -> Diagnostics {
        // Unknown while another resource still has to make the folder: then only calls that need it fail.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = req.config.folder.or_default().into();
        Diagnostics::new()
    }
}

impl File {
    fn path(&self, note: &Note) -> PathBuf {
        let folder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        folder.join(note.name.or_default())
    }
    fn write(&self, mut note: Note, prior: Option<Note>, private: Private) -> ApplyResponse<Note> {
        let text = note.text.or_default();
        note.size = (text.len() as u64).into();
        match std::fs::write(self.path(&note), text) {
            Ok(()) => ApplyResponse::new(Some(note), private),
            Err(error) => {
                ApplyResponse::new(prior, private).error("the note was not written", error.to_string())
            }
        }
    }
}

#[async_trait]
impl Resource for File {
    type Model = Note;

    fn type_name(&self) -> &str {
        "note_file"
    }
    async fn validate(&self, config: &Note, diags: &mut Diagnostics) {
        if config.name.as_deref().is_some_and(|name| name.contains('/')) {
            diags.error_at(
                Path::root("name"),
                "not a file name",
                "A note's name can't contain a slash.",
            );
        }
    }
    async fn create(&self, req: CreateRequest<Note>) -> ApplyResponse<Note> {
        self.write(req.planned, None, req.private)
    }
    async fn update(&self, req: UpdateRequest<Note>) -> ApplyResponse<Note> {
        self.write(req.planned, Some(req.prior), req.private)
    }
    async fn delete(&self, req: DeleteRequest<Note>) -> ApplyResponse<Note> {
        match std::fs::remove_file(self.path(&req.prior)) {
            Err(error) if error.kind() != NotFound => ApplyResponse::new(Some(req.prior), req.private)
                .error("the note is still there", error.to_string()),
            _ => ApplyResponse::new(None, req.private),
        }
    }
    async fn read(&self, req: ReadRequest<Note>) -> ReadResponse<Note> {
        let found = std::fs::read_to_string(self.path(&req.state)).ok();
        let size = |text: &String| (text.len() as u64).into();
        let note = found.map(|text| Note {
            size: size(&text),
            text: text.into(),
            ..req.state
        });
        ReadResponse::new(note, req.private)
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse<Note> {
        ImportResponse::named(&req, "name")
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(Notes(Folder::default())).await
}
