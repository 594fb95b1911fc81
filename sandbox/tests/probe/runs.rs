//! Whole runs against a server that behaves as the test supposes.
//!
//! Never judges latencies: a busy machine has its own.

use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{Deed, Server, color, start};

pub fn probe(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bluegreen-sandbox"))
        .arg("probe")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{}", said(output)))
}

pub fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr))
}

/// A file that goes away with its folder's name.
pub struct File(std::path::PathBuf);

impl File {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("probe-{}-{next}-{name}", std::process::id())))
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.0).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn steady() -> Server {
    start(None, |_| color("blue"))
}

#[test]
fn help_says_what_counts_and_how_it_ends() {
    let output = probe(&["--help"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!("help", String::from_utf8(output.stdout).unwrap());
}

#[test]
fn a_planted_gap_is_found_at_2500_requests_a_second() {
    // Counted from the first request: what a release does that takes a color away too early.
    let gap = (Duration::from_millis(1500), Duration::from_millis(1650));
    let first = std::sync::OnceLock::new();
    let server = start(None, move |_| {
        let since = first.get_or_init(Instant::now).elapsed();
        match since {
            since if since < gap.0 => color("blue"),
            since if since < gap.1 => Deed::Break,
            _ => color("green"),
        }
    });
    let (json, svg) = (File::new("gap.json"), File::new("gap.svg"));
    let files = ["--json", json.path(), "--svg", svg.path()];
    let url = server.url();
    let mut arguments = vec![url.as_str(), "--rate", "2500", "--duration", "3s"];
    arguments.extend(files);
    let output = probe(&arguments);
    assert_eq!(code(&output), 2, "{}", said(&output));
    let report = json.json();
    assert_eq!(report["verdict"], "failed");
    let number = |value: &Value| value.as_u64().unwrap();
    let (started, failed) = (number(&report["started"]), number(&report["failed"]));
    assert_eq!(started, number(&report["succeeded"]) + failed);
    let due = report["seconds"].as_f64().unwrap() * 2500.0;
    assert!(
        (due * 0.9..=due + 2.0).contains(&(started as f64)),
        "{started} of {due}"
    );
    // 150 ms are 375 requests; a busy machine may be late with some of them.
    assert!((100..=1000).contains(&failed), "{failed}");
    assert_eq!(report["failures"]["broken"], failed);
    let outages = report["outages"].as_array().unwrap();
    assert_eq!(outages.len(), 1, "{outages:#?}");
    let ms = |name: &str| outages[0][name].as_f64().unwrap();
    assert!(
        (1200.0..1700.0).contains(&ms("from_ms")) && ms("from_ms") < ms("to_ms"),
        "{outages:#?}"
    );
    let colors = &report["audiences"][&url]["colors"];
    assert!(number(&colors["blue"]["versions"]["of-blue"]["200"]) > 2000);
    assert!(number(&colors["green"]["versions"]["of-green"]["200"]) > 2000);
    assert!(
        said(&output).contains("the connection broke"),
        "{}",
        said(&output)
    );
    assert!(svg.text().contains("FAILED</text>"));
}

#[test]
fn what_is_allowed_to_fail_fails_nothing() {
    let count = AtomicU64::new(0);
    let server = start(None, move |_| match count.fetch_add(1, Ordering::Relaxed) {
        // The first is asked before the load.
        20..23 => Deed::Answer(503, String::new(), String::new()),
        _ => color("blue"),
    });
    let output = probe(&[
        &server.url(),
        "--rate",
        "100",
        "--duration",
        "1s",
        "--allow-failed",
        "3",
    ]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(
        said(&output).contains("3 failed (3 allowed)"),
        "{}",
        said(&output)
    );
    assert!(said(&output).contains("503 × 3"), "{}", said(&output));
}

#[test]
fn a_command_runs_under_load_and_its_failure_is_passed_on() {
    let server = steady();
    let url = server.url();
    let json = File::new("command.json");
    let run = |script: &str| {
        let timing = ["--rate", "100", "--before", "200ms", "--after", "200ms"];
        let mut arguments = vec![url.as_str(), "--json", json.path()];
        arguments.extend(timing);
        arguments.extend(["--", "sh", "-c", script]);
        probe(&arguments)
    };
    let output = run("echo of the command");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(said(&output).contains("of the command"));
    let report = json.json();
    let phases: Vec<_> = report["phases"].as_array().unwrap().iter().collect();
    let names: Vec<_> = phases
        .iter()
        .map(|phase| phase["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["start", "command", "after"]);
    assert!(phases[0]["succeeded"].as_u64() > Some(5) && phases[2]["succeeded"].as_u64() > Some(5));
    assert_eq!(report["command"]["exit_code"], 0);
    assert!(
        !json.text().contains("echo of the command"),
        "its arguments may be secrets"
    );

    assert_eq!(code(&run("exit 7")), 7);
    assert_eq!(code(&run("kill -TERM $$")), 128 + 15);
    assert_eq!(json.json()["command"]["exit_code"], 143);
    let missing = probe(&[&url, "--before", "10ms", "--", "no-such-program"]);
    assert_eq!(code(&missing), 1);
    assert!(
        said(&missing).contains("starting no-such-program"),
        "{}",
        said(&missing)
    );
}

#[test]
fn several_urls_are_asked_evenly_each_by_its_own_name() {
    let server = start(None, |head| {
        match (
            head.contains("host: a.example.com\r\n"),
            head.contains("host: b.example.com:81\r\n"),
        ) {
            (true, false) if head.contains("X-Tenant: one\r\n") => color("blue"),
            (false, true) => color("green"),
            _ => Deed::Answer(400, String::new(), String::new()),
        }
    });
    let to = format!("::127.0.0.1:{}", server.address.port());
    let json = File::new("several.json");
    let output = probe(&[
        "http://a.example.com/",
        "http://b.example.com:81/x",
        "--connect-to",
        &to,
        "--header",
        "X-Tenant: one",
        "--rate",
        "200",
        "--duration",
        "1s",
        "--json",
        json.path(),
    ]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let report = json.json();
    let answers = |url: &str, color: &str| {
        let answers = &report["audiences"][url]["colors"][color]["answers"];
        answers.as_u64().unwrap_or_else(|| panic!("{report:#}"))
    };
    let (a, b) = (
        answers("http://a.example.com/", "blue"),
        answers("http://b.example.com:81/x", "green"),
    );
    assert!(a.abs_diff(b) <= 4 && 60 < a, "{a} {b}");
}

#[test]
fn colors_are_read_from_a_body_too() {
    let server = start(None, |_| {
        let body = r#"{"app":{"color":"teal","build":12}}"#;
        Deed::Answer(200, String::new(), body.to_owned())
    });
    let from = [
        "--color-from",
        "json:app.color",
        "--version-from",
        "json:app.build",
    ];
    let url = server.url();
    let mut arguments = vec![
        url.as_str(),
        "--rate",
        "50",
        "--duration",
        "500ms",
        "--no-keep-alive",
    ];
    arguments.extend(from);
    let output = probe(&arguments);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(said(&output).contains("teal     12"), "{}", said(&output));
}

#[test]
fn what_keeps_it_from_running_is_said_and_is_neither_pass_nor_failure() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let refused = format!("http://{free}/");
    let server = steady();
    let url = server.url();
    for (arguments, says) in [
        (
            &[refused.as_str(), "--duration", "1s"] as &[&str],
            "no connection: Connection refused",
        ),
        (&["shop.example.com"], "http://"),
        (&["ftp://shop.example.com"], "ftp is not spoken here"),
        (&["http://user:secret@shop.example.com/"], "--header"),
        (
            &["http://no-such-name.invalid/"],
            "looking up no-such-name.invalid",
        ),
        (&[&url, &url], "a URL is named twice"),
        (&[&url, "--rate", "0"], "from 1 to"),
        (&[&url, "--duration", "30"], "with its unit"),
        (&[&url, "--duration", "1s", "--", "true"], "cannot be used with"),
        (&[&url, "--header", "no colon"], "Name: value"),
        (&[&url, "--color-from", "cookie:a"], "header:x-color"),
        (
            &[&url, "--duration", "100ms", "--json", "/no/such/folder/x"],
            "/no/such/folder/x",
        ),
        (
            &["https://127.0.0.1/", "--ca-certificate", "/no/such/file"],
            "/no/such/file",
        ),
        (&[], "<URL>"),
    ] {
        let output = probe(arguments);
        assert_eq!(code(&output), 1, "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(says), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn ctrl_c_ends_the_load_and_its_result_is_told() {
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let server = start(None, move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        color("blue")
    });
    let child = Command::new(env!("CARGO_BIN_EXE_bluegreen-sandbox"))
        .args(["probe", &server.url(), "--rate", "100"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while asked.load(Ordering::Relaxed) < 20 {
        assert!(Instant::now() < deadline, "it never asked");
        std::thread::yield_now();
    }
    let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(said(&output).contains("none failed"), "{}", said(&output));
}
