//! The program: exit codes, streams, files.

use crate::plans::{folder, path};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("plancheck-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(&place).unwrap();
        Place(place)
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bluegreen-plancheck"))
            .args(args)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn plan(name: &str) -> String {
    path(name).display().to_string()
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_exit_code_is_the_verdict() {
    let place = Place::new("codes");
    for (name, code) in [
        ("warm", 0),
        ("promote", 0),
        ("drift", 0),
        ("straight", 2),
        ("unknown", 2),
    ] {
        let (found, _, errors) = said(&place.run(&["check", &plan(name)], ""));
        assert_eq!((found, errors.as_str()), (code, ""), "{name}");
    }
}

#[test]
fn without_a_verdict_the_code_is_1_and_the_reason_is_on_standard_error() {
    let place = Place::new("failures");
    let read = std::fs::read_to_string(path("promote")).unwrap();
    let half = &read[..read.len() / 2];
    for (args, input, word) in [
        (vec!["check"], half, "cut off"),
        (vec!["check"], "", "empty"),
        (vec!["check"], "PK\u{3}\u{4}", "saved plan"),
        (
            vec!["check"],
            "{\"format_version\":\"2.0\",\"resource_changes\":[]}",
            "1.x",
        ),
        (vec!["check", "no-such-plan.json"], "", "no-such-plan.json"),
        (vec!["check", "--policy", "no-such.toml"], &read, "no-such.toml"),
        (vec!["check", "--format", "pdf"], &read, "pdf"),
        (vec!["check", "--at", "yesterday"], &read, "yesterday"),
        (vec!["explain", "no-such-rule"], "", "no-such-rule"),
        (vec!["frobnicate"], "", "frobnicate"),
    ] {
        let (code, out, errors) = said(&place.run(&args, input));
        assert_eq!((code, out.as_str()), (1, ""), "{args:?}: {errors}");
        assert!(errors.contains(word), "{args:?}: {errors}");
    }
}

#[test]
fn a_plan_may_come_from_standard_input() {
    let place = Place::new("stdin");
    let read = std::fs::read_to_string(path("straight")).unwrap();
    let piped = said(&place.run(&["check", "-"], &read));
    assert_eq!(piped, said(&place.run(&["check", &plan("straight")], "")));
    assert_eq!(piped.0, 2);
}

#[test]
fn a_policy_in_the_folder_is_used_and_init_writes_one() {
    let place = Place::new("policy");
    assert_eq!(said(&place.run(&["init"], "")).0, 0);
    let (code, _, errors) = said(&place.run(&["init"], ""));
    assert!(code == 1 && errors.contains("exists already"), "{errors}");
    assert_eq!(said(&place.run(&["check", &plan("straight")], "")).0, 2);
    std::fs::write(
        place.0.join("plancheck.toml"),
        "[rules.phase-order]\nlevel = \"off\"\n",
    )
    .unwrap();
    assert_eq!(said(&place.run(&["check", &plan("straight")], "")).0, 0);
    std::fs::write(place.0.join("plancheck.toml"), "[rules.phase-oder]\n").unwrap();
    let (code, _, errors) = said(&place.run(&["check", &plan("straight")], ""));
    assert!(
        code == 1 && errors.contains("did you mean `phase-order`?"),
        "{errors}"
    );
}

#[test]
fn verdicts_go_to_files_as_well_and_a_summary_grows() {
    let place = Place::new("files");
    std::fs::write(place.0.join("summary.md"), "# Job\n").unwrap();
    let straight = plan("straight");
    let args = [
        "check",
        &straight,
        "--write",
        "markdown=summary.md",
        "--write",
        "json=v.json",
        "--write",
        "sarif=v.sarif",
        "--write",
        "junit=v.xml",
    ];
    assert_eq!(said(&place.run(&args, "")).0, 2);
    assert_eq!(said(&place.run(&args, "")).0, 2);
    let read = |name: &str| std::fs::read_to_string(place.0.join(name)).unwrap();
    assert!(read("summary.md").starts_with("# Job\n### ❌"));
    assert_eq!(read("summary.md").matches("### ❌").count(), 2);
    serde_json::from_str::<serde_json::Value>(&read("v.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&read("v.sarif")).unwrap();
    assert_eq!(read("v.xml").matches("<testsuites").count(), 1);
}

#[test]
fn labels_may_come_together_and_the_time_may_be_given() {
    let place = Place::new("labels");
    let cold = plan("rollback-cold");
    assert_eq!(said(&place.run(&["check", &cold], "")).0, 2);
    assert_eq!(
        said(&place.run(&["check", &cold, "--label", "x,cold-rollback"], "")).0,
        0
    );
    let policy = "[[rules.freeze.windows]]\nname = \"day\"\nzone = \"UTC\"\nfrom = \"2030-01-01\"\nto = \"2030-01-02\"\n";
    std::fs::write(place.0.join("plancheck.toml"), policy).unwrap();
    let warm = plan("warm");
    assert_eq!(
        said(&place.run(&["check", &warm, "--at", "2030-01-01T12:00:00Z"], "")).0,
        2
    );
    assert_eq!(
        said(&place.run(&["check", &warm, "--at", "2030-01-02T12:00:00Z"], "")).0,
        0
    );
}

#[test]
fn explain_documents_every_rule() {
    let place = Place::new("explain");
    let (code, all, _) = said(&place.run(&["explain"], ""));
    assert_eq!(code, 0);
    insta::assert_snapshot!("explain", all);
    let (_, one, _) = said(&place.run(&["explain", "phase-order"], ""));
    assert!(all.contains(&one) && one.starts_with("phase-order (error)"));
}

#[test]
fn help_says_what_the_exit_codes_mean() {
    let place = Place::new("help");
    let (code, help, _) = said(&place.run(&["check", "--help"], ""));
    assert_eq!(code, 0);
    for line in [
        "0  the plan is allowed",
        "1  there is no verdict",
        "2  the plan breaks a rule",
    ] {
        assert!(help.contains(line), "{help}");
    }
    assert!(folder().is_dir());
}
