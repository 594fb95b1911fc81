//! Names that are asked for together go out together, and everybody gets his own answer.

use super::*;
use crate::adapters::fake::{Fake, settings, throttled, together};
use crate::adapters::{Clients, Settings};
use serde_json::{Value, json};

/// Everything exists whose name does not begin with "no".
fn described(body: &str) -> (u16, String) {
    let asked: Value = serde_json::from_str(body).unwrap();
    let names = asked["services"].as_array().unwrap();
    assert!(names.len() <= NAMES, "AWS would refuse {} names", names.len());
    let there = |name: &&Value| !name.as_str().unwrap().starts_with("no");
    let services: Vec<Value> = names
        .iter()
        .filter(there)
        .map(|name| json!({ "serviceName": name, "desiredCount": 1 }))
        .collect();
    (200, json!({ "services": services }).to_string())
}

async fn world() -> (Fake, Clients) {
    let fake = Fake::new(Duration::from_millis(50), |_, _, body| described(body));
    let clients = fake.clients(&settings()).await.unwrap();
    (fake, clients)
}

#[tokio::test(start_paused = true)]
async fn twenty_names_are_two_calls() {
    let (fake, clients) = world().await;
    let asks = (0..20).map(|nth| {
        let client = clients.ecs.clone();
        async move {
            let name = format!("web-{nth}");
            let found = client.service("main", &name).await.unwrap().unwrap();
            assert_eq!(found.service_name(), Some(name.as_str()));
        }
    });
    together(asks).await;
    assert_eq!(fake.times("DescribeServices").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_several_ask_for_is_named_once() {
    let (fake, clients) = world().await;
    let ask = |_| {
        let client = clients.ecs.clone();
        async move { client.service("main", "web").await.unwrap().unwrap() }
    };
    assert_eq!(together((0..3).map(ask)).await.len(), 3);
    assert_eq!(fake.arrivals()[0].body.matches("web").count(), 1);
    assert_eq!(fake.arrivals().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn those_who_come_one_by_one_still_go_together() {
    let (fake, clients) = world().await;
    let ask = |nth: u32| {
        let client = clients.ecs.clone();
        async move {
            rest(QUIET / 2 * nth, &CancellationToken::new()).await.unwrap();
            client.service("main", &format!("web-{nth}")).await.unwrap()
        }
    };
    together((0..8).map(ask)).await;
    assert_eq!(fake.times("DescribeServices").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_remembered_and_clusters_are_asked_apart() {
    let (fake, clients) = world().await;
    for _ in 0..2 {
        let (here, there) = tokio::join!(
            clients.ecs.service("main", "web"),
            clients.ecs.service("other", "nobody")
        );
        assert!(here.unwrap().is_some() && there.unwrap().is_none());
    }
    assert_eq!(fake.times("DescribeServices").len(), 4);
}

#[tokio::test(start_paused = true)]
async fn who_asks_while_a_call_is_under_way_gets_a_call_of_his_own() {
    let (fake, clients) = world().await;
    let late = async {
        rest(QUIET * 3, &CancellationToken::new()).await.unwrap();
        clients.ecs.service("main", "web").await.unwrap()
    };
    let (_, late) = tokio::join!(clients.ecs.service("main", "web"), late);
    assert!(late.is_some());
    assert_eq!(fake.times("DescribeServices").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_is_told_to_everybody_in_it() {
    let fake = Fake::new(Duration::ZERO, |_, _, _| throttled());
    let once = Settings {
        max_retries: Some(0),
        ..settings()
    };
    let clients = fake.clients(&once).await.unwrap();
    let ask = |_| {
        let client = clients.ecs.clone();
        async move { client.service("main", "web").await }
    };
    for answer in together((0..3).map(ask)).await {
        assert_ne!(answer.unwrap_err().kind, Kind::NotFound);
    }
}

#[tokio::test(start_paused = true)]
async fn without_its_cluster_a_service_does_not_exist() {
    let fake = Fake::new(Duration::ZERO, |_, _, _| {
        let body = json!({ "__type": "ClusterNotFoundException", "message": "Cluster not found." });
        (400, body.to_string())
    });
    let clients = fake.clients(&settings()).await.unwrap();
    assert!(clients.ecs.service("none", "web").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_aws_refuses_fails_nobody_else() {
    let fake = Fake::new(Duration::ZERO, |_, _, body| {
        if body.contains("b blue!") {
            let body = json!({ "__type": "InvalidParameterException", "message": "Invalid identifier" });
            return (400, body.to_string());
        }
        described(body)
    });
    let clients = fake.clients(&settings()).await.unwrap();
    let ask = |name: &'static str| {
        let client = clients.ecs.clone();
        async move { client.service("main", name).await }
    };
    let answers = together([ask("web"), ask("b blue!"), ask("api")]).await;
    assert!(answers[0].as_ref().unwrap().is_some() && answers[2].as_ref().unwrap().is_some());
    assert_eq!(answers[1].as_ref().unwrap_err().kind, Kind::Refused);
    assert_eq!(fake.times("DescribeServices").len(), 4);
}
