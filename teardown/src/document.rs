//! The plan file: what would be deleted, in which order, on which evidence, and what it all was when it was looked
//! at, so that apply can tell whether it still is.
//!
//! A file that was changed, is too old, or was made for another account, region or Terraform state is refused.
//! There is no delete-if-unchanged in AWS's API: a fingerprint is compared right before each delete instead.

use crate::canonical;
use crate::inventory::{Inventory, LoadBalancer, Reading, SecurityGroup, TargetGroup};
use crate::judge::{Judgement, Policy};
use crate::managed::Managed;
use crate::report::Row;
use crate::sweep::Sweep;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The version of this form.
const FORMAT: &str = "1";
/// Raised with every change of the rules: a plan judged by other rules is not applied.
pub const RULES: u32 = 1;
/// How long a plan may be applied.
const VALID: SignedDuration = SignedDuration::from_hours(1);

/// A plan as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    format: &'static str,
    rules: u32,
    header: Header,
    policy: Policy,
    delete: Vec<Planned>,
    stays: Vec<Row>,
    sweep: Sweep,
}

/// What a plan is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The caller's account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The VPC.
    pub vpc: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it may be applied.
    pub valid_until: Timestamp,
    /// Lineage and serial of each Terraform state that was read.
    pub states: BTreeMap<String, u64>,
}

/// Something that would be deleted.
#[derive(Clone, Debug, Serialize)]
struct Planned {
    #[serde(flatten)]
    row: Row,
    fingerprint: String,
}

/// Why a plan file can't be applied.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not JSON, or not a plan.
    #[error("this is not a plan file")]
    NoPlan,
    /// It is not what was written.
    #[error("the plan file was changed after it was made; make a new one")]
    Changed,
    /// Written by another version.
    #[error("the plan file was made by rules {found}, this version has {RULES}; make a new one")]
    OtherRules {
        /// Its rules.
        found: u64,
    },
    /// It has expired.
    #[error("the plan file was valid until {until}; make a new one")]
    Expired {
        /// Until when.
        until: Timestamp,
    },
    /// Made for something else.
    #[error("the plan file is for {what} {planned}, not for {actual}; make a new one")]
    Elsewhere {
        /// Account, region or VPC.
        what: &'static str,
        /// In the plan.
        planned: String,
        /// Here.
        actual: String,
    },
    /// Terraform has changed its state since.
    #[error(
        "Terraform's state is not the one that the plan was made with: it has changed, or another one was read; give \
         the same one, or make a new plan"
    )]
    StateChanged,
}

impl Document {
    /// What would be done about a judgement.
    ///
    /// # Errors
    /// Never in practice: everything in it is JSON.
    pub fn new(
        inventory: &Inventory,
        managed: &Managed,
        policy: &Policy,
        judgement: &Judgement,
        sweep: Sweep,
    ) -> Result<Document, serde_json::Error> {
        let prints = fingerprints(inventory)?;
        let delete = judgement.orphans().map(|judged| Planned {
            row: Row::of(judged),
            fingerprint: prints.get(&judged.id).cloned().unwrap_or_default(),
        });
        let stays = judgement
            .objects
            .iter()
            .filter(|judged| !judged.verdict.is_orphan());
        let stays = stays.map(Row::of);
        Ok(Document {
            format: FORMAT,
            rules: RULES,
            header: Header {
                account: inventory.caller.account.clone(),
                region: inventory.caller.region.clone(),
                vpc: inventory.vpc.id.clone(),
                made_at: inventory.taken_at,
                valid_until: inventory.taken_at.saturating_add(VALID).unwrap_or(Timestamp::MAX),
                states: managed.versions().clone(),
            },
            policy: policy.clone(),
            delete: delete.collect(),
            stays: stays.collect(),
            sweep,
        })
    }

    /// The file's text.
    ///
    /// # Errors
    /// Never in practice: everything in it is JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let digest = canonical::digest(&value)?;
        value["digest"] = Value::from(digest);
        Ok(serde_json::to_string_pretty(&value)? + "\n")
    }
}

/// What apply takes from a plan file: the deletions it was agreed on, and what each of them looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// What the plan is bound to.
    pub header: Header,
    /// What the operator decided when it was made.
    pub policy: Policy,
    /// ARN or id → fingerprint.
    pub fingerprints: BTreeMap<String, String>,
    /// Target group → the load balancers that may use it: those that the sweep deletes before.
    pub links: BTreeMap<String, BTreeSet<String>>,
}

