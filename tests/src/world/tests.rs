//! That the reference world is what it claims to be, and that its log is one the order checker can read.

use super::with_world;
use crate::wait::eventually;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn blue_runs_green_does_not_and_nothing_is_routed() {
    with_world(async |world| {
        let count = |name| world.service(name)["runningCount"].clone();
        assert_eq!(
            (count("web-blue").as_u64(), count("web-green").as_u64()),
            (Some(2), Some(0))
        );
        assert_eq!(world.rules().len(), 0);
        assert_eq!(
            world.healthy("web-blue"),
            0,
            "a group that no rule names is not checked"
        );
        assert!(
            world
                .target_group_arn("web-green")?
                .contains(":targetgroup/web-green/")
        );
        assert!(world.task_definition_arn(4)?.ends_with("task-definition/web:4"));

        let address: SocketAddr = world.url()?.trim_start_matches("http://").parse()?;
        let answer = eventually(Duration::from_secs(5), async || {
            get(address).await.map_err(|it| it.to_string())
        });
        let answer = answer.await?;
        assert!(
            answer.starts_with("HTTP/1.1 404") && answer.ends_with("no rule matched"),
            "{answer}"
        );
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_order_checker_reads_the_log_of_the_world() {
    with_world(async |world| {
        let events = world.events();
        assert!(
            events.iter().any(|event| event["event"] == "world"),
            "a seed is logged as a world"
        );
        assert!(
            events
                .iter()
                .any(|event| event["event"] == "task" && event["state"] == "RUNNING")
        );
        assert_eq!(world.next_seq(), events.len() as u64);
        world.judge(2, Duration::ZERO).assert(&events);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_times_of_the_log_are_instants_of_this_process() {
    let before = Instant::now();
    with_world(async |world| {
        let events = world.events();
        let times: Vec<_> = events.iter().filter_map(|event| world.instant(event)).collect();
        assert_eq!(times.len(), events.len());
        assert!(times.is_sorted() && before <= times[0] && *times.last().unwrap() <= Instant::now());
        assert_eq!(world.instant(&serde_json::Value::Null), None);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_failing_test_keeps_its_error() {
    let error = with_world(async |world| {
        let missing = world.target_group_arn("web-red");
        missing.map(|_| ())
    });
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "no such thing among the target_groups"
    );
}

async fn get(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: shop.test\r\nconnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
