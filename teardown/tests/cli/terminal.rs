//! At a terminal: the question, the bar, colors, and Ctrl-C.

use crate::place::Place;
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use sandbox::{Fault, FaultRule};
use std::time::{Duration, Instant};

const LIMIT: u64 = 60_000;
/// Wide enough for every row.
const WIDE: u16 = 200;

/// Runs something at a terminal that the program sits at: the exit code.
async fn at_terminal(
    place: &Place,
    args: &[&str],
    act: impl FnOnce(&mut PtySession) + Send + 'static,
) -> i32 {
    let args = [args, &["--state", "network.tfstate"]].concat();
    sitting(place.at_terminal(WIDE, &args), act).await
}

async fn sitting(command: std::process::Command, act: impl FnOnce(&mut PtySession) + Send + 'static) -> i32 {
    let sitting = tokio::task::spawn_blocking(move || {
        let mut session = spawn_command(command, Some(LIMIT)).unwrap();
        act(&mut session);
        session.exp_eof().unwrap();
        match session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?}"),
        }
    });
    sitting.await.unwrap()
}

/// All that appears at a terminal of this width until the program ends by itself.
async fn shown(place: &Place, width: u16, args: &[&str], setting: Option<(&str, &str)>) -> String {
    let args = [args, &["--state", "network.tfstate"]].concat();
    let mut command = place.at_terminal(width, &args);
    command.envs(setting);
    let shown = tokio::task::spawn_blocking(move || {
        let mut session = spawn_command(command, Some(LIMIT)).unwrap();
        session.exp_eof().unwrap()
    });
    shown.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_typed_id_deletes_and_bars_are_shown() {
    let place = Place::new().await;
    let vpc = place.vpc.clone();
    let code = at_terminal(&place, &["apply"], move |terminal| {
        terminal.exp_string("reading the network").unwrap();
        terminal
            .exp_string(&format!("Type {vpc} to delete 2 objects"))
            .unwrap();
        terminal.send_line(&vpc).unwrap();
        terminal.exp_string("delete load balancer").unwrap();
        terminal.exp_string("2 of 2 objects are gone").unwrap();
    });
    assert_eq!(code.await, 0);
    assert!(!place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_word_leaves_everything_as_it_is() {
    let place = Place::new().await;
    for word in ["yes", "vpc-", ""] {
        let code = at_terminal(&place, &["apply"], move |terminal| {
            terminal.exp_string("to delete 2 objects").unwrap();
            terminal.send_line(word).unwrap();
            terminal.exp_string("Nothing was done.").unwrap();
        });
        assert_eq!(code.await, 5, "{word:?}");
    }
    assert!(place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_question_leaves_everything_as_it_is() {
    let place = Place::new().await;
    let code = at_terminal(&place, &["apply"], |terminal| {
        terminal.exp_string("to delete 2 objects").unwrap();
        terminal.send_control('c').unwrap();
        terminal.exp_string("Nothing was done.").unwrap();
    });
    assert_eq!(code.await, 5);
    assert!(place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_during_a_run_ends_it_and_says_what_is_left() {
    // The interfaces stay for longer than anybody looks on.
    let place = Place::at(100.0).await;
    let vpc = place.vpc.clone();
    let group = place.group.clone();
    let began = Instant::now();
    let code = at_terminal(&place, &["apply"], move |terminal| {
        terminal.exp_string("to delete 2 objects").unwrap();
        terminal.send_line(&vpc).unwrap();
        terminal.exp_string("waiting for AWS to release").unwrap();
        terminal.send_control('c').unwrap();
        terminal.exp_string("once more ends at once").unwrap();
        terminal.exp_string("deleted ").unwrap();
        terminal.exp_string(&format!("not reached   {group}")).unwrap();
        terminal.exp_string("1 of 2 objects are gone").unwrap();
        terminal
            .exp_string("To go on, run the same command again.")
            .unwrap();
    });
    assert_eq!(code.await, 4);
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(!place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_ctrl_c_ends_at_once() {
    let place = Place::new().await;
    let rule = FaultRule {
        action: Some("DeleteLoadBalancer".into()),
        ..FaultRule::new(Fault::Latency(Duration::from_secs(600)))
    };
    place.sandbox.faults().add(rule);
    let vpc = place.vpc.clone();
    let audit = place.path("audit.jsonl");
    let written = audit.display().to_string();
    let args = ["apply", "--audit", &written];
    let began = Instant::now();
    let code = at_terminal(&place, &args, move |terminal| {
        terminal.exp_string("to delete 2 objects").unwrap();
        terminal.send_line(&vpc).unwrap();
        terminal.exp_string("delete load balancer").unwrap();
        // The step has begun, but its call waits for its turn.
        while !std::fs::read_to_string(&audit).is_ok_and(|text| text.contains("DeleteLoadBalancer")) {
            assert!(began.elapsed() < Duration::from_secs(10), "no call was made");
            std::thread::yield_now();
        }
        terminal.send_control('c').unwrap();
        terminal.exp_string("once more ends at once").unwrap();
        terminal.send_control('c').unwrap();
        terminal.exp_string("Ended at once").unwrap();
    });
    assert_eq!(code.await, 4);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "the call is not waited for"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_gets_tables_and_colors() {
    let place = Place::new().await;
    let orphan = "\x1b[1;35morphan\x1b[0m";
    let text = shown(&place, WIDE, &["scan"], None).await;
    assert!(text.contains(orphan) && text.contains("VERDICT"), "{text:?}");
    for (args, setting) in [
        (&["scan", "--color", "never"][..], None),
        (&["scan"][..], Some(("NO_COLOR", "1"))),
    ] {
        let text = shown(&place, WIDE, args, setting).await;
        let table = text.rsplit_once("VERDICT").unwrap().1;
        assert!(
            table.contains("orphan") && !table.contains("\x1b["),
            "{args:?}: {table:?}"
        );
    }
    let piped = place
        .run(&[
            "scan",
            "--state",
            "network.tfstate",
            "--output",
            "table",
            "--color",
            "always",
        ])
        .await;
    assert!(piped.stdout.contains(orphan), "{}", piped.stdout);
    assert!(
        !piped.stderr.contains('\x1b'),
        "no bar where nobody looks: {}",
        piped.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_is_wider_than_the_terminal() {
    let place = Place::new().await;
    let text = shown(&place, 80, &["scan", "--color", "never"], None).await;
    let table = text
        .rsplit_once("VERDICT")
        .unwrap()
        .1
        .split("Cluster prod is gone")
        .next()
        .unwrap();
    let widest = table.lines().map(|line| line.trim_end().chars().count()).max();
    assert!(
        widest.is_some_and(|widest| (40..=80).contains(&widest)),
        "{widest:?}: {table}"
    );
}
