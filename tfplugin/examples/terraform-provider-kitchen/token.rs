//! `kitchen_token`, the ephemeral resource: opened for a run, renewed while it lasts, closed at its end.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tfplugin::*;

use crate::store::Store;

pub struct Tokens(pub Store);

model! {
    /// Lets somebody in, for a while.
    pub struct Token {
        /// Who.
        pub holder: Attr<String> => required(),
        /// Renewed after so many seconds; never, when left out.
        pub seconds: Attr<u64> => optional(),
        /// What opens the door.
        pub value: Attr<String> => computed(),
    }
}

#[async_trait]
impl EphemeralResource for Tokens {
    type Model = Token;

    fn type_name(&self) -> &str {
        "kitchen_token"
    }

    async fn validate(&self, config: &Token, diags: &mut Diagnostics) {
        if config.holder.as_deref() == Some("nobody") {
            diags.error_at(Path::root("holder"), "nobody holds no token", "Name somebody.");
        }
    }

    async fn open(&self, req: OpenRequest<Token>) -> OpenResponse<Token> {
        let mut token = req.config;
        let holder = token.holder.known_or_default();
        self.0.note(&format!("open token {holder}"));
        assert!(holder != "the butter-fingered", "the key broke");
        if holder == "the thief" {
            return OpenResponse::failed(Diagnostic::error("no token for a thief", "Try somebody honest."));
        }
        token.value = format!("sesame-{holder}").into();
        let mut private = Private::new();
        if let Err(error) = private.set(&json!({ "holder": holder, "seconds": token.seconds.known() })) {
            return OpenResponse::failed(Diagnostic::error(
                "the token was not noted down",
                error.to_string(),
            ));
        }
        let seconds = token.seconds.known().copied();
        let opened = OpenResponse::new(token, private);
        match seconds {
            Some(seconds) => opened.renew_at(soon(seconds)),
            None => opened,
        }
    }

    async fn renew(&self, req: RenewRequest) -> RenewResponse {
        let noted = noted(&req.private);
        self.0.note(&format!(
            "renew token {}",
            noted["holder"].as_str().unwrap_or_default()
        ));
        RenewResponse::new(req.private).renew_at(soon(noted["seconds"].as_u64().unwrap_or_default()))
    }

    async fn close(&self, req: CloseRequest) -> Diagnostics {
        self.0.note(&format!(
            "close token {}",
            noted(&req.private)["holder"].as_str().unwrap_or_default()
        ));
        Diagnostics::new()
    }
}

fn noted(private: &Private) -> serde_json::Value {
    private.get().ok().flatten().unwrap_or_default()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a token's clock is the kitchen's; nothing is decided by it"
)]
fn soon(seconds: u64) -> SystemTime {
    SystemTime::now() + Duration::from_secs(seconds)
}
