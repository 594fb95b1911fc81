//! The errors of AWS calls in our words. Only what AWS says in so many words counts as "not found": neither a missing
//! code nor a broken answer does.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error as StdError;

/// What an error means for what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There are no credentials, or AWS does not know them.
    Credentials,
    /// They may not do this.
    Denied,
    /// Too many calls.
    Throttled,
    /// AWS says that there is no such thing.
    NotFound,
    /// Deletion protection is on.
    Protected,
    /// Another service holds it: an endpoint service, an API Gateway, a listener.
    InUse,
    /// Something still depends on it.
    Dependency,
    /// No answer, or the server's own fault: worth asking again.
    Transient,
    /// An answer that can't be understood.
    Malformed,
    /// The operator stopped the run; the call was not made, or its answer not waited for.
    Stopped,
    /// Time was over before the call could be made.
    Late,
    /// Refused for any other reason.
    Refused,
}

/// A call that gave no answer to go by.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing} {on}: {said}")]
pub struct Error {
    /// What it means.
    pub kind: Kind,
    /// The call, such as `elbv2:DescribeTags`.
    pub doing: &'static str,
    /// What it was about.
    pub on: String,
    /// AWS's code.
    pub code: Option<String>,
    /// In words.
    pub said: String,
}

impl Error {
    /// One that was not AWS's.
    pub(crate) fn ours(kind: Kind, doing: &'static str, on: &str, said: impl Into<String>) -> Error {
        Error {
            kind,
            doing,
            on: on.to_owned(),
            code: None,
            said: said.into(),
        }
    }

    /// The SDK's error in our words.
    pub(crate) fn of<E>(doing: &'static str, on: &str, error: SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let service = error.as_service_error();
        let code = service.and_then(ProvideErrorMetadata::code).map(str::to_owned);
        let message = service.and_then(ProvideErrorMetadata::message).map(str::to_owned);
        let status = error.raw_response().map(|raw| raw.status().as_u16());
        let kind = match &error {
            SdkError::TimeoutError(_) => Kind::Transient,
            SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => Kind::Transient,
            SdkError::DispatchFailure(failure) if failure.is_user() => Kind::Refused,
            SdkError::DispatchFailure(failure) => match failure.as_other() {
                // The SDK knows that asking again may help: a connection that was closed.
                Some(_) => Kind::Transient,
                None => Kind::Credentials,
            },
            SdkError::ResponseError(_) => Kind::Malformed,
            SdkError::ServiceError(_) => kind_of(code.as_deref(), status),
            _ => Kind::Refused,
        };
        let said = match (&code, message) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            (Some(code), None) => code.clone(),
            (None, _) => {
                let status = status.map_or(String::new(), |status| format!("HTTP {status}: "));
                format!("{status}{}", chain_of(&error))
            }
        };
        Error {
            kind,
            doing,
            on: on.to_owned(),
            code,
            said,
        }
    }

    /// Whether the same call may well succeed in a moment.
    pub(crate) fn passes(&self) -> bool {
        matches!(self.kind, Kind::Throttled | Kind::Transient | Kind::Malformed)
    }
}

fn kind_of(code: Option<&str>, status: Option<u16>) -> Kind {
    let Some(code) = code else {
        return match status {
            Some(429) => Kind::Throttled,
            Some(500..) => Kind::Transient,
            Some(200..300) => Kind::Malformed,
            _ => Kind::Refused,
        };
    };
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "DependencyThrottle"
        | "SlowDown" => Kind::Throttled,
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken" => Kind::Credentials,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthFailure"
        | "OptInRequired" => Kind::Denied,
        "OperationNotPermitted" | "OperationNotPermittedException" => Kind::Protected,
        "ResourceInUse" | "ResourceInUseException" => Kind::InUse,
        "DependencyViolation" => Kind::Dependency,
        "ResourceNotFoundException" => Kind::NotFound,
        _ if code.ends_with("NotFound") => Kind::NotFound,
        _ if status.is_some_and(|status| 500 <= status) => Kind::Transient,
        _ => Kind::Refused,
    }
}

/// An error and all its causes on one line.
fn chain_of(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let line = error.to_string();
        if !line.is_empty() && !text.ends_with(&line) {
            text.push_str(": ");
            text.push_str(&line);
        }
        next = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
