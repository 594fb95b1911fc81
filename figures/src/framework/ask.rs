//! Requests about one resource type, made from the schema that its provider shows.
//!
//! Sets what it is told to and leaves the rest null; a provider that objects is an error here, not a figure.

use super::wire::{accepted, all, int, put, put_int, put_map, put_text, text};
use crate::grpc::{Host, Method};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// What a schema says of one attribute.
struct Attribute {
    name: String,
    /// As JSON.
    ty: String,
    computed: bool,
}

/// A schema, as far as a value needs it.
pub struct Shape {
    version: u64,
    attributes: Vec<Attribute>,
    /// All of them lists or sets.
    blocks: Vec<String>,
}

impl Shape {
    fn of(schema: &[u8]) -> Result<Self> {
        let block = *all(schema, 2)?.first().context("a schema without a block")?;
        let first = |message: &[u8], number| -> Result<String> {
            Ok(all(message, number)?
                .first()
                .map(|bytes| text(bytes))
                .unwrap_or_default())
        };
        let attributes = all(block, 2)?.into_iter().map(|attribute| {
            Ok(Attribute {
                name: first(attribute, 1)?,
                ty: first(attribute, 2)?,
                computed: int(attribute, 6)? == 1 && int(attribute, 5)? == 0,
            })
        });
        let blocks = all(block, 3)?.into_iter().map(|block| {
            ensure!(
                [2, 3].contains(&int(block, 3)?),
                "only list and set blocks are filled"
            );
            first(block, 1)
        });
        Ok(Self {
            version: int(schema, 1)?,
            attributes: attributes.collect::<Result<_>>()?,
            blocks: blocks.collect::<Result<_>>()?,
        })
    }

    /// The schema of the provider block, in the answer to [`Method::Schema`].
    pub fn of_provider(answer: &[u8]) -> Result<Self> {
        Self::of(all(answer, 1)?.first().context("no schema of the provider")?)
    }

    pub fn of_resource(answer: &[u8], name: &str) -> Result<Self> {
        for entry in all(answer, 2)? {
            if all(entry, 1)?.first() == Some(&name.as_bytes()) {
                return Self::of(all(entry, 2)?.first().context("no schema")?);
            }
        }
        anyhow::bail!("the provider has no {name}")
    }

    /// A dynamic value with these set and everything else null.
    pub fn with(&self, set: &[(&str, &str)]) -> Vec<u8> {
        self.value(
            |attribute| match set.iter().find(|(name, _)| *name == attribute.name) {
                // What is no text is said in it.
                Some((_, "true")) if attribute.ty == "\"bool\"" => vec![0xc3],
                Some((_, said)) => {
                    let mut out = Vec::new();
                    put_text(&mut out, said);
                    out
                }
                None => vec![0xc0],
            },
        )
    }

    /// A dynamic value with something in every attribute that a configuration may set.
    pub fn full(&self) -> Vec<u8> {
        self.value(|attribute| match attribute.ty.as_str() {
            _ if attribute.computed => vec![0xc0],
            "\"string\"" => b"\xa6a text".to_vec(),
            "\"number\"" => vec![7],
            "\"bool\"" => vec![0xc3],
            _ => b"\x92\xa3one\xa3two".to_vec(),
        })
    }

    fn value(&self, of: impl Fn(&Attribute) -> Vec<u8>) -> Vec<u8> {
        let mut msgpack = Vec::new();
        put_map(&mut msgpack, self.attributes.len() + self.blocks.len());
        for attribute in &self.attributes {
            put_text(&mut msgpack, &attribute.name);
            msgpack.extend(of(attribute));
        }
        for block in &self.blocks {
            put_text(&mut msgpack, block);
            msgpack.push(0x90);
        }
        let mut value = Vec::new();
        put(&mut value, 1, &msgpack);
        value
    }
}

/// One resource of one provider.
pub struct Subject<'a> {
    pub host: &'a Host,
    pub name: &'a str,
    pub shape: Shape,
    /// A dynamic value.
    pub config: Vec<u8>,
    /// The same as Terraform stores it.
    pub stored: &'a str,
}

impl Subject<'_> {
    /// The request, and the field in which the answer has its diagnostics.
    fn request(&self, method: Method) -> (Vec<u8>, u64) {
        let mut out = Vec::new();
        if !matches!(method, Method::Schema) {
            put(&mut out, 1, self.name.as_bytes());
        }
        let null = [0x0a, 1, 0xc0];
        let diagnostics = match method {
            Method::Schema | Method::Configure => 4,
            Method::Validate => {
                put(&mut out, 2, &self.config);
                1
            }
            Method::Upgrade => {
                put_int(&mut out, 2, self.shape.version);
                let mut raw = Vec::new();
                put(&mut raw, 1, self.stored.as_bytes());
                put(&mut out, 3, &raw);
                2
            }
            Method::Read => {
                put(&mut out, 2, &self.config);
                2
            }
            Method::Plan => {
                put(&mut out, 2, &null);
                put(&mut out, 3, &self.config);
                put(&mut out, 4, &self.config);
                4
            }
            Method::Apply => {
                put(&mut out, 2, &null);
                put(&mut out, 3, &self.config);
                put(&mut out, 4, &self.config);
                3
            }
        };
        (out, diagnostics)
    }

    /// Microseconds of each of `times` calls, one after the other, after some that do not count.
    pub async fn latencies(&self, method: Method, times: u32) -> Result<Vec<f64>> {
        let (request, diagnostics) = self.request(method);
        let mut all = Vec::new();
        for number in 0..times + times.div_ceil(5) {
            let begun = Instant::now();
            let answer = self.host.call(method, &request).await?;
            if times.div_ceil(5) <= number {
                all.push(begun.elapsed().as_secs_f64() * 1e6);
            }
            accepted(&answer, diagnostics).with_context(|| format!("asking {method:?} of {}", self.name))?;
        }
        Ok(all)
    }

    /// How long `count` reads take, `at_once` of them under way at any time.
    pub async fn reads(&self, count: u32, at_once: u32) -> Result<Duration> {
        let (request, diagnostics) = self.request(Method::Read);
        let begun = Instant::now();
        let worker = || async {
            for _ in 0..count / at_once {
                accepted(&self.host.call(Method::Read, &request).await?, diagnostics)?;
            }
            anyhow::Ok(())
        };
        let workers: Vec<_> = (0..at_once).map(|_| Box::pin(worker())).collect();
        join(workers).await?;
        Ok(begun.elapsed())
    }
}

/// Drives all of them at once on this task; the connection has a task of its own.
async fn join<F: Future<Output = Result<()>> + Unpin>(mut all: Vec<F>) -> Result<()> {
    std::future::poll_fn(move |context| {
        let mut at = 0;
        while at < all.len() {
            match std::pin::Pin::new(&mut all[at]).poll(context) {
                std::task::Poll::Ready(Ok(())) => drop(all.swap_remove(at)),
                std::task::Poll::Ready(Err(error)) => return std::task::Poll::Ready(Err(error)),
                std::task::Poll::Pending => at += 1,
            }
        }
        if all.is_empty() {
            std::task::Poll::Ready(Ok(()))
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}
