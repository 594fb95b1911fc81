//! Running a program and saying things: the only module that starts processes or prints.
//!
//! Never captures what a check prints: a person reads it as it comes.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;

/// Prints one line.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe (`cargo verify | head`) is the reader's choice, not a failed check.
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// A program, its arguments and the folder it runs in.
pub struct Program {
    command: Command,
    name: String,
    absent: String,
}

impl Program {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let name = Path::new(program.as_ref())
            .file_name()
            .unwrap_or(program.as_ref())
            .to_string_lossy()
            .into_owned();
        Self {
            command: Command::new(program),
            absent: format!("{name} is not installed"),
            name,
        }
    }

    /// The cargo that started this program, told nothing of this package.
    ///
    /// `cargo run` says in variables which package runs, and build scripts of C code ask to be run again when those
    /// change. Passed on, they made every `cargo verify` after a plain `cargo build`, and the other way round, compile
    /// TLS and all SDKs on top of it anew.
    pub fn cargo() -> Self {
        let mut program = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
                .iter()
                .any(|it| text.starts_with(it))
            {
                program.command.env_remove(&name);
            }
        }
        program
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The sentence for when the program cannot be found.
    pub fn absent(mut self, sentence: &str) -> Self {
        self.absent = sentence.to_owned();
        self
    }

    /// Runs it with this process's output. An exit code other than 0 is an error.
    pub fn run(mut self) -> Result<()> {
        let status = self.command.status();
        let status = self.started(status)?;
        if !status.success() {
            bail!("{} failed ({status})", self.line());
        }
        Ok(())
    }

    /// Runs it and returns its standard output.
    pub fn output(mut self) -> Result<String> {
        let output = self.command.output();
        let output = self.started(output)?;
        if !output.status.success() {
            let talk = String::from_utf8_lossy(&output.stderr);
            bail!("{} failed ({}): {}", self.line(), output.status, talk.trim());
        }
        String::from_utf8(output.stdout).with_context(|| format!("reading the output of {}", self.name))
    }

    /// Runs it with what it says on standard error written to `log`. Returns whether it exited with 0.
    pub fn talking_to(mut self, log: &Path) -> Result<bool> {
        let file = std::fs::File::create(log).with_context(|| format!("creating {}", log.display()))?;
        let status = self.command.stderr(file).status();
        Ok(self.started(status)?.success())
    }

    fn started<T>(&self, result: std::io::Result<T>) -> Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::NotFound => bail!("{}", self.absent),
            other => other.with_context(|| format!("starting {}", self.name)),
        }
    }

    fn line(&self) -> String {
        let args = self.command.get_args().take(4).map(|arg| arg.to_string_lossy());
        let mut line = self.name.clone();
        for arg in args {
            line.push(' ');
            line.push_str(&arg);
        }
        line
    }
}

#[cfg(test)]
mod tests;
