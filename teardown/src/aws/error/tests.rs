//! Which code means what, and that nothing but AWS's own word is "not found".

use super::*;

#[test]
fn a_code_decides_and_a_status_alone_never_says_not_found() {
    for (code, status, kind) in [
        (Some("Throttling"), 400, Kind::Throttled),
        (Some("RequestLimitExceeded"), 503, Kind::Throttled),
        (None, 429, Kind::Throttled),
        (Some("LoadBalancerNotFound"), 400, Kind::NotFound),
        (Some("InvalidGroup.NotFound"), 400, Kind::NotFound),
        (Some("ResourceNotFoundException"), 404, Kind::NotFound),
        (None, 404, Kind::Refused),
        (Some("AccessDenied"), 403, Kind::Denied),
        (Some("UnauthorizedOperation"), 403, Kind::Denied),
        (Some("ExpiredToken"), 403, Kind::Credentials),
        (Some("OperationNotPermitted"), 400, Kind::Protected),
        (Some("ResourceInUse"), 400, Kind::InUse),
        (Some("DependencyViolation"), 400, Kind::Dependency),
        (Some("InternalFailure"), 500, Kind::Transient),
        (None, 502, Kind::Transient),
        (Some("ValidationError"), 400, Kind::Refused),
        (None, 200, Kind::Malformed),
    ] {
        assert_eq!(kind_of(code, Some(status)), kind, "{code:?} with {status}");
    }
}
