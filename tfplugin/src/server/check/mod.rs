//! The promises Terraform holds a provider to, checked first here so that the message names what broke which: a plan
//! follows the configuration, a result follows the plan, and what is stored is known.
//!
//! Pure. Refuses what Terraform refuses and hardly more, and never shows a sensitive value.

mod apply;
mod known;
mod plan;
mod replace;
mod write_only;

pub(crate) use apply::{final_plan_follows_first, result_follows_plan};
pub(crate) use known::wholly_known;
pub(crate) use plan::{plan_follows_config, result_follows_config};
pub(crate) use replace::{paths_exist, replaces};
pub(crate) use write_only::no_write_only_values;

use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting};
use crate::value::Value;

/// What was found on one object of the type `name`.
struct Check<'a> {
    name: &'a str,
    summary: &'static str,
    found: Diagnostics,
}

impl<'a> Check<'a> {
    fn new(name: &'a str, summary: &'static str) -> Self {
        Check {
            name,
            summary,
            found: Diagnostics::new(),
        }
    }

    fn broken(&mut self, path: &Path, problem: &str, rule: &str) {
        let summary = format!("{}: {}", self.name, self.summary);
        let place = match path.steps() {
            [] => self.name.to_owned(),
            _ => format!("{}.{path}", self.name),
        };
        let detail = format!("{place}: {problem}. The rule: {rule}. This is a bug in the provider.");
        let diagnostic = Diagnostic::error(summary, detail);
        self.found.push(match path.steps() {
            [] => diagnostic,
            _ => diagnostic.at(path.clone()),
        });
    }
}

/// Whether messages may show what a value says. What stands inside something sensitive is sensitive too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Showing {
    Values,
    Nothing,
}

impl Showing {
    fn inside(self, attribute: &Attribute) -> Showing {
        if attribute.sensitive || attribute.write_only {
            Showing::Nothing
        } else {
            self
        }
    }

    /// The path to an element of a map. The keys of a sensitive map are as secret as what they lead to.
    fn key(self, path: &Path, key: &str) -> Path {
        match self {
            Showing::Values => path.clone().key(key),
            Showing::Nothing => path.clone(),
        }
    }
}

/// How objects are held, in blocks and in nested attributes alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    One,
    List,
    Set,
    Map,
}

impl From<Nesting> for Holds {
    fn from(nesting: Nesting) -> Holds {
        match nesting {
            Nesting::Single => Holds::One,
            Nesting::List => Holds::List,
            Nesting::Set => Holds::Set,
            Nesting::Map => Holds::Map,
        }
    }
}

impl From<BlockNesting> for Holds {
    fn from(nesting: BlockNesting) -> Holds {
        match nesting {
            BlockNesting::Single | BlockNesting::Group => Holds::One,
            BlockNesting::List => Holds::List,
            BlockNesting::Set => Holds::Set,
            BlockNesting::Map => Holds::Map,
        }
    }
}

/// The members of an object.
#[derive(Clone, Copy)]
struct Members<'a> {
    attributes: &'a [Attribute],
    blocks: &'a [Block],
}

impl<'a> Members<'a> {
    fn of(attributes: &'a [Attribute]) -> Self {
        Members {
            attributes,
            blocks: &[],
        }
    }

    fn of_block(block: &'a Block) -> Self {
        Members {
            attributes: &block.attributes,
            blocks: &block.blocks,
        }
    }

    fn nested(attribute: &'a Attribute) -> Option<(Holds, Self)> {
        match &attribute.kind {
            AttributeKind::Nested(nesting, nested) => Some(((*nesting).into(), Members::of(nested))),
            AttributeKind::Plain(_) => None,
        }
    }
}

/// Scalars as HCL would write them; anything larger by its kind.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Dynamic(dynamic) => show(&dynamic.value),
        other => other.kind().to_owned(),
    }
}
