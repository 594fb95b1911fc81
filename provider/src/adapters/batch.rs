//! DescribeServices for everybody at once: ten names of one cluster go out as soon as they are together, fewer once
//! nobody has joined them for a moment. Remembers nothing: every question is answered by a call that began after it.

use super::aws::Doing;
use crate::ports::{Kind, PortError};
use crate::wait::rest;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::Service;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How long a name waits for company since the last one came. Shorter than a call, longer than Terraform takes to ask
/// for its next resource.
const QUIET: Duration = Duration::from_millis(25);
/// How often the wait may begin anew.
const ROUNDS: u32 = 6;
/// AWS's limit of names per call.
const NAMES: usize = 10;

type Answer = Result<Option<Service>, PortError>;
/// Who waits for what, by name.
type Questions = HashMap<String, Vec<oneshot::Sender<Answer>>>;

/// The names of one cluster that wait for company.
#[derive(Debug, Default)]
struct Waiting {
    questions: Questions,
    /// How many batches have left: whoever gathered one that is gone is not needed any more.
    left: u64,
}

/// ECS, with what its callers share. Is a [`Client`] wherever nothing is shared.
#[derive(Clone, Debug)]
pub struct Ecs {
    client: Client,
    /// By cluster.
    open: Arc<Mutex<HashMap<String, Waiting>>>,
}

impl Ecs {
    pub fn new(client: Client) -> Ecs {
        Ecs {
            client,
            open: Arc::default(),
        }
    }

    /// One service by name; `None` if it, or its cluster, does not exist.
    pub async fn service(&self, cluster: &str, name: &str) -> Answer {
        let (answer, answered) = oneshot::channel();
        // Tasks of their own: whoever asked may be gone before the others are answered.
        {
            let mut open = self.open();
            let waiting = open.entry(cluster.to_owned()).or_default();
            let first = waiting.questions.is_empty();
            let askers = waiting.questions.entry(name.to_owned()).or_default();
            askers.push(answer);
            if NAMES <= waiting.questions.len() {
                waiting.left += 1;
                let full = std::mem::take(&mut waiting.questions);
                tokio::spawn(self.clone().ask(cluster.to_owned(), full));
            } else if first {
                tokio::spawn(self.clone().gather(cluster.to_owned(), waiting.left));
            }
        }
        let gone = |_| Err(unanswered(cluster, name));
        answered.await.unwrap_or_else(gone)
    }

    /// Sends what waits since batch number `batch` left, once nobody joins any more.
    async fn gather(self, cluster: String, batch: u64) {
        let mut known = 0;
        for round in 1..=ROUNDS {
            let _ = rest(QUIET, &CancellationToken::new()).await;
            let mut open = self.open();
            let Some(waiting) = open.get_mut(&cluster).filter(|it| it.left == batch) else {
                return;
            };
            if waiting.questions.len() == known || round == ROUNDS {
                waiting.left += 1;
                let questions = std::mem::take(&mut waiting.questions);
                tokio::spawn(self.clone().ask(cluster, questions));
                return;
            }
            known = waiting.questions.len();
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a batch is refused, one name may be the reason, so each is asked by itself.
    async fn ask(self, cluster: String, questions: Questions) {
        let Some(refused) = self.asked(&cluster, questions).await else {
            return;
        };
        for (name, askers) in refused {
            self.asked(&cluster, HashMap::from([(name, askers)])).await;
        }
    }

    /// Answers `questions` with one call, or gives them back.
    async fn asked(&self, cluster: &str, questions: Questions) -> Option<Questions> {
        let names: Vec<String> = questions.keys().cloned().collect();
        let on = format!("ECS services {}", names.join(", "));
        let call = self.client.describe_services().cluster(cluster);
        let result = call.set_services(Some(names)).send().await;
        let result = result.map_err(|error| Doing("describing", &on).failed(error));
        if 1 < questions.len() && matches!(&result, Err(error) if error.kind == Kind::Refused) {
            return Some(questions);
        }
        for (name, askers) in questions {
            for asker in askers {
                // Nobody may be left to hear it.
                let _ = asker.send(match &result {
                    Ok(answer) => {
                        let named = |service: &&Service| service.service_name() == Some(name.as_str());
                        Ok(answer.services().iter().find(named).cloned())
                    }
                    // Without a cluster there are no services: a first apply makes both after this resource.
                    Err(error) if error.kind == Kind::NotFound => Ok(None),
                    Err(error) => Err(error.said_again()),
                });
            }
        }
        None
    }
}

impl Deref for Ecs {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

fn unanswered(cluster: &str, name: &str) -> PortError {
    PortError {
        kind: Kind::Transient,
        doing: "describing".to_owned(),
        on: format!("ECS service {name} in cluster {cluster}"),
        code: None,
        source: None,
    }
}

#[cfg(test)]
mod tests;
