//! What objects are right before they are deleted. AWS has no delete-if-unchanged: this look, at most a moment old, is
//! as near as one gets.

use crate::aws::wait::{Boxed, together};
use crate::aws::{Class, Error, Run};
use crate::document::{print_of_balancer, print_of_group, print_of_target_group};
use crate::inventory::{Inventory, LoadBalancer, Reading, Tags, TargetGroup};
use crate::scan::{balancers, network, tags};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// How long a look may take for a deletion to rest on it.
const FRESH: Duration = Duration::from_secs(1);
/// How often it is tried.
const LOOKS: u32 = 10;

/// Which call an object is looked at and deleted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Classic,
    Modern,
    TargetGroup,
    SecurityGroup,
}

impl Family {
    /// The bucket of its changes.
    pub fn class(self) -> Class {
        match self {
            Family::Classic => Class::ClassicWrite,
            Family::Modern | Family::TargetGroup => Class::ModernWrite,
            Family::SecurityGroup => Class::NetworkWrite,
        }
    }
}

/// How an object is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Now {
    /// As it was agreed on.
    Same,
    Gone,
    Drifted(String),
    /// Somebody uses it.
    Used(String),
    Unread(String),
}

pub(crate) struct Recheck<'a> {
    pub run: &'a Run<'a>,
    pub inventory: &'a Inventory,
    pub prints: &'a BTreeMap<String, String>,
    pub links: &'a BTreeMap<String, BTreeSet<String>>,
}

