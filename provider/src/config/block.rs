//! The provider block: its schema, its checks, and its values as settings. Named as users of hashicorp/aws know them.
//! Asks nobody.

use crate::adapters::{Accounts, Endpoints, Keys, Role, Settings};
use crate::model::{number, parse_duration, string, strings};
use std::collections::BTreeMap;
use std::time::Duration;
use tfplugin::{Attribute, Diagnostics, Path, Schema, Type, Value};

pub fn schema() -> Schema {
    let text = |name: &str, description: &str| Attribute::string(name).optional().description(description);
    let texts = |name: &str, description: &str| {
        Attribute::list(name, Type::String)
            .optional()
            .description(description)
    };
    let tags = |name: &str, description: &str| {
        Attribute::map(name, Type::String)
            .optional()
            .description(description)
    };
    let discouraged =
        "Better kept out of the configuration: a profile, SSO or a role needs no secret in a file.";
    let role = vec![
        Attribute::string("role_arn")
            .required()
            .description("The role to assume."),
        text("session_name", "Default `terraform-provider-bluegreen`."),
        text("external_id", "What the role's trust policy asks for.").sensitive(),
        text(
            "duration",
            "How long a session lasts, `15m` to `12h`. Default: the role's.",
        ),
        text(
            "policy",
            "A session policy in JSON, which narrows what the role may do.",
        ),
        texts(
            "policy_arns",
            "Managed policies that narrow what the role may do.",
        ),
        tags("tags", "Session tags."),
    ];
    let endpoints = vec![
        text("elbv2", "Elastic Load Balancing v2."),
        text(
            "elb",
            "Elastic Load Balancing of the first generation; for `bluegreen_vpc_guard` and `bluegreen_vpc_blockers`.",
        ),
        text("ecs", "ECS."),
        text(
            "ec2",
            "EC2; for `bluegreen_vpc_guard` and `bluegreen_vpc_blockers`.",
        ),
        text(
            "eks",
            "EKS; for `bluegreen_vpc_guard` and `bluegreen_vpc_blockers`.",
        ),
        text(
            "sts",
            "STS, for `assume_role` and the account checks. A role that a profile names uses AWS_ENDPOINT_URL_STS.",
        ),
    ];
    Schema::new(0)
        .description("Blue/green and canary releases as honest plan and apply diffs, for ALB and ECS.")
        .attribute(text("region", "AWS region. Default: the standard configuration chain (AWS_REGION, profile)."))
        .attribute(text(
            "profile",
            "A profile of the shared configuration files; SSO, credential processes and roles in it work. Beats keys in the \
             environment. Default: AWS_PROFILE.",
        ))
        .attribute(texts("shared_config_files", "In place of `~/.aws/config` and AWS_CONFIG_FILE."))
        .attribute(texts("shared_credentials_files", "In place of `~/.aws/credentials` and AWS_SHARED_CREDENTIALS_FILE."))
        .attribute(text("access_key", discouraged).sensitive())
        .attribute(text("secret_key", discouraged).sensitive())
        .attribute(text("token", "The session token of temporary keys.").sensitive())
        .attribute(
            Attribute::object("assume_role", role)
                .optional()
                .description("A role to assume with the credentials found otherwise."),
        )
        .attribute(Attribute::number("max_retries").optional().description(
            "How often a call is tried again when AWS throttles it or fails in passing, with growing, jittered pauses. Default 9.",
        ))
        .attribute(Attribute::number("max_mutations_per_second").optional().description(
            "How many changing calls a second this provider makes at most, retries included, over all resources. Above 0; \
             default 3. The one call that puts traffic back after a stop or during a rollback never waits.",
        ))
        .attribute(texts("allowed_account_ids", "The only accounts that may be touched. Asked of STS once."))
        .attribute(texts("forbidden_account_ids", "Accounts that must not be touched. Asked of STS once."))
        .attribute(tags("default_tags", "Tags for the listener rules that are made. Rules that exist keep theirs."))
        .attribute(Attribute::object("endpoints", endpoints).optional().description(
            "Other endpoints than AWS's own. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> work too; what stands here wins.",
        ))
        .attribute(text(
            "progress_file",
            "A file that gets one line of JSON per step that begins, waits or ends, since Terraform shows only that it is \
             still modifying: `{\"at\": RFC 3339 with milliseconds, \"service\", \"step\", \"detail\", \"state\": \"begin\" | \
             \"wait\" | \"done\" | \"failed\"}`. Steps are `close_canary`, `deploy`, `scale`, `await_healthy`, \
             `smoke`, `keep_up`, `shift`, `hold` and `drain`; a `wait` line says what is missing, once per reason. Lines are appended and hold no secret.",
        ))
}

