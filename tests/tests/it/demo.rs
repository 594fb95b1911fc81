//! The demo as a person starts it: the built binary, its exit code, its words and the report it leaves.
//!
//! Never asks for the rate of a quiet machine: other tests run at the same time. The demo itself does, by default.

use acceptance::folder::Folder;
use acceptance::place;
use anyhow::{Context, Result};
use quick_xml::events::Event;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// The demo takes half a minute alone.
const PATIENCE: Duration = Duration::from_secs(240);
const PHASES: [&str; 10] = [
    "create",
    "warm",
    "canary",
    "promote",
    "rollback",
    "promote-again",
    "next-warm",
    "next-promote",
    "broken",
    "destroy",
];

struct Demo {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the demo with the built provider; everything it writes goes into `out`.
async fn demo(out: &Folder, args: &[&str], path: Option<&Path>) -> Result<Demo> {
    let mut command = Command::new(place::binary("demo")?);
    command
        .arg("--provider")
        .arg(place::binary("terraform-provider-bluegreen")?)
        .arg("--out")
        .arg(out.path())
        .args(args)
        .env("RUST_BACKTRACE", "1")
        .kill_on_drop(true);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = timeout(PATIENCE, command.output()).await;
    let output = output
        .context("the demo did not end")?
        .context("starting the demo")?;
    Ok(Demo {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

impl Demo {
    fn all(&self) -> String {
        format!("exit code {:?}\n{}{}", self.code, self.stdout, self.stderr)
    }

    /// Failed with nothing but this sentence.
    #[track_caller]
    fn refuses_with(&self, sentence: &str) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.trim_end()),
            (Some(1), "", format!("error: {sentence}").as_str())
        );
    }
}

fn report(out: &Folder) -> Result<Value> {
    let text = fs::read_to_string(out.path().join("report.json")).context("the demo leaves a report")?;
    Ok(serde_json::from_str(&text)?)
}

fn phase<'a>(report: &'a Value, name: &str) -> &'a Value {
    let phases = report["phases"].as_array().map_or(&[][..], Vec::as_slice);
    phases
        .iter()
        .find(|phase| phase["name"] == name)
        .unwrap_or(&Value::Null)
}

fn answers(phase: &Value, audience: &str, color: &str) -> u64 {
    phase[audience][color]
        .as_u64()
        .unwrap_or_else(|| panic!("{audience}.{color} in {phase:#}"))
}

/// What holds of every run that ended green, however its clients were told apart.
#[track_caller]
fn is_a_whole_release(run: &Demo, report: &Value) {
    assert_eq!(run.code, Some(0), "{}", run.all());
    assert_eq!(report["green"], true);
    assert_eq!(report["total"]["failed"], 0);
    let names: Vec<_> = report["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|phase| &phase["name"])
        .collect();
    assert_eq!(names, PHASES);

    let canary = phase(report, "canary");
    assert_eq!(
        answers(canary, "public", "green"),
        0,
        "the public saw the candidate"
    );
    assert!(
        0 < answers(canary, "public", "blue") && 0 < answers(canary, "office", "green"),
        "{canary:#}"
    );
    let broken = phase(report, "broken");
    assert_eq!(broken["exit_code"], 1);
    assert_eq!(
        (
            answers(broken, "public", "green"),
            answers(broken, "office", "green")
        ),
        (0, 0)
    );
    for name in PHASES {
        let switches = ["promote", "rollback", "promote-again", "next-promote"].contains(&name);
        let phase = phase(report, name);
        assert_eq!(phase["switch_ms"].is_number(), switches, "{phase:#}");
    }

    // What is counted per phase is what was counted in all: nothing is lost between two phases.
    let phases = report["phases"].as_array().unwrap();
    let sum: u64 = phases
        .iter()
        .map(|phase| phase["blue"].as_u64().unwrap() + phase["green"].as_u64().unwrap())
        .sum();
    assert_eq!(report["total"]["requests"], sum);
    assert!(1000 < sum, "{report:#}");
}

/// Well-formed to its end, with a name for each act that the load saw.
#[track_caller]
fn is_a_picture_of(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    let (mut depth, mut texts) = (0_i32, String::new());
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error}:\n{svg}"))
        {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Text(text) => texts += &text,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{svg}");
    for name in &PHASES[..9] {
        assert!(texts.contains(name), "{name} is missing:\n{svg}");
    }
    assert!(texts.contains("none failed"), "{texts}");
}

#[tokio::test]
async fn a_whole_release_loses_no_request() {
    let out = Folder::new().unwrap();
    let run = demo(&out, &["--rate", "800", "--min-rate", "500"], None)
        .await
        .unwrap();
    is_a_whole_release(&run, &report(&out).unwrap());
    is_a_picture_of(&fs::read_to_string(out.path().join("switch.svg")).unwrap());
    let events = fs::read_to_string(out.path().join("events.jsonl")).unwrap();
    assert!(events.lines().any(|line| line.contains("\"ModifyRule\"")));
    assert!(
        !run.stdout.contains('\u{1b}'),
        "no control characters without a terminal:\n{}",
        run.stdout
    );
}

#[tokio::test]
async fn a_gap_of_50_ms_turns_the_run_red() {
    let out = Folder::new().unwrap();
    let args = [
        "--rate",
        "400",
        "--min-rate",
        "1",
        "--by-header",
        "--plant-gap",
        "50ms",
    ];
    let run = demo(&out, &args, None).await.unwrap();
    let report = report(&out).unwrap();
    assert_eq!(run.code, Some(1), "{}", run.all());
    assert_eq!(report["green"], false);
    let failed = report["total"]["failed"].as_u64().unwrap();
    assert!(0 < failed);
    assert_eq!(
        phase(&report, "promote")["failed"],
        failed,
        "the gap was in the promotion, and only there"
    );
    assert_eq!(
        report["findings"].as_array().unwrap().len(),
        1,
        "{}",
        report["findings"]
    );
    assert!(run.stdout.contains(&format!(
        "{failed} of {} requests failed",
        report["total"]["requests"]
    )));
}

#[tokio::test]
async fn a_taken_port_is_named_together_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let out = Folder::new().unwrap();
    let run = demo(&out, &["--port", &port.to_string()], None).await.unwrap();
    run.refuses_with(&format!(
        "port {port} of 127.0.0.1 is taken: name another with --port, or leave --port out and any free one is used"
    ));
}

#[tokio::test]
async fn a_missing_terraform_is_named_together_with_where_to_get_it() {
    let out = Folder::new().unwrap();
    let run = demo(&out, &[], Some(out.path())).await.unwrap();
    run.refuses_with(
        "terraform is not on the PATH: install version 1.8 or later from \
         https://developer.hashicorp.com/terraform/install, then run cargo demo again",
    );
}
