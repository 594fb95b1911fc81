//! A shell at a terminal, somebody who types, and what stands on the screen in the end.
//!
//! Types only what it is given, when what it waits for has appeared; nothing that appears is made up.

use rexpect::process::PtyProcess;
use std::io::{ErrorKind, Read, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use vt100::Parser;

pub const COLUMNS: u16 = 132;
/// More than is ever written: nothing scrolls away.
const ROWS: u16 = 200;
const PATIENCE: Duration = Duration::from_secs(60);

/// What is typed once the last line on the screen begins with this.
pub struct Typed {
    pub after: &'static str,
    pub text: String,
}

/// Types all of it and waits for the last prompt.
pub fn record(mut shell: Command, all: &[Typed]) -> Parser {
    let process = PtyProcess::new({
        shell.env("TERM", "xterm-256color");
        shell
    })
    .unwrap();
    let mut terminal = process.get_file_handle().unwrap();
    let seen = listen(process.get_file_handle().unwrap());
    let [rows, columns] = [ROWS, COLUMNS].map(|it| NonZero::new(it).unwrap());
    let mut screen = Parser::new(rows, columns, 0);
    for Typed { after, text } in all {
        wait(&mut screen, &seen, after);
        terminal.write_all(format!("{text}\n").as_bytes()).unwrap();
        let end = text.chars().rev().take(12).collect::<Vec<_>>();
        let end: String = end.into_iter().rev().collect();
        echoed(&mut screen, &seen, &end);
    }
    wait(&mut screen, &seen, "$");
    terminal.write_all(b"exit\n").unwrap();
    process.wait().unwrap();
    screen
}

/// A shell of this size that echoes what is typed.
pub fn shell() -> Command {
    let mut shell = Command::new("/bin/sh");
    let begin = format!(
        "stty cols {COLUMNS} rows {ROWS} echo; PS1=$(printf '\\033[1;34m$\\033[0m ') exec /bin/sh -i"
    );
    shell.args(["-c", &begin]);
    shell
}

fn listen(mut terminal: std::fs::File) -> Receiver<Vec<u8>> {
    let (said, seen) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            match terminal.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => {
                    if said.send(buffer[..length].to_vec()).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Nobody is at the other end any more.
                Err(_) => return,
            }
        }
    });
    seen
}

/// Until the line with the cursor begins like this, and is no command that was typed.
fn wait(screen: &mut Parser, seen: &Receiver<Vec<u8>>, begins: &str) {
    until(screen, seen, begins, |line| {
        line.starts_with(begins) && (begins != "$" || line.trim_end() == "$")
    });
}

/// Until what was typed has been taken: the cursor is on another line, or the answer stands there.
fn echoed(screen: &mut Parser, seen: &Receiver<Vec<u8>>, end: &str) {
    until(screen, seen, end, |line| {
        line.trim_end().ends_with(end) || !line.starts_with(['$', 'T'])
    });
}

fn until(screen: &mut Parser, seen: &Receiver<Vec<u8>>, what: &str, holds: impl Fn(&str) -> bool) {
    loop {
        let (row, _) = screen.screen().cursor_position();
        let line = screen
            .screen()
            .rows(0, COLUMNS)
            .nth(row.into())
            .unwrap_or_default();
        if holds(&line) {
            return;
        }
        match seen.recv_timeout(PATIENCE) {
            Ok(bytes) => screen.process(&bytes),
            Err(_) => panic!("no {what:?} after\n{}", screen.screen().contents()),
        }
    }
}
