//! Tags of load balancers and target groups, twenty at once. AWS refuses a whole batch for one name that is gone: the
//! batch is cut in two until the name is found, and the others are read.

use crate::aws::wait::{Boxed, together};
use crate::aws::{Class, Error, Kind, Run};
use crate::inventory::{Reading, Tags};
use std::collections::BTreeMap;

/// The most that AWS takes at once.
pub(crate) const BATCH: usize = 20;

/// Name or ARN → its tags, or why there are none.
pub(crate) type Found = BTreeMap<String, Reading<Tags>>;

/// Of classic load balancers, by name.
pub(crate) async fn classic(run: &Run<'_>, names: &[String]) -> Found {
    let batches = names
        .chunks(BATCH)
        .map(|batch| bisect(batch.to_vec(), move |names| Box::pin(few_classic(run, names))));
    collect(together(batches).await)
}

/// Of newer load balancers and target groups, by ARN.
pub(crate) async fn modern(run: &Run<'_>, arns: &[String]) -> Found {
    let batches = arns
        .chunks(BATCH)
        .map(|batch| bisect(batch.to_vec(), move |arns| Box::pin(few_modern(run, arns))));
    collect(together(batches).await)
}

fn collect(batches: Vec<Vec<(String, Result<Tags, Error>)>>) -> Found {
    let pairs = batches.into_iter().flatten();
    pairs
        .map(|(name, tags)| {
            let tags = match tags {
                Ok(tags) => Reading::Read(tags),
                Err(error) => Reading::Unread(error.to_string()),
            };
            (name, tags)
        })
        .collect()
}

/// What one batch has to say of each name.
pub(crate) type Batch<T> = Result<BTreeMap<String, T>, Error>;

/// Asks for all names at once, and for halves of them as long as one of them is not found.
pub(crate) fn bisect<'a, T: Send + 'a>(
    names: Vec<String>,
    ask: impl Fn(Vec<String>) -> Boxed<'a, Batch<T>> + Send + 'a,
) -> Boxed<'a, Vec<(String, Result<T, Error>)>> {
    Box::pin(async move {
        let mut answers = Vec::with_capacity(names.len());
        let mut open = vec![names];
        while let Some(mut batch) = open.pop() {
            match ask(batch.clone()).await {
                Ok(mut found) => answers.extend(batch.into_iter().map(|name| {
                    let silent = || {
                        Error::ours(
                            Kind::Malformed,
                            "reading",
                            &name,
                            "the answer does not speak of it",
                        )
                    };
                    let answer = found.remove(&name).ok_or_else(silent);
                    (name, answer)
                })),
                Err(error) if error.kind == Kind::NotFound && 1 < batch.len() => {
                    let two = batch.split_off(batch.len() / 2);
                    open.extend([two, batch]);
                }
                Err(error) => answers.extend(batch.into_iter().map(|name| (name, Err(error.clone())))),
            }
        }
        answers
    })
}

async fn few_classic(run: &Run<'_>, names: Vec<String>) -> Batch<Tags> {
    const DOING: &str = "elasticloadbalancing:DescribeTags";
    let on = names.join(", ");
    let call = run.aws.elb().describe_tags();
    let call = call.set_load_balancer_names(Some(names));
    let answer = run
        .read(Class::ClassicRead, DOING, &on, || call.clone().send())
        .await?;
    let pairs = answer.tag_descriptions.into_iter().flatten();
    let pairs = pairs.filter_map(|one| {
        let tags = one.tags.unwrap_or_default().into_iter();
        let tags = tags.map(|tag| (tag.key, tag.value.unwrap_or_default()));
        Some((one.load_balancer_name?, tags.collect()))
    });
    Ok(pairs.collect())
}

async fn few_modern(run: &Run<'_>, arns: Vec<String>) -> Batch<Tags> {
    const DOING: &str = "elasticloadbalancing:DescribeTags";
    let on = arns.join(", ");
    let call = run.aws.elbv2().describe_tags();
    let call = call.set_resource_arns(Some(arns));
    let answer = run
        .read(Class::ModernRead, DOING, &on, || call.clone().send())
        .await?;
    let pairs = answer.tag_descriptions.into_iter().flatten();
    let pairs = pairs.filter_map(|one| {
        let tags = one.tags.unwrap_or_default().into_iter();
        let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
        Some((one.resource_arn?, tags.collect()))
    });
    Ok(pairs.collect())
}
