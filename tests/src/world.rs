//! The reference world: one balancer, a blue and a green service, four versions of an application, in a fast AWS.
//!
//! Never judges: it shows what happened when a test fails.

use crate::order::{Judge, Service, Side};
use crate::terraform::Setup;
use crate::wait::eventually;
use crate::{permits, place};
use anyhow::{Context, Result, anyhow, bail};
use sandbox::{
    FixedResponse, Options, Sandbox, Seed, SeedAction, SeedHealthCheck, SeedListener, SeedLoadBalancer,
    SeedRevision, SeedService, SeedTargetGroup, SeedTaskDefinition,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Real seconds per AWS second: a health check every 5 s is one every 100 ms.
const TIME_SCALE: f64 = 0.02;
const PATIENCE: Duration = Duration::from_secs(30);
/// A test that has not ended by then hangs.
const TEST: Duration = Duration::from_secs(300);
const PORT: u16 = 8080;
const LAST_EVENTS: usize = 60;

/// A sandbox with something in it.
pub struct World {
    sandbox: Sandbox,
    /// Where `at_ms` of the event log counts from.
    began: Instant,
}

/// Runs `test` in the reference world, for a limited time.
pub async fn with_world(test: impl AsyncFnOnce(&World) -> Result<()>) -> Result<()> {
    let limited = async |world: &World| {
        let outcome = tokio::time::timeout(TEST, test(world)).await;
        outcome.unwrap_or_else(|_| Err(anyhow!("the test had not ended after {TEST:?}")))
    };
    in_world(World::reference().await?, limited).await
}

/// Runs `test` in a world of its own. A failure, by error or by panic, shows the world and the last events.
pub async fn in_world(world: World, test: impl AsyncFnOnce(&World) -> Result<()>) -> Result<()> {
    let shown = ShownOnPanic(&world);
    let outcome = test(&world).await;
    if outcome.is_err() {
        world.show();
    }
    drop(shown);
    let closed = world.shutdown().await;
    outcome.and(closed)
}

struct ShownOnPanic<'a>(&'a World);

impl Drop for ShownOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.show();
        }
    }
}

impl World {
    /// The reference seed, with every seeded task running.
    pub async fn reference() -> Result<Self> {
        let options = Options {
            time_scale: TIME_SCALE,
            ..Options::default()
        };
        Self::start(options, &reference_seed()).await
    }

    /// Any seed, with every seeded task running.
    pub async fn start(options: Options, seed: &Seed) -> Result<Self> {
        let sandbox = Sandbox::start(options).await.context("starting the sandbox")?;
        let seeding = Instant::now();
        sandbox.seed(seed).context("seeding the sandbox")?;
        let began = began(&sandbox, seeding)?;
        let world = Self { sandbox, began };
        eventually(PATIENCE, async || world.steady())
            .await
            .context("waiting for the seeded tasks")?;
        Ok(world)
    }

    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The event log, as the order checker reads it.
    pub fn events(&self) -> Vec<Value> {
        self.sandbox
            .events()
            .into_iter()
            .map(|event| event.json)
            .collect()
    }

    /// When an event took effect.
    pub fn instant(&self, event: &Value) -> Option<Instant> {
        Some(self.began + Duration::from_secs_f64(event["at_ms"].as_f64()? / 1000.0))
    }

    /// The `seq` that the next event will have.
    pub fn next_seq(&self) -> u64 {
        self.events()
            .last()
            .and_then(|event| event["seq"].as_u64())
            .map_or(0, |last| last + 1)
    }

    /// This workspace's provider, quickly installed, with this sandbox as AWS.
    pub fn setup(&self) -> Result<Setup> {
        Ok(Setup::quick()?.aws(&self.sandbox.endpoint(), &Options::default().region))
    }

    /// The order checker for the reference service.
    pub fn judge(&self, required: u32, drain: Duration) -> Judge {
        Judge::new([self.service_under_release(required, drain)])
    }

