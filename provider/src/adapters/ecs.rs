//! The fleet of one service: two ECS services, one per color. Never creates or deletes one.

use super::aws::Doing;
use super::batch;
use crate::ports::{Crew, Fleet, PortError};
use aws_sdk_ecs::primitives::DateTime;
use aws_sdk_ecs::types::{DeploymentRolloutState, Service};
use rollout::{Color, Deployment, PerColor};
use std::sync::Mutex;

/// Two ECS services in one cluster.
pub struct Ecs {
    client: batch::Ecs,
    cluster: String,
    services: PerColor<String>,
    // The deployment that our own UpdateService started. If one that began later is PRIMARY, ECS rolled ours back
    // or somebody else deployed; either way ours did not succeed.
    started: Mutex<PerColor<Option<Started>>>,
}

#[derive(Clone, Debug)]
struct Started {
    id: String,
    at: Option<DateTime>,
}

impl Ecs {
    pub fn new(client: batch::Ecs, cluster: &str, services: PerColor<String>) -> Ecs {
        Ecs {
            client,
            cluster: cluster.to_owned(),
            services,
            started: Mutex::default(),
        }
    }

    /// For people.
    pub fn name(&self, color: Color) -> String {
        format!("ECS service {} in cluster {}", self.services[color], self.cluster)
    }

    fn started(&self) -> PerColor<Option<Started>> {
        self.started
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }
}

impl Fleet for Ecs {
    async fn crews(&self) -> Result<PerColor<Option<Crew>>, PortError> {
        let service = |color: Color| self.client.service(&self.cluster, &self.services[color]);
        let (blue, green) = tokio::try_join!(service(Color::Blue), service(Color::Green))?;
        let services = PerColor { blue, green };
        let started = self.started();
        Ok(PerColor::from_fn(|color| {
            let service = services[color].as_ref()?;
            // A deleted service is described for a while longer.
            if service.status() == Some("INACTIVE") {
                return None;
            }
            Some(crew(service, started[color].as_ref()))
        }))
    }

    async fn deploy(&self, color: Color, version: &str) -> Result<(), PortError> {
        let doing = format!("deploying task definition {version} to");
        let answer = self
            .client
            .update_service()
            .cluster(&self.cluster)
            .service(&self.services[color])
            .task_definition(version)
            .send()
            .await
            .map_err(|error| Doing(&doing, &self.name(color)).failed(error))?;
        let deployments = answer.service().map(Service::deployments).unwrap_or_default();
        let primary = deployments.iter().find(|d| d.status() == Some("PRIMARY"));
        let started = primary.and_then(|deployment| {
            Some(Started {
                id: deployment.id()?.to_owned(),
                at: deployment.created_at().copied(),
            })
        });
        self.started
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())[color] = started;
        Ok(())
    }

    async fn scale(&self, color: Color, to: u32) -> Result<(), PortError> {
        let doing = format!("requesting {to} tasks of");
        self.client
            .update_service()
            .cluster(&self.cluster)
            .service(&self.services[color])
            .desired_count(i32::try_from(to).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| Doing(&doing, &self.name(color)).failed(error))?;
        Ok(())
    }
}

fn count(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn crew(service: &Service, started: Option<&Started>) -> Crew {
    let requested = count(service.desired_count());
    let running = count(service.running_count());
    let version = short(service.task_definition().unwrap_or_default()).to_owned();
    Crew {
        requested,
        running,
        version,
        targets: targets(service),
        deployment: deployment(service, started, requested),
        complaint: complaint(service),
    }
}

fn targets(service: &Service) -> Vec<String> {
    let balancers = service.load_balancers().iter();
    balancers
        .filter_map(|balancer| balancer.target_group_arn().map(str::to_owned))
        .collect()
}

/// "Stable" in the SDK's waiter says nothing here: it succeeds after a rollback and at zero tasks. What counts is
/// that the deployment we started is still the primary one, that it completed, and that its tasks run. ECS may answer with
/// what it knew before our call: a primary deployment that is older than ours condemns nothing.
fn deployment(service: &Service, started: Option<&Started>, requested: u32) -> Deployment {
    let primary = service
        .deployments()
        .iter()
        .find(|d| d.status() == Some("PRIMARY"));
    let Some(primary) = primary else {
        return Deployment::Settled;
    };
    if let (Some(started), Some(now)) = (started, primary.id())
        && started.id != now
    {
        let ours = service
            .deployments()
            .iter()
            .find(|deployment| deployment.id() == Some(started.id.as_str()));
        let failed = ours.is_some_and(|ours| ours.rollout_state() == Some(&DeploymentRolloutState::Failed));
        let replaced = started.at.is_none() || started.at.as_ref() < primary.created_at();
        if !failed && !replaced {
            return Deployment::Rolling {
                running: ours.map_or(0, |ours| count(ours.running_count())),
                wanted: requested,
            };
        }
        let last = service
            .events()
            .first()
            .and_then(|event| event.message())
            .unwrap_or("no event was recorded");
        return Deployment::Failed(format!(
            "deployment {} was replaced by {now} ({last})",
            started.id
        ));
    }
    if primary.rollout_state() == Some(&DeploymentRolloutState::Failed) {
        return Deployment::Failed(
            primary
                .rollout_state_reason()
                .unwrap_or("ECS gave no reason")
                .to_owned(),
        );
    }
    let running = count(primary.running_count());
    let rolling = primary.rollout_state() == Some(&DeploymentRolloutState::InProgress);
    if running < requested || (rolling && 0 < requested) {
        return Deployment::Rolling {
            running,
            wanted: requested,
        };
    }
    Deployment::Settled
}

/// The newest event since the primary deployment began that speaks of trouble. ECS words them for people, so the
/// words are all there is to go by.
fn complaint(service: &Service) -> Option<String> {
    let primary = service
        .deployments()
        .iter()
        .find(|d| d.status() == Some("PRIMARY"));
    let since = primary.and_then(|deployment| deployment.created_at());
    let recent = service
        .events()
        .iter()
        .filter(|event| since <= event.created_at());
    let mut messages = recent.filter_map(|event| event.message());
    let troubled = |message: &&str| {
        ["unhealthy", "unable", "failed"]
            .iter()
            .any(|word| message.contains(word))
    };
    messages
        .find(troubled)
        .map(|message| message.trim_end_matches('.').to_owned())
}

/// `family:revision` of a task definition, whether it was given as that or as an ARN. What ECS echoes is the ARN,
/// what people write is the short form; they are the same thing and must never make a diff.
pub fn short(task_definition: &str) -> &str {
    match task_definition.rsplit_once("task-definition/") {
        Some((arn, name)) if arn.starts_with("arn:") => name,
        _ => task_definition,
    }
}

#[cfg(test)]
mod tests;
