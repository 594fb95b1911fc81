//! The oldest glibc that a program runs on: the highest version among the symbols it takes from glibc.
//!
//! Rule: "Linux Standard Base Core Specification", symbol versioning, section `.gnu.version_r`.

use anyhow::{Context, Result};
use object::Endianness;
use object::elf::FileHeader64;
use object::read::elf::FileHeader;
use std::fmt;

/// Of Amazon Linux 2023, Debian 12, Ubuntu 22.04 and what came after them.
pub const PROMISED: Version = Version { major: 2, minor: 34 };

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What `program`, an ELF file of 64 bits, needs; 0.0 if it takes nothing from glibc.
pub fn of(program: &[u8]) -> Result<Version> {
    let header = FileHeader64::<Endianness>::parse(program).context("it is no program of 64 bits")?;
    let endian = header.endian()?;
    let sections = header.sections(endian, program)?;
    let mut highest = Version::default();
    let Some((mut needs, link)) = sections.gnu_verneed(endian, program)? else {
        return Ok(highest);
    };
    let strings = sections.strings(endian, program, link)?;
    while let Some((_, mut symbols)) = needs.next()? {
        while let Some(symbol) = symbols.next()? {
            let name = symbol.name(endian, strings)?;
            if let Some(version) = std::str::from_utf8(name).ok().and_then(version) {
                highest = highest.max(version);
            }
        }
    }
    Ok(highest)
}

/// Of such as `GLIBC_2.34` or `GLIBC_2.2.5`; `GLIBC_PRIVATE`, `GCC_3.0` and the like say nothing of glibc's age.
fn version(symbol: &str) -> Option<Version> {
    let mut parts = symbol.strip_prefix("GLIBC_")?.split('.');
    Some(Version {
        major: parts.next()?.parse().ok()?,
        minor: parts.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests;
