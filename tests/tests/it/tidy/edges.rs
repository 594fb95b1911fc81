//! Which member may use which, as the table of parts in the design has it.
//!
//! Knows nothing of indirect dependencies: a direct edge that is allowed carries its own rules.

use cargo_metadata::{DependencyKind, Metadata};

/// One direct dependency of a member.
pub struct Edge {
    from: String,
    to: String,
    /// Is `to` a member too?
    ours: bool,
    /// Is it for tests only?
    dev: bool,
}

struct Row {
    member: &'static str,
    /// Members it may use.
    ours: &'static [&'static str],
    /// Members that only its tests may use.
    dev: &'static [&'static str],
    others: Others,
}

/// Crates from outside that a member may use.
enum Others {
    Any,
    Only(&'static [&'static str]),
    /// None whose name begins with one of these.
    Except(&'static [&'static str]),
}

const CLOUDS: Others = Others::Except(&["aws", "kube", "k8s", "azure", "google"]);

const TABLE: &[Row] = &[
    Row {
        member: "rollout",
        ours: &[],
        dev: &[],
        others: Others::Only(&["thiserror"]),
    },
    Row {
        member: "tfplugin-rs",
        ours: &[],
        dev: &[],
        others: CLOUDS,
    },
    Row {
        member: "terraform-provider-bluegreen",
        ours: &["rollout", "tfplugin-rs", "bluegreen-teardown"],
        dev: &["bluegreen-sandbox"],
        others: Others::Any,
    },
    Row {
        member: "bluegreen-teardown",
        ours: &[],
        dev: &["bluegreen-sandbox"],
        others: Others::Any,
    },
    // Offline unless somebody asks for more: what it knows of a cloud, it reads in a plan.
    Row {
        member: "bluegreen-plancheck",
        ours: &["bluegreen-teardown"],
        // Itself, with every feature on.
        dev: &["bluegreen-plancheck", "bluegreen-sandbox"],
        others: CLOUDS,
    },
    // Judge and judged share no code, and the judge does not speak AWS through an SDK.
    Row {
        member: "bluegreen-sandbox",
        ours: &[],
        dev: &[],
        others: CLOUDS,
    },
    Row {
        member: "acceptance",
        ours: &["bluegreen-sandbox"],
        dev: &[],
        others: CLOUDS,
    },
    Row {
        member: "demo",
        ours: &["bluegreen-sandbox", "acceptance"],
        dev: &[],
        others: CLOUDS,
    },
    Row {
        member: "figures",
        ours: &["bluegreen-sandbox", "acceptance"],
        dev: &[],
        others: CLOUDS,
    },
    Row {
        member: "xtask",
        ours: &[],
        dev: &[],
        others: Others::Any,
    },
];

pub fn edges(metadata: &Metadata) -> Vec<Edge> {
    let edges: Vec<_> = metadata
        .packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                ours: dependency.path.is_some(),
                dev: dependency.kind == DependencyKind::Development,
            })
        })
        .collect();
    assert!(
        edges.iter().any(|edge| edge.ours),
        "cargo metadata shows no edge between members"
    );
    edges
}

pub fn judge(edges: &[Edge]) -> Vec<String> {
    edges.iter().filter_map(refusal).collect()
}

pub fn unlisted(members: &[String]) -> Vec<String> {
    let listed = |member: &String| TABLE.iter().any(|row| row.member == member);
    members
        .iter()
        .filter(|member| !listed(member))
        .map(|member| format!("{member} has no row"))
        .collect()
}

fn refusal(edge: &Edge) -> Option<String> {
    let Edge { from, to, ours, dev } = edge;
    let row = TABLE.iter().find(|row| row.member == from)?;
    if *ours {
        let allowed = row.ours.contains(&to.as_str()) || (*dev && row.dev.contains(&to.as_str()));
        return (!allowed).then(|| format!("{from} may not use {to}"));
    }
    let allowed = *dev
        || match row.others {
            Others::Any => true,
            Others::Only(list) => list.contains(&to.as_str()),
            Others::Except(prefixes) => !prefixes.iter().any(|prefix| to.starts_with(prefix)),
        };
    (!allowed).then(|| format!("{from} may not use the crate {to}"))
}

fn edge(from: &str, to: &str, ours: bool, dev: bool) -> Edge {
    Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        ours,
        dev,
    }
}

#[test]
fn a_wrong_edge_is_refused() {
    for (from, to, ours, dev) in [
        ("rollout", "tfplugin-rs", true, false),
        ("rollout", "tokio", false, false),
        ("tfplugin-rs", "rollout", true, true),
        ("tfplugin-rs", "aws-config", false, false),
        ("terraform-provider-bluegreen", "bluegreen-sandbox", true, false),
        ("bluegreen-plancheck", "rollout", true, false),
        ("bluegreen-plancheck", "aws-sdk-ec2", false, false),
        ("bluegreen-sandbox", "rollout", true, false),
        ("bluegreen-sandbox", "aws-sdk-ecs", false, false),
        ("acceptance", "terraform-provider-bluegreen", true, true),
        ("demo", "rollout", true, false),
        ("xtask", "acceptance", true, false),
    ] {
        assert_eq!(judge(&[edge(from, to, ours, dev)]).len(), 1, "{from} → {to}");
    }
}

#[test]
fn an_edge_of_the_table_is_allowed() {
    for (from, to, ours, dev) in [
        ("rollout", "thiserror", false, false),
        ("rollout", "proptest", false, true),
        ("terraform-provider-bluegreen", "rollout", true, false),
        ("terraform-provider-bluegreen", "bluegreen-sandbox", true, true),
        ("terraform-provider-bluegreen", "aws-config", false, false),
        ("demo", "acceptance", true, false),
    ] {
        assert_eq!(judge(&[edge(from, to, ours, dev)]), [""; 0], "{from} → {to}");
    }
}

#[test]
fn a_member_without_a_row_is_noticed() {
    assert_eq!(
        unlisted(&["rollout".to_owned(), "common".to_owned()]),
        ["common has no row"]
    );
}