impl Agreed {
    /// Reads a plan file and holds it against the present.
    ///
    /// # Errors
    /// Why it can't be applied.
    pub fn read(text: &str, now: Timestamp) -> Result<Agreed, Refused> {
        let mut value: Value = serde_json::from_str(text).map_err(|_| Refused::NoPlan)?;
        let fields = value.as_object_mut().ok_or(Refused::NoPlan)?;
        let digest = fields.remove("digest").ok_or(Refused::NoPlan)?;
        if canonical::digest(&value).ok().map(Value::from) != Some(digest) {
            return Err(Refused::Changed);
        }
        let rules = value["rules"].as_u64().ok_or(Refused::NoPlan)?;
        if rules != u64::from(RULES) || value["format"] != FORMAT {
            return Err(Refused::OtherRules { found: rules });
        }
        let header: Header = serde_json::from_value(value["header"].take()).map_err(|_| Refused::NoPlan)?;
        let policy = serde_json::from_value(value["policy"].take()).map_err(|_| Refused::NoPlan)?;
        if header.valid_until < now {
            return Err(Refused::Expired {
                until: header.valid_until,
            });
        }
        let planned = value["delete"].as_array().ok_or(Refused::NoPlan)?.iter();
        let pairs = planned.map(|planned| {
            let text = |name: &str| planned[name].as_str().map(str::to_owned);
            text("id").zip(text("fingerprint")).ok_or(Refused::NoPlan)
        });
        Ok(Agreed {
            fingerprints: pairs.collect::<Result<_, _>>()?,
            links: links(&value["sweep"]["nodes"]).ok_or(Refused::NoPlan)?,
            header,
            policy,
        })
    }

    /// Whether it was made for this account, region, VPC and these states.
    ///
    /// # Errors
    /// What it was made for instead.
    pub fn is_for(&self, inventory: &Inventory, managed: &Managed) -> Result<(), Refused> {
        let Header {
            account,
            region,
            vpc,
            states,
            ..
        } = &self.header;
        let caller = &inventory.caller;
        for (what, planned, actual) in [
            ("account", account, &caller.account),
            ("region", region, &caller.region),
            ("VPC", vpc, &inventory.vpc.id),
        ] {
            if planned != actual {
                return Err(Refused::Elsewhere {
                    what,
                    planned: planned.clone(),
                    actual: actual.clone(),
                });
            }
        }
        match states == managed.versions() {
            true => Ok(()),
            false => Err(Refused::StateChanged),
        }
    }
}

fn links(nodes: &Value) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let nodes = nodes.as_array()?;
    let mut links = BTreeMap::new();
    for node in nodes {
        if node["step"]["do"] != "delete_target_group" {
            continue;
        }
        let group = node["step"]["target_group"].as_str()?;
        let before = node["after"].as_array()?.iter().map(|at| {
            let at = usize::try_from(at.as_u64()?).ok()?;
            nodes.get(at)?["step"]["load_balancer"]
                .as_str()
                .map(str::to_owned)
        });
        links.insert(group.to_owned(), before.collect::<Option<_>>()?);
    }
    Some(links)
}

/// ARN or id → what the object is, as far as a deletion depends on it.
///
/// # Errors
/// Never in practice: everything in it is JSON.
pub fn fingerprints(inventory: &Inventory) -> Result<BTreeMap<String, String>, serde_json::Error> {
    let Inventory {
        classic,
        modern,
        target_groups,
        security_groups,
        ..
    } = inventory;
    let balancers = classic.items.iter().chain(&modern.items);
    let balancers = balancers.map(|it| (&it.arn, balancer(it)));
    let groups = target_groups.items.iter().map(|it| (&it.arn, target_group(it)));
    let security = security_groups
        .items
        .iter()
        .map(|it| (&it.id, security_group(it)));
    balancers
        .chain(groups)
        .chain(security)
        .map(|(id, what)| Ok((id.clone(), canonical::digest(&what)?)))
        .collect()
}

fn balancer(it: &LoadBalancer) -> Value {
    json!({
        "arn": it.arn, "kind": it.kind, "name": it.name, "dns_name": it.dns_name, "created_at": it.created_at,
        "scheme": it.scheme, "vpc": it.vpc, "subnets": sorted(&it.subnets),
        "security_groups": sorted(&it.security_groups), "tags": tags(&it.tags),
    })
}

/// The load balancers that use it are left out: they go first. The sweep says which they may be.
fn target_group(it: &TargetGroup) -> Value {
    json!({ "arn": it.arn, "name": it.name, "vpc": it.vpc, "tags": tags(&it.tags) })
}

pub(crate) fn print_of_balancer(it: &LoadBalancer) -> Result<String, serde_json::Error> {
    canonical::digest(&balancer(it))
}

pub(crate) fn print_of_target_group(it: &TargetGroup) -> Result<String, serde_json::Error> {
    canonical::digest(&target_group(it))
}

pub(crate) fn print_of_group(it: &SecurityGroup) -> Result<String, serde_json::Error> {
    canonical::digest(&security_group(it))
}

/// Its rules are left out: they change while the others go.
fn security_group(it: &SecurityGroup) -> Value {
    json!({
        "id": it.id, "owner": it.owner, "name": it.name, "description": it.description, "tags": it.tags,
    })
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn tags(tags: &Reading<crate::inventory::Tags>) -> Value {
    match tags {
        Reading::Read(tags) => json!(tags),
        // Never equal to any that were read: nothing that is planned was unread.
        Reading::Unread(_) => Value::from("unread"),
    }
}

#[cfg(test)]
mod tests;
