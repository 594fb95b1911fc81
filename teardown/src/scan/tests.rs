//! That a scan can run within any task, and how a batch that AWS refuses is cut.

use super::*;
use std::future::ready;
use std::sync::Mutex;

#[test]
fn a_scan_can_be_sent_to_another_thread() {
    fn sent<T: Send>(_: impl FnOnce(&'static Aws, &'static Scope, &'static CancellationToken) -> T) {}
    sent(|aws, scope, stop| scan(aws, scope, LIMIT, &crate::watch::Unwatched, stop));
    sent(|aws, _, stop| vpcs_of_cluster(aws, "prod", LIMIT, &crate::watch::Unwatched, stop));
}

#[tokio::test]
async fn one_name_that_is_gone_takes_no_other_with_it() {
    let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    let calls = Mutex::new(0);
    let answers = tags::bisect(names, |batch| {
        *calls.lock().unwrap() += 1;
        if batch.iter().any(|name| name == "13") {
            let gone = Error::ours(Kind::NotFound, "asking for", "13", "LoadBalancerNotFound");
            return Box::pin(ready(Err(gone)));
        }
        let found = batch.into_iter().map(|name| (name, ())).collect();
        Box::pin(ready(Ok(found)))
    })
    .await;
    let (read, unread): (Vec<_>, Vec<_>) = answers.iter().partition(|(_, answer)| answer.is_ok());
    assert_eq!((read.len(), unread.len()), (19, 1));
    assert_eq!(unread[0].0, "13");
    assert!(
        *calls.lock().unwrap() <= 11,
        "two more for each time that twenty can be halved"
    );
}

#[tokio::test]
async fn another_refusal_is_not_searched_for_its_cause() {
    let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    let answers = tags::bisect(names, |_| {
        let denied = Error::ours(Kind::Denied, "asking", "", "AccessDenied");
        Box::pin(ready(Err::<BTreeMap<String, ()>, _>(denied)))
    })
    .await;
    assert!(answers.iter().all(|(_, answer)| answer.is_err()));
    assert_eq!(answers.len(), 20);
}