/// Contradictions inside the block.
pub fn check(config: &Value, diags: &mut Diagnostics) {
    let mut wrong = |at: &str, summary: &str, detail: &str| diags.error_at(Path::root(at), summary, detail);
    let set = |name: &str| !config.get(name).is_null();
    if set("access_key") != set("secret_key") {
        let at = if set("access_key") {
            "access_key"
        } else {
            "secret_key"
        };
        wrong(
            at,
            "Half a pair of keys",
            "access_key and secret_key are set together, or neither is.",
        );
    }
    if set("token") && !set("access_key") {
        wrong(
            "token",
            "A token without its keys",
            "token belongs to access_key and secret_key.",
        );
    }
    if set("profile") && set("access_key") {
        wrong(
            "profile",
            "Two sources of credentials",
            "Set profile, or access_key and secret_key, but not both.",
        );
    }
    if let Some(rate) = config.get("max_mutations_per_second").as_f64()
        && rate <= 0.0
    {
        let detail = "max_mutations_per_second is above 0: with none at all nothing could ever be released.";
        wrong("max_mutations_per_second", "No change could be made", detail);
    }
    if let Some(retries) = config.get("max_retries").as_f64()
        && !(retries.fract() == 0.0 && (0.0..=100.0).contains(&retries))
    {
        wrong(
            "max_retries",
            "Not a number of retries",
            "max_retries is a whole number from 0 to 100.",
        );
    }
    for name in ["allowed_account_ids", "forbidden_account_ids"] {
        let is_id = |id: &String| id.len() == 12 && id.bytes().all(|digit| digit.is_ascii_digit());
        if let Some(id) = strings(config.get(name)).into_iter().find(|id| !is_id(id)) {
            let detail = format!("{id:?} is not an account id: write its 12 digits as a string.");
            wrong(name, "No such account", &detail);
        }
    }
    if set("allowed_account_ids") && set("forbidden_account_ids") {
        let detail =
            "Set allowed_account_ids or forbidden_account_ids: a list of what is allowed forbids the rest.";
        wrong("forbidden_account_ids", "Two rules for accounts", detail);
    }
    for (key, value) in text_map(config.get("default_tags")) {
        if key.starts_with("bluegreen:") || key.to_lowercase().starts_with("aws:") {
            let detail = format!(
                "{key:?}: tags that begin with bluegreen: say who owns a rule, those with aws: are AWS's."
            );
            wrong("default_tags", "A reserved tag", &detail);
        } else if key.is_empty() || 128 < key.chars().count() || 256 < value.chars().count() {
            let detail = format!("{key:?}: a key has 1 to 128 characters, a value 256 at most.");
            wrong("default_tags", "A tag AWS would refuse", &detail);
        }
    }
    let endpoints = config.get("endpoints");
    for name in ["elbv2", "elb", "ecs", "ec2", "eks", "sts"] {
        if let Some(url) = string(endpoints.get(name))
            && !["http://", "https://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        {
            let detail = format!("{name} is {url:?}; an endpoint is an http or https URL.");
            diags.error_at(Path::root("endpoints").field(name), "Not an endpoint", detail);
        }
    }
    let duration = config.get("assume_role").get("duration");
    let range = Duration::from_secs(15 * 60)..=Duration::from_secs(12 * 60 * 60);
    if let Some(text) = duration.as_str()
        && parse_duration(text).is_none_or(|duration| !range.contains(&duration))
    {
        let detail = format!("duration is {text:?}; a session lasts from \"15m\" to \"12h\".");
        diags.error_at(
            Path::root("assume_role").field("duration"),
            "Not a session's length",
            detail,
        );
    }
}

pub fn settings(config: &Value) -> Settings {
    let text = |name: &str| string(config.get(name));
    let keys = text("access_key").zip(text("secret_key"));
    let keys = keys.map(|(access_key, secret_key)| Keys {
        access_key,
        secret_key,
        token: text("token"),
    });
    let endpoint = |name: &str| string(config.get("endpoints").get(name));
    let unknown = |name: &&str| !config.get(name).is_wholly_known();
    Settings {
        region: text("region"),
        profile: text("profile"),
        shared_config_files: strings(config.get("shared_config_files")),
        shared_credentials_files: strings(config.get("shared_credentials_files")),
        keys,
        assume_role: role(config.get("assume_role")),
        max_retries: number(config.get("max_retries")),
        endpoints: Endpoints {
            elbv2: endpoint("elbv2"),
            elb: endpoint("elb"),
            ec2: endpoint("ec2"),
            eks: endpoint("eks"),
            ecs: endpoint("ecs"),
            sts: endpoint("sts"),
        },
        default_tags: text_map(config.get("default_tags")),
        accounts: Accounts {
            allowed: strings(config.get("allowed_account_ids")),
            forbidden: strings(config.get("forbidden_account_ids")),
        },
        mutations_per_second: config.get("max_mutations_per_second").as_f64(),
        unknown: NEEDED.iter().copied().filter(unknown).collect(),
    }
}

/// What no call can be made without knowing: another account or region would be asked instead.
const NEEDED: [&str; 14] = [
    "region",
    "profile",
    "shared_config_files",
    "shared_credentials_files",
    "access_key",
    "secret_key",
    "token",
    "assume_role",
    "max_retries",
    "max_mutations_per_second",
    "allowed_account_ids",
    "forbidden_account_ids",
    "default_tags",
    "endpoints",
];

fn role(block: &Value) -> Option<Role> {
    Some(Role {
        arn: string(block.get("role_arn"))?,
        session_name: string(block.get("session_name")),
        external_id: string(block.get("external_id")),
        duration: block.get("duration").as_str().and_then(parse_duration),
        policy: string(block.get("policy")),
        policy_arns: strings(block.get("policy_arns")),
        tags: text_map(block.get("tags")),
    })
}

fn text_map(value: &Value) -> BTreeMap<String, String> {
    let entries = value.as_map().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), string(value)?)))
        .collect()
}

#[cfg(test)]
mod tests;
