//! How AWS's protocols look on the wire: forms and XML, JSON, and errors in each.
//!
//! Knows member names' shapes, not what they mean.

pub mod fault;
pub mod json;
pub mod query;
pub mod rest;
pub mod xml;

/// Which of AWS's protocols a call came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Form in, XML out (ELBv2, STS, IAM).
    Query,
    /// Form in, XML with lower-case members out (EC2).
    Ec2,
    /// JSON both ways, the action in `X-Amz-Target` (ECS).
    Json,
    /// JSON both ways, the action in method and path (EKS).
    Rest,
}
