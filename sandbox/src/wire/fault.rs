//! A refusal as the caller's protocol writes it.
//!
//! Says nothing the refusal does not say.

use quick_xml::escape::escape;
use serde_json::json;

use super::Protocol;
use crate::world::Refusal;

/// Content type and body of an error answer.
pub fn answer(
    protocol: Protocol,
    namespace: &str,
    refusal: &Refusal,
    request_id: &str,
) -> (&'static str, String) {
    let (code, message) = (refusal.code, escape(refusal.message.as_str()));
    match protocol {
        Protocol::Query => {
            let kind = if refusal.status < 500 {
                "Sender"
            } else {
                "Receiver"
            };
            let body = format!(
                "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{kind}</Type><Code>{code}</Code>\
                 <Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
            );
            ("text/xml", body)
        }
        Protocol::Ec2 => {
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
                 <Message>{message}</Message></Error></Errors><RequestID>{request_id}</RequestID></Response>"
            );
            ("text/xml;charset=UTF-8", body)
        }
        // The code stands in a header.
        Protocol::Rest => (
            "application/json",
            json!({ "message": refusal.message }).to_string(),
        ),
        Protocol::Json => (
            "application/x-amz-json-1.1",
            json!({ "__type": code, "message": refusal.message }).to_string(),
        ),
    }
}

/// "Slow down", in the words of each service.
pub fn throttled(protocol: Protocol) -> Refusal {
    match protocol {
        Protocol::Query => Refusal::new("Throttling", "Rate exceeded"),
        Protocol::Ec2 => Refusal::new("RequestLimitExceeded", "Request limit exceeded.").with_status(503),
        Protocol::Json => Refusal::new("ThrottlingException", "Rate exceeded"),
        Protocol::Rest => Refusal::new("ThrottlingException", "Rate exceeded").with_status(429),
    }
}

/// "You may not".
pub fn denied(protocol: Protocol) -> Refusal {
    let message = "You are not authorized to perform this operation.";
    match protocol {
        Protocol::Query => Refusal::new("AccessDenied", message).with_status(403),
        Protocol::Ec2 => Refusal::new("UnauthorizedOperation", message).with_status(403),
        Protocol::Json => Refusal::new("AccessDeniedException", message),
        Protocol::Rest => Refusal::new("AccessDeniedException", message).with_status(403),
    }
}

/// "We failed, not you".
pub fn server_error(protocol: Protocol) -> Refusal {
    match protocol {
        Protocol::Query => Refusal::new(
            "InternalFailure",
            "We encountered an internal error. Please try again.",
        ),
        Protocol::Ec2 => Refusal::new("InternalError", "An internal error has occurred"),
        Protocol::Json | Protocol::Rest => {
            Refusal::new("ServerException", "Service Unavailable. Please try again later.")
        }
    }
    .with_status(500)
}
