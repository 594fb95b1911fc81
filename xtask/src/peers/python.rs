//! Peers that are Python packages: each in a folder of its own, every package of it at a pinned version.
//!
//! Never lets pip choose: the list names every package, and none is installed that it does not name.

use crate::shell::Program;
use anyhow::Result;
use std::path::Path;

/// A program in Python.
pub struct Package {
    pub name: &'static str,
    /// Below the cache.
    pub folder: &'static str,
    /// One `name==version` a line.
    pub packages: &'static str,
}

/// AWS's own command line, which carries its own botocore.
pub const AWS_CLI: Package = Package {
    name: "awscli",
    folder: "aws-cli",
    packages: include_str!("aws-cli.txt"),
};

/// Another imitation of AWS, with what its server needs and no more.
pub const MOTO: Package = Package {
    name: "moto",
    folder: "moto",
    packages: include_str!("moto.txt"),
};

/// A linter of GitHub's workflows; the wheel is the program.
pub const ZIZMOR: Package = Package {
    name: "zizmor",
    folder: "zizmor",
    packages: include_str!("zizmor.txt"),
};

impl Package {
    /// The line of the list that names the peer itself.
    pub fn version(&self) -> &'static str {
        let own = |line: &&str| line.split("==").next() == Some(self.name);
        self.packages.lines().find(own).unwrap_or(self.name)
    }

    pub fn install(&self, folder: &Path) -> Result<()> {
        let list = folder.join("packages.txt");
        std::fs::write(&list, self.packages)?;
        python([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--only-binary=:all:",
            "--no-deps",
            "--requirement",
        ])
        .args([&list])
        .args(["--target"])
        .args([&folder.join("lib")])
        .run()
    }
}

pub fn python<const N: usize>(args: [&str; N]) -> Program {
    Program::new("python3")
        .absent("python3 is not installed: most peers are Python packages")
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .args(args)
}
