//! AWS's "no": the code, the HTTP status and the sentence a client gets.
//!
//! Knows nothing of XML or JSON; [`crate::wire::fault`] writes it down in the protocol of the caller.

/// A call AWS would turn down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// HTTP status of the answer.
    pub status: u16,
    /// AWS's error code, as clients match on it.
    pub code: &'static str,
    /// AWS's sentence.
    pub message: String,
}

/// What every rule of the world returns.
pub type Ruled<T> = Result<T, Refusal>;

impl Refusal {
    /// A client mistake: HTTP 400.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
        }
    }

    /// The same refusal under another HTTP status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// ELBv2's answer to a malformed or out-of-range parameter.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// ECS's answer to a parameter that does not fit.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// ECS's answer to a request that does not fit the state of things.
    pub fn client(message: impl Into<String>) -> Self {
        Self::new("ClientException", message)
    }
}
