//! Every method of the service and what stands in which field of its request.
//!
//! Only ever grows at the end: committed inputs name a method by its place.

use super::message::Kind::{self, *};
use super::message::Of;

pub(in crate::fuzzing) struct Method {
    pub(in crate::fuzzing) name: &'static str,
    /// Whose names and schemas the request speaks of.
    pub(super) of: Of,
    pub(super) fields: &'static [(u32, Kind)],
}

const fn method(name: &'static str, of: Of, fields: &'static [(u32, Kind)]) -> Method {
    Method { name, of, fields }
}

pub(in crate::fuzzing) const METHODS: &[Method] = &[
    method("GetMetadata", Of::Provider, &[]),
    method("GetProviderSchema", Of::Provider, &[]),
    method("GetResourceIdentitySchemas", Of::Provider, &[]),
    method("ValidateProviderConfig", Of::Provider, &[(1, Value)]),
    method(
        "ValidateResourceConfig",
        Of::Resource,
        &[(1, Name), (2, Value), (3, Message)],
    ),
    method(
        "ValidateDataResourceConfig",
        Of::DataSource,
        &[(1, Name), (2, Value)],
    ),
    method(
        "UpgradeResourceState",
        Of::Resource,
        &[(1, Name), (2, Int), (3, Stored)],
    ),
    method(
        "ConfigureProvider",
        Of::Provider,
        &[(1, Text), (2, Value), (3, Message)],
    ),
    method(
        "ReadResource",
        Of::Resource,
        &[
            (1, Name),
            (2, Value),
            (3, Text),
            (4, Meta),
            (5, Message),
            (6, Identity),
        ],
    ),
    method(
        "PlanResourceChange",
        Of::Resource,
        &[
            (1, Name),
            (2, Value),
            (4, Value),
            (3, Value),
            (5, Text),
            (6, Meta),
            (7, Message),
            (8, Identity),
        ],
    ),
    method(
        "ApplyResourceChange",
        Of::Resource,
        &[
            (1, Name),
            (2, Value),
            (4, Value),
            (3, Value),
            (5, Text),
            (6, Meta),
            (7, Identity),
        ],
    ),
    method(
        "ImportResourceState",
        Of::Resource,
        &[(1, Name), (2, Text), (3, Message), (4, Identity)],
    ),
    method(
        "MoveResourceState",
        Of::Resource,
        &[
            (5, Name),
            (1, Text),
            (2, Text),
            (3, Int),
            (4, Stored),
            (6, Text),
            (7, StoredIdentity),
            (8, Int),
        ],
    ),
    method(
        "ReadDataSource",
        Of::DataSource,
        &[(1, Name), (2, Value), (3, Meta), (4, Message)],
    ),
    method("GetFunctions", Of::Provider, &[]),
    method(
        "CallFunction",
        Of::Function,
        &[(1, Name), (2, Argument), (2, Argument), (2, Argument)],
    ),
    method("StopProvider", Of::Provider, &[]),
    method(
        "UpgradeResourceIdentity",
        Of::Resource,
        &[(1, Name), (2, Int), (3, StoredIdentity)],
    ),
    method("GenerateResourceConfig", Of::Resource, &[(1, Name), (2, Value)]),
    method(
        "ValidateEphemeralResourceConfig",
        Of::Ephemeral,
        &[(1, Name), (2, Value)],
    ),
    method(
        "OpenEphemeralResource",
        Of::Ephemeral,
        &[(1, Name), (2, Value), (3, Message)],
    ),
    method("RenewEphemeralResource", Of::Ephemeral, &[(1, Name), (2, Text)]),
    method("CloseEphemeralResource", Of::Ephemeral, &[(1, Name), (2, Text)]),
    method(
        "ValidateListResourceConfig",
        Of::List,
        &[(1, Name), (2, Value), (3, Meta), (4, Meta)],
    ),
    method(
        "ListResource",
        Of::List,
        &[(1, Name), (2, Value), (3, Int), (4, Int)],
    ),
    method("ValidateActionConfig", Of::Action, &[(1, Name), (2, Value)]),
    method("PlanAction", Of::Action, &[(1, Name), (2, Value), (3, Message)]),
    method("InvokeAction", Of::Action, &[(1, Name), (2, Value), (3, Message)]),
];