    /// The reference service, as the order checker has to be told of it.
    pub fn service_under_release(&self, required: u32, drain: Duration) -> Service {
        let side = |name: &str| Side {
            target_group: name.to_owned(),
            ecs_service: Some(name.to_owned()),
        };
        Service {
            name: "web".to_owned(),
            cluster: "main".to_owned(),
            blue: side("web-blue"),
            green: side("web-green"),
            required,
            drain,
        }
    }

    /// Of the only listener.
    pub fn listener_arn(&self) -> Result<String> {
        self.arn("listeners", "ListenerArn", |_| true)
    }

    pub fn target_group_arn(&self, name: &str) -> Result<String> {
        self.arn("target_groups", "TargetGroupArn", |group| {
            group["TargetGroupName"] == name
        })
    }

    pub fn task_definition_arn(&self, revision: u32) -> Result<String> {
        let end = format!(":{revision}");
        let is = |it: &Value| {
            it["taskDefinitionArn"]
                .as_str()
                .is_some_and(|arn| arn.ends_with(&end))
        };
        self.arn("task_definitions", "taskDefinitionArn", is)
    }

    /// Where clients of the application send requests.
    pub fn url(&self) -> Result<String> {
        let listener = self.listener_arn()?;
        let address = self.sandbox.listener_addr(&listener);
        Ok(format!(
            "http://{}",
            address.with_context(|| format!("{listener} does not listen"))?
        ))
    }

    /// One ECS service, as DescribeServices shows it, or null.
    pub fn service(&self, name: &str) -> Value {
        let dump = self.sandbox.dump();
        let services = dump["services"].as_array().cloned().unwrap_or_default();
        services
            .into_iter()
            .find(|service| service["serviceName"] == name)
            .unwrap_or(Value::Null)
    }

    /// Every rule but the default ones, as DescribeRules shows it.
    pub fn rules(&self) -> Vec<Value> {
        let dump = self.sandbox.dump();
        let rules = dump["rules"].as_array().cloned().unwrap_or_default();
        rules
            .into_iter()
            .filter(|rule| rule["IsDefault"] != true)
            .collect()
    }

    /// Waits until every node of the load balancer routes by the newest rules.
    pub async fn propagated(&self) -> Result<()> {
        let lagging = || {
            self.sandbox.dump()["lagging_listeners"]
                .as_array()
                .map_or(0, Vec::len)
        };
        let settled = eventually(PATIENCE, async || match lagging() {
            0 => Ok(()),
            some => Err(format!("{some} listeners lag behind their rules")),
        });
        settled.await.context("waiting for the nodes")
    }

    /// How many targets of a group are healthy.
    pub fn healthy(&self, target_group: &str) -> usize {
        let dump = self.sandbox.dump();
        let groups = dump["target_groups"].as_array().cloned().unwrap_or_default();
        let targets = groups
            .iter()
            .filter(|group| group["TargetGroupName"] == target_group);
        let targets = targets.flat_map(|group| group["Targets"].as_array().cloned().unwrap_or_default());
        targets.filter(|target| target["state"] == "healthy").count()
    }

    /// # Errors
    /// If the provider has called what the IAM policy of its guide does not allow.
    pub async fn shutdown(self) -> Result<()> {
        let permitted = permits::check(&self.events());
        let Self { sandbox, began: _ } = self;
        sandbox.shutdown().await;
        permitted.context("the calls that were made in this world")
    }

    /// Leaves the world and all events in a file, and prints the last events, for whoever reads the failed test.
    #[expect(clippy::print_stderr, reason = "a failing test has nobody else to tell")]
    pub fn show(&self) {
        let events = self.events();
        let from = events.len().saturating_sub(LAST_EVENTS);
        let lines: Vec<String> = events[from..].iter().map(ToString::to_string).collect();
        let dump = json!({ "world": self.sandbox.dump(), "events": events });
        let file = keep(&dump).map_or_else(
            |error| format!("the world could not be kept ({error:#}):\n{dump:#}"),
            |path| format!("the world and all events: {}", path.display()),
        );
        eprintln!("--- the last events ---\n{}\n---\n{file}", lines.join("\n"));
    }

