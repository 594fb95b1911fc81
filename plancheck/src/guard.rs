//! Keeps a reader within bounds while a parser pulls on it: how deep the text is nested, and how much of it may be held
//! in memory. Knows brackets and strings, and nothing else of JSON.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use thiserror::Error;

/// Terraform nests about 30 levels with modules in modules; more than this is no plan.
pub const DEEPEST: usize = 120;
/// What one resource may take. A plan may be far larger: what no rule needs is skipped, not held.
pub const LARGEST: u64 = 16 * 1024 * 1024;

/// A bound that was broken. Travels through the parser inside an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Bound {
    #[error("it is nested more than {DEEPEST} levels deep")]
    Depth,
    #[error("one resource that a rule needs takes more than {} MiB", LARGEST / 1024 / 1024)]
    Size,
}

/// How many bytes may still be read for what is being held; shared with the parser, which sets it.
#[derive(Clone, Debug, Default)]
pub struct Allowance(Rc<Cell<Option<u64>>>);

impl Allowance {
    /// The next resource is held.
    pub fn hold(&self) {
        self.0.set(Some(LARGEST));
    }

    /// What follows is skipped. Returns what was left, for [`Allowance::resume`].
    pub fn skip(&self) -> Option<u64> {
        self.0.replace(None)
    }

    /// Back to holding, with what was left.
    pub fn resume(&self, left: Option<u64>) {
        self.0.set(left);
    }

    fn take(&self, bytes: usize) -> Result<(), Bound> {
        let Some(left) = self.0.get() else { return Ok(()) };
        let left = left.checked_sub(bytes as u64).ok_or(Bound::Size)?;
        self.0.set(Some(left));
        Ok(())
    }
}

/// Follows how deep a text is nested, piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

/// Bytes that mean something here; all others are passed over.
const TELLING: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    let bytes = b"\"\\{}[]";
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

impl Nesting {
    /// # Errors
    /// [`Bound::Depth`] as soon as it is too deep.
    pub fn follow(&mut self, bytes: &[u8]) -> Result<(), Bound> {
        let mut rest = bytes;
        if self.escaped && !rest.is_empty() {
            rest = &rest[1..];
            self.escaped = false;
        }
        while let Some(at) = rest.iter().position(|byte| TELLING[usize::from(*byte)]) {
            let byte = rest[at];
            rest = &rest[at + 1..];
            match byte {
                b'"' => self.in_string = !self.in_string,
                b'\\' if self.in_string => match rest.split_first() {
                    Some((_, after)) => rest = after,
                    None => self.escaped = true,
                },
                b'{' | b'[' if !self.in_string => self.depth += 1,
                b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if DEEPEST < self.depth {
                return Err(Bound::Depth);
            }
        }
        Ok(())
    }
}

/// A reader within bounds.
#[derive(Debug)]
pub struct Guarded<R> {
    inner: R,
    allowance: Allowance,
    nesting: Nesting,
}

impl<R: Read> Guarded<R> {
    pub fn new(inner: R, allowance: Allowance) -> Self {
        Self {
            inner,
            allowance,
            nesting: Nesting::default(),
        }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let checked = self.allowance.take(read);
        let checked = checked.and_then(|()| self.nesting.follow(&buffer[..read]));
        checked.map_err(io::Error::other)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
