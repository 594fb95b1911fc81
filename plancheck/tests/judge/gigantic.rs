//! A plan of 500 MB, through the program as CI runs it, in less memory than that: the program has 300 MiB, code and stacks
//! included.
//!
//! The plan is never written anywhere: it is piped in while it is made.

use crate::plans::{text, verdict};
use std::io::Write;
use std::process::{Command, Stdio};

/// Of all that is piped in, in bytes.
const SIZE: usize = 500_000_000;
/// What the program may have of address space, in KiB: the first 64 MiB are read at once, into a buffer that doubles.
const MOST: usize = 300 * 1024;

/// Resources of kinds that no rule looks at, one after another.
fn filler() -> String {
    let one = format!(
        r#"{{"address":"aws_s3_object.x","mode":"managed","type":"aws_s3_object","values":{{"content":"{}"}}}},"#,
        "x".repeat(900)
    );
    one.repeat(1_000)
}

#[test]
fn a_gigantic_plan_is_judged_like_a_small_one_in_bounded_memory() {
    let plan = text("promote");
    let body = plan.trim_start().strip_prefix('{').unwrap().to_owned();
    let program = env!("CARGO_BIN_EXE_bluegreen-plancheck");
    let mut child = Command::new("/bin/sh")
        .args(["-c", &format!("ulimit -v {MOST} && exec \"$0\" check -"), program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let filler = filler();
        pipe.write_all(br#"{"planned_values":{"root_module":{"resources":["#)?;
        for _ in 0..SIZE / filler.len() {
            pipe.write_all(filler.as_bytes())?;
        }
        pipe.write_all(b"{}]}},")?;
        pipe.write_all(body.as_bytes())
    });
    let done = child.wait_with_output().unwrap();
    let written = writer.join().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{written:?}: {said}");
    written.unwrap();
    let small = plancheck::report::Format::Text.write(&verdict("promote"));
    assert_eq!(String::from_utf8(done.stdout).unwrap(), small);
}