impl Recheck<'_> {
    /// Looks at up to twenty objects of one family. An object and its tags are read by different calls: where one of
    /// them had to be made again the other's answer is old by then, and both are read anew.
    pub async fn look(&self, family: Family, ids: &[String]) -> BTreeMap<String, Now> {
        for _ in 0..LOOKS {
            let began = Instant::now();
            let now = self.once(family, ids).await;
            if began.elapsed() <= FRESH || self.run.stop.is_cancelled() {
                return now;
            }
        }
        let slow = Now::Unread("AWS answers too slowly for it to be looked at right before".to_owned());
        ids.iter().map(|id| (id.clone(), slow.clone())).collect()
    }

    async fn once(&self, family: Family, ids: &[String]) -> BTreeMap<String, Now> {
        match family {
            Family::Classic => self.classic(ids).await,
            Family::Modern => self.modern(ids).await,
            Family::TargetGroup => self.target_groups(ids).await,
            Family::SecurityGroup => self.security_groups(ids).await,
        }
    }

    fn same(&self, id: &str, print: Option<String>) -> Now {
        match (print, self.prints.get(id)) {
            (Some(print), Some(agreed)) if print == *agreed => Now::Same,
            _ => Now::Drifted("it has changed since the plan was made".to_owned()),
        }
    }

    fn balancer(&self, id: &str, found: Result<LoadBalancer, Error>, tags: Option<&Reading<Tags>>) -> Now {
        let balancer = match found {
            Ok(balancer) => balancer,
            Err(error) if error.kind == crate::aws::Kind::NotFound => return Now::Gone,
            Err(error) => return Now::Unread(error.to_string()),
        };
        match tags {
            Some(Reading::Read(tags)) => {
                let tagged = LoadBalancer {
                    tags: Reading::Read(tags.clone()),
                    ..balancer
                };
                self.same(id, print_of_balancer(&tagged).ok())
            }
            Some(Reading::Unread(why)) => Now::Unread(why.clone()),
            None => Now::Unread("its tags were not read".to_owned()),
        }
    }

    async fn classic(&self, ids: &[String]) -> BTreeMap<String, Now> {
        let arns: BTreeMap<&str, &str> = self
            .inventory
            .classic
            .items
            .iter()
            .map(|it| (it.arn.as_str(), it.name.as_str()))
            .collect();
        let names: BTreeMap<String, String> = ids
            .iter()
            .filter_map(|id| Some((arns.get(id.as_str())?.to_string(), id.clone())))
            .collect();
        let list: Vec<String> = names.keys().cloned().collect();
        let run = self.run;
        let few = move |some| -> Boxed<'_, _> { Box::pin(balancers::few_classic(run, some)) };
        let (found, tags) = tokio::join!(tags::bisect(list.clone(), few), tags::classic(run, &list));
        let now = found.into_iter().filter_map(|(name, found)| {
            let id = names.get(&name)?;
            let found = found.map(|balancer| LoadBalancer {
                arn: id.clone(),
                ..balancer
            });
            Some((id.clone(), self.balancer(id, found, tags.get(&name))))
        });
        now.collect()
    }

    async fn modern(&self, ids: &[String]) -> BTreeMap<String, Now> {
        let run = self.run;
        let few = move |some| -> Boxed<'_, _> { Box::pin(balancers::few_modern(run, some)) };
        let (found, tags) = tokio::join!(tags::bisect(ids.to_vec(), few), tags::modern(run, ids));
        let now = found.into_iter().map(|(id, found)| {
            let now = self.balancer(&id, found, tags.get(&id));
            (id, now)
        });
        now.collect()
    }

    async fn target_groups(&self, ids: &[String]) -> BTreeMap<String, Now> {
        let run = self.run;
        let few = move |some| -> Boxed<'_, _> { Box::pin(balancers::few_target_groups(run, some)) };
        let (found, tags) = tokio::join!(tags::bisect(ids.to_vec(), few), tags::modern(run, ids));
        let now = found.into_iter().map(|(id, found)| {
            let now = match (found, tags.get(&id)) {
                (Err(error), _) if error.kind == crate::aws::Kind::NotFound => Now::Gone,
                (Err(error), _) => Now::Unread(error.to_string()),
                (Ok(group), Some(Reading::Read(tags))) => self.target_group(TargetGroup {
                    tags: Reading::Read(tags.clone()),
                    ..group
                }),
                (Ok(_), Some(Reading::Unread(why))) => Now::Unread(why.clone()),
                (Ok(_), None) => Now::Unread("its tags were not read".to_owned()),
            };
            (id, now)
        });
        now.collect()
    }

    fn target_group(&self, group: TargetGroup) -> Now {
        let agreed = self.links.get(&group.arn);
        let strange = |arn: &&String| !agreed.is_some_and(|agreed| agreed.contains(*arn));
        match group.load_balancers.iter().find(strange) {
            Some(other) => Now::Drifted(format!("load balancer {other} uses it now")),
            None => self.same(&group.arn, print_of_target_group(&group).ok()),
        }
    }

    async fn security_groups(&self, ids: &[String]) -> BTreeMap<String, Now> {
        let (groups, users) = tokio::join!(
            network::groups_of(self.run, ids),
            network::interfaces_with(self.run, ids)
        );
        let gap = groups.gap.or(users.gap);
        let now = ids.iter().map(|id| {
            let group = groups.items.iter().find(|(group, _)| group.id == *id);
            let user = users.items.iter().find(|it| it.security_groups.contains(id));
            let now = match (&gap, group, user) {
                (Some(gap), ..) => Now::Unread(gap.clone()),
                (None, None, _) => Now::Gone,
                (None, Some(_), Some(user)) => Now::Used(format!(
                    "network interface {} ({}) has it",
                    user.id, user.description
                )),
                (None, Some((group, _)), None) => self.same(id, print_of_group(group).ok()),
            };
            (id.clone(), now)
        });
        now.collect()
    }

    /// Those of the rules that are still what they were: of this group, this way, naming this peer.
    pub async fn rules(&self, owner: &str, rules: &[String]) -> Result<Vec<String>, String> {
        let groups = self.inventory.security_groups.items.iter();
        let references = groups.filter(|it| it.id == owner).flat_map(|it| &it.references);
        let agreed: BTreeMap<&str, _> = references
            .map(|it| (it.rule.as_str(), (it.direction, it.peer.as_str())))
            .collect();
        let chunks = rules.chunks(network::VALUES);
        let listings = chunks.map(|chunk| -> Boxed<'_, _> {
            Box::pin(network::rules(self.run, "security-group-rule-id", chunk))
        });
        let mut still = Vec::new();
        for listing in together(listings).await {
            if let Some(gap) = listing.gap {
                return Err(gap);
            }
            still.extend(listing.items.into_iter().filter_map(|rule| {
                let same = agreed.get(rule.id.as_str()) == Some(&(rule.direction, rule.peer.as_deref()?));
                (same && rule.owner == owner && rules.contains(&rule.id)).then_some(rule.id)
            }));
        }
        Ok(still)
    }
}
