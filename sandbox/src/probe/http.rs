//! One HTTP/1.1 connection, written by hand: a client library would retry, or hide where a connection broke.
//!
//! Never retries, never pipelines, and throws bodies away unless they are to say who answered.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use super::{
    labels::{Labels, Said},
    stream::Stream,
    target::Tls,
};

#[cfg(test)]
mod tests;

const LARGEST_HEAD: usize = 64 * 1024;
/// Of a body, what may say who answered.
const LARGEST_BODY: usize = 64 * 1024;

/// A response read to its end.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub status: u16,
    pub said: Said,
    /// Whether the connection may carry another request.
    pub keep: bool,
}

pub(super) struct Connection {
    stream: Stream,
    /// Read and not yet used.
    buffer: Vec<u8>,
    /// Of the answer that is being read.
    body: Option<Vec<u8>>,
}

impl Connection {
    pub(super) async fn open(
        target: SocketAddr,
        source: Option<IpAddr>,
        tls: Option<&Tls>,
    ) -> io::Result<Self> {
        Ok(Self {
            stream: Stream::open(target, source, tls).await?,
            buffer: Vec::with_capacity(4096),
            body: None,
        })
    }

    /// Whether nothing happened since the last answer. A server may close an idle connection, or say something
    /// unasked before it does: the next request then needs a new one.
    pub(super) fn is_quiet(&self) -> bool {
        self.stream.is_quiet() && self.buffer.is_empty()
    }

    /// Sends a request and reads its whole answer.
    ///
    /// # Errors
    /// If the connection breaks first, or what comes is not HTTP/1.
    pub(super) async fn exchange(&mut self, request: &[u8], labels: &Labels) -> io::Result<Answer> {
        self.stream.send(request).await?;
        loop {
            let head = self.head(labels).await?;
            let interim = (100..200).contains(&head.status);
            if interim {
                continue;
            }
            self.body = labels.need_body().then(Vec::new);
            let framed = self.take_body(&head).await?;
            let mut said = head.said;
            if let Some(body) = &self.body {
                labels.body(&mut said, body);
            }
            return Ok(Answer {
                status: head.status,
                said,
                keep: framed && !head.close,
            });
        }
    }

    async fn head(&mut self, labels: &Labels) -> io::Result<Head> {
        let mut from = 0;
        let end = loop {
            // The last three bytes may be the beginning of the end.
            if let Some(at) = self.buffer[from..]
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                break from + at + 4;
            }
            from = self.buffer.len().saturating_sub(3);
            if LARGEST_HEAD < self.buffer.len() {
                return Err(invalid("the head has no end"));
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..end]).map_err(|_| invalid("the head is not text"))?;
        let head = Head::parse(text, labels)?;
        self.buffer.drain(..end);
        Ok(head)
    }

    /// False if only the end of the connection ended the body.
    async fn take_body(&mut self, head: &Head) -> io::Result<bool> {
        if head.chunked {
            self.take_chunks().await?;
        } else if let Some(length) = head.length {
            self.take(length).await?;
        } else if !matches!(head.status, 204 | 304) {
            loop {
                self.keep(self.buffer.len());
                if self.stream.receive(&mut self.buffer).await? == 0 {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn take_chunks(&mut self) -> io::Result<()> {
        loop {
            let line = self.line().await?;
            let size = line.split(';').next().unwrap_or("").trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| invalid("not a chunk's size"))?;
            if size == 0 {
                break;
            }
            self.take(size).await?;
            self.line().await?;
        }
        while !self.line().await?.is_empty() {}
        Ok(())
    }

    async fn line(&mut self) -> io::Result<String> {
        let end = loop {
            if let Some(at) = self.buffer.windows(2).position(|bytes| bytes == b"\r\n") {
                break at;
            }
            self.more().await?;
        };
        let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        self.buffer.drain(..end + 2);
        Ok(line)
    }

    async fn take(&mut self, mut length: usize) -> io::Result<()> {
        loop {
            let now = length.min(self.buffer.len());
            self.keep(now);
            length -= now;
            if length == 0 {
                return Ok(());
            }
            self.more().await?;
        }
    }

    /// Uses up the next `length` bytes of the buffer.
    fn keep(&mut self, length: usize) {
        let taken = self.buffer.drain(..length);
        if let Some(body) = &mut self.body {
            let room = LARGEST_BODY.saturating_sub(body.len());
            body.extend(taken.take(room));
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.stream.receive(&mut self.buffer).await? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "closed before the answer's end",
            ));
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Head {
    status: u16,
    length: Option<usize>,
    chunked: bool,
    close: bool,
    said: Said,
}

impl Head {
    fn parse(text: &str, labels: &Labels) -> io::Result<Self> {
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or("");
        let status = first
            .strip_prefix("HTTP/1.")
            .and_then(|rest| rest.get(2..5)?.parse().ok());
        let status = status.ok_or_else(|| invalid("not an HTTP response"))?;
        let mut head = Self {
            status,
            close: first.starts_with("HTTP/1.0"),
            ..Self::default()
        };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                head.length = Some(value.parse().map_err(|_| invalid("not a length"))?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                head.chunked = value.to_ascii_lowercase().ends_with("chunked");
            } else if name.eq_ignore_ascii_case("connection") {
                head.close = head.close || value.split(',').any(|v| v.trim().eq_ignore_ascii_case("close"));
            }
            labels.header(&mut head.said, name, value);
        }
        Ok(head)
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