    fn arn(&self, kind: &str, key: &str, is: impl Fn(&Value) -> bool) -> Result<String> {
        let dump = self.sandbox.dump();
        let found = dump[kind].as_array().into_iter().flatten().find(|it| is(it));
        let Some(arn) = found.and_then(|it| it[key].as_str()) else {
            bail!("no such thing among the {kind}")
        };
        Ok(arn.to_owned())
    }

    fn steady(&self) -> Result<(), String> {
        let dump = self.sandbox.dump();
        let services = dump["services"].as_array().cloned().unwrap_or_default();
        let short = services
            .iter()
            .find(|service| service["runningCount"] != service["desiredCount"]);
        short.map_or(Ok(()), |service| {
            Err(format!(
                "{} runs {} of {}",
                service["serviceName"], service["runningCount"], service["desiredCount"]
            ))
        })
    }
}

/// One file per test: a test's thread has its name.
fn keep(dump: &Value) -> Result<PathBuf> {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("test").replace("::", "-");
    let folder = place::failures()?;
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let file = folder.canonicalize()?.join(format!("{name}.json"));
    std::fs::write(&file, serde_json::to_vec_pretty(dump)?)
        .with_context(|| format!("writing {}", file.display()))?;
    Ok(file)
}

/// Where the log's times count from: the seed's own event carries the moment at which seeding began.
fn began(sandbox: &Sandbox, seeding: Instant) -> Result<Instant> {
    let seeded = sandbox
        .events()
        .into_iter()
        .rfind(|event| event.json["event"] == "world");
    let at_ms = seeded.and_then(|event| event.json["at_ms"].as_f64());
    let at = Duration::from_secs_f64(at_ms.context("a seed is an event")? / 1000.0);
    seeding
        .checked_sub(at)
        .context("the sandbox began before it was seeded")
}

/// One balancer with one listener, two groups, four versions of which the last is broken; blue runs, green does not.
pub fn reference_seed() -> Seed {
    let balancer = || "web-alb".to_owned();
    let group = |name: &str| SeedTargetGroup {
        name: name.to_owned(),
        port: PORT,
        health_check: SeedHealthCheck {
            path: Some("/health".to_owned()),
            interval_seconds: Some(5),
            timeout_seconds: Some(2),
            healthy_threshold: Some(2),
            unhealthy_threshold: Some(2),
        },
        deregistration_delay_seconds: Some(5),
        ..SeedTargetGroup::default()
    };
    let service = |name: &str, desired_count: u32| SeedService {
        cluster: "main".to_owned(),
        name: name.to_owned(),
        task_definition: "web:1".to_owned(),
        desired_count,
        target_group: Some(name.to_owned()),
        port: PORT,
        ..SeedService::default()
    };
    let revision = |env: &[(&str, &str)]| SeedRevision {
        env: env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        port: PORT,
        ..SeedRevision::default()
    };
    Seed {
        load_balancers: vec![SeedLoadBalancer {
            name: balancer(),
            ..SeedLoadBalancer::default()
        }],
        target_groups: vec![group("web-blue"), group("web-green")],
        listeners: vec![SeedListener {
            load_balancer: balancer(),
            port: 80,
            default: SeedAction::FixedResponse(FixedResponse {
                status: 404,
                body: "no rule matched".to_owned(),
            }),
            ..SeedListener::default()
        }],
        clusters: vec!["main".to_owned()],
        task_definitions: vec![SeedTaskDefinition {
            family: "web".to_owned(),
            revisions: vec![
                revision(&[("APP_VERSION", "v1")]),
                revision(&[("APP_VERSION", "v2")]),
                revision(&[("APP_VERSION", "v3")]),
                revision(&[("APP_VERSION", "v4"), ("FORCE_ERROR", "true")]),
            ],
        }],
        services: vec![service("web-blue", 2), service("web-green", 0)],
        ..Seed::default()
    }
}

#[cfg(test)]
mod tests;
