//! As much of HCL as the modules are written in: blocks with labels, attributes as text, comments.
//!
//! Never evaluates; refuses heredocs, which no module here needs.

use anyhow::{Context, Result, bail};
use std::iter::Peekable;
use std::str::Chars;

/// `kind "label" { … }`, or a whole file.
#[derive(Debug, Default)]
pub struct Block {
    pub kind: String,
    pub labels: Vec<String>,
    /// Name and expression, as they are written.
    pub attributes: Vec<(String, String)>,
    pub blocks: Vec<Block>,
}

impl Block {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(it, _)| it == name);
        found.map(|(_, expression)| expression.as_str())
    }

    /// The blocks of a kind, directly inside.
    pub fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }

    pub fn label(&self, index: usize) -> Result<&str> {
        let label = self.labels.get(index).map(String::as_str);
        label.with_context(|| format!("block {} has no label {index}", self.kind))
    }
}

pub fn parse(text: &str) -> Result<Block> {
    body(&mut text.chars().peekable(), Block::default())
}

/// The text of a quoted string without interpolations.
pub fn text_of(expression: &str) -> Result<String> {
    serde_json::from_str(expression).with_context(|| format!("{expression} is not a plain string"))
}

fn body(rest: &mut Peekable<Chars<'_>>, mut block: Block) -> Result<Block> {
    loop {
        blank(rest);
        match rest.peek() {
            None => return Ok(block),
            Some('}') => {
                rest.next();
                return Ok(block);
            }
            Some(_) => {}
        }
        let name = word(rest)?;
        let mut labels = Vec::new();
        loop {
            while rest.next_if(|&c| c == ' ').is_some() {}
            match rest.peek() {
                Some('=') => {
                    rest.next();
                    block.attributes.push((name, expression(rest)?));
                    break;
                }
                Some('"') => labels.push(text_of(&quoted(rest)?)?),
                Some('{') => {
                    rest.next();
                    let inner = Block {
                        kind: name,
                        labels,
                        ..Block::default()
                    };
                    block.blocks.push(body(rest, inner)?);
                    break;
                }
                other => bail!("after {name} comes {other:?}"),
            }
        }
    }
}

/// Up to the end of its last line.
fn expression(rest: &mut Peekable<Chars<'_>>) -> Result<String> {
    let (mut text, mut depth) = (String::new(), 0_i32);
    while let Some(&next) = rest.peek() {
        match next {
            '\n' if depth == 0 => break,
            '"' => {
                text += &quoted(rest)?;
                continue;
            }
            '#' => {
                while rest.next_if(|&c| c != '\n').is_some() {}
                continue;
            }
            '<' if text.ends_with('<') => bail!("a heredoc is not read here"),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        text.push(next);
        rest.next();
    }
    Ok(text.trim().to_owned())
}

/// A string with its quotes; an interpolation in it may hold further strings.
fn quoted(rest: &mut Peekable<Chars<'_>>) -> Result<String> {
    let mut text: String = rest.next_if_eq(&'"').into_iter().collect();
    let mut depth = 0_u32;
    while let Some(next) = rest.next_if(|&c| depth == 0 || c != '"') {
        text.push(next);
        match next {
            '\\' => text.extend(rest.next()),
            '{' if text.ends_with("${") => depth += 1,
            '{' if 0 < depth => depth += 1,
            '}' if 0 < depth => depth -= 1,
            '"' => return Ok(text),
            _ => {}
        }
        if 0 < depth && rest.peek() == Some(&'"') {
            text += &quoted(rest)?;
        }
    }
    bail!("a string does not end: {text}")
}

fn word(rest: &mut Peekable<Chars<'_>>) -> Result<String> {
    let mut name = String::new();
    while let Some(next) = rest.next_if(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)) {
        name.push(next);
    }
    if name.is_empty() {
        bail!("a name was expected at {:?}", rest.peek());
    }
    Ok(name)
}

fn blank(rest: &mut Peekable<Chars<'_>>) {
    while let Some(&next) = rest.peek() {
        match next {
            '#' => while rest.next_if(|&c| c != '\n').is_some() {},
            _ if next.is_whitespace() => {
                rest.next();
            }
            _ => return,
        }
    }
}

#[test]
fn blocks_labels_and_expressions_are_told_apart() -> Result<()> {
    let file = parse(
        "# head\nresource \"a\" \"b\" { # after\n  x = \"${y[\"}\"]}#\" # a comment\n  z = {\n    p = [1, 2]\n  }\n  inner {}\n}\nlocals {\n  q = 1\n}\n",
    )?;
    let resource = &file.blocks[0];
    assert_eq!(resource.labels, ["a", "b"]);
    assert_eq!(resource.attribute("x"), Some("\"${y[\"}\"]}#\""));
    assert_eq!(resource.attribute("z"), Some("{\n    p = [1, 2]\n  }"));
    assert_eq!(resource.all("inner").count(), 1);
    assert_eq!(file.blocks[1].attribute("q"), Some("1"));
    assert!(parse("a = <<E\nE\n").is_err() && parse("a = \"").is_err());
    Ok(())
}
