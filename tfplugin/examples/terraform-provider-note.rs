//! A provider for notes: small files in one folder. Build it, name the folder in `dev_overrides`, and apply.
use std::{fs, io, path::PathBuf, process::ExitCode, sync::Arc};
use tfplugin::*;

model! {
    pub struct Config {
        pub folder: Attr<String> => required(),
    }
    /// A note: a small file.
    pub struct Note {
        /// The file's name.
        pub name: Attr<String> => required().requires_replace()
            .validate(validate::matches("a file name without a slash", |name| !name.contains('/'))),
        /// What it says.
        pub text: Attr<String> => default(""),
        /// Its length in bytes.
        pub size: Attr<u64> => computed(),
    }
}
#[derive(Clone, Default)]
struct Notes(Arc<tokio::sync::RwLock<Option<PathBuf>>>); // none while the folder is not known yet
impl Notes {
    async fn path(&self, note: &Note) -> io::Result<PathBuf> {
        let unknown = io::Error::other("the folder is not known yet");
        let folder = self.0.read().await.clone().ok_or(unknown)?;
        Ok(folder.join(note.name.known_or_default()))
    }
    async fn write(&self, mut note: Note) -> io::Result<Note> {
        note.size = (note.text.known_or_default().len() as u64).into();
        fs::write(self.path(&note).await?, note.text.known_or_default()).map(|()| note)
    }
}

#[async_trait]
impl Provider for Notes {
    type Config = Config;
    fn type_name(&self) -> &str {
        "note"
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(self.clone())]
    }
    async fn configure(&self, req: ConfigureRequest<Config>) -> Diagnostics {
        *self.0.write().await = req.config.folder.into_known().map(PathBuf::from);
        Diagnostics::new()
    }
}

#[async_trait]
impl Resource for Notes {
    type Model = Note;
    fn type_name(&self) -> &str {
        "note_file"
    }
    async fn create(&self, req: CreateRequest<Note>) -> ApplyResponse<Note> {
        ApplyResponse::tried(self.write(req.planned).await, None, req.private)
    }
    async fn update(&self, req: UpdateRequest<Note>) -> ApplyResponse<Note> {
        ApplyResponse::tried(self.write(req.planned).await, Some(req.prior), req.private)
    }
    async fn delete(&self, req: DeleteRequest<Note>) -> ApplyResponse<Note> {
        let removed = self.path(&req.prior).await.and_then(fs::remove_file);
        ApplyResponse::tried(removed.map(|()| None), Some(req.prior), req.private)
    }
    async fn read(&self, mut req: ReadRequest<Note>) -> ReadResponse<Note> {
        match self.path(&req.state).await.and_then(fs::read_to_string) {
            Ok(text) => (req.state.size, req.state.text) = ((text.len() as u64).into(), text.into()),
            Err(why) if why.kind() == io::ErrorKind::NotFound => return ReadResponse::new(None, req.private),
            Err(why) => return ReadResponse::new(Some(req.state), req.private).error(why.to_string(), ""),
        }
        ReadResponse::new(Some(req.state), req.private)
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse<Note> {
        ImportResponse::named(&req, "name")
    }
}
#[tokio::main]
async fn main() -> ExitCode {
    run(Notes::default()).await
}
