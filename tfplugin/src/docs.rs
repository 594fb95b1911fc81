//! Pages for the Terraform Registry, rendered from a provider's own schemas and definitions, laid out as
//! tfplugindocs lays them out.
//!
//! Pure: examples come through a closure and pages go back as text. Writes no file and checks no schema.

mod function;
mod import;
mod schema;
#[cfg(test)]
mod tests;

use crate::identity::IdentitySchema;
use crate::provider::DynProvider;
use crate::schema::Schema;

/// One file of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it belongs, below the root of the repository: `docs/resources/pet.md`.
    pub path: String,
    /// Markdown with front matter, ending in a newline.
    pub text: String,
}

/// Every page of `provider`: its own, and one for each thing it offers.
///
/// `example` returns the content of a file below the root of the repository, or `None` where there is none. It is
/// asked for `examples/provider/provider.tf`,
/// `examples/resources/<type>/{resource.tf,import-by-identity.tf,import-by-string-id.tf,import.tf,import.sh}`,
/// `examples/data-sources/<type>/data-source.tf`, `examples/ephemeral-resources/<type>/ephemeral-resource.tf`,
/// `examples/list-resources/<type>/list-resource.tfquery.hcl`, `examples/actions/<type>/{action.tf,invoke.sh}` and
/// `examples/functions/<name>/function.tf`.
pub fn render(provider: &dyn DynProvider, example: impl Fn(&str) -> Option<String>) -> Vec<Page> {
    let shelf = Shelf {
        provider: provider.type_name(),
        example: &example,
    };
    let mut pages = vec![shelf.provider(&provider.schema(), provider.meta_schema().as_ref())];
    for resource in provider.resources() {
        let identity = resource.identity();
        pages.push(shelf.resource(resource.type_name(), &resource.schema(), identity.as_ref()));
    }
    for source in provider.data_sources() {
        pages.push(shelf.object(&DATA_SOURCE, source.type_name(), &source.schema()));
    }
    for resource in provider.ephemeral_resources() {
        pages.push(shelf.object(&EPHEMERAL_RESOURCE, resource.type_name(), &resource.schema()));
    }
    for list in provider.list_resources() {
        pages.push(shelf.object(&LIST_RESOURCE, list.type_name(), &list.schema()));
    }
    for action in provider.actions() {
        pages.push(shelf.object(&ACTION, action.type_name(), &action.schema()));
    }
    for function in provider.functions() {
        pages.push(shelf.function(function.name(), &function.definition()));
    }
    pages
}

/// A kind of thing that is described by a schema alone.
struct Kind {
    title: &'static str,
    /// Its folder below `docs` and `examples`.
    folder: &'static str,
    example: &'static str,
}

const DATA_SOURCE: Kind = Kind {
    title: "Data Source",
    folder: "data-sources",
    example: "data-source.tf",
};
const EPHEMERAL_RESOURCE: Kind = Kind {
    title: "Ephemeral Resource",
    folder: "ephemeral-resources",
    example: "ephemeral-resource.tf",
};
const LIST_RESOURCE: Kind = Kind {
    title: "List Resource",
    folder: "list-resources",
    example: "list-resource.tfquery.hcl",
};
const ACTION: Kind = Kind {
    title: "Action",
    folder: "actions",
    example: "action.tf",
};

/// What every page needs to know.
struct Shelf<'a> {
    provider: &'a str,
    example: &'a dyn Fn(&str) -> Option<String>,
}

impl Shelf<'_> {
    fn provider(&self, schema: &Schema, meta: Option<&Schema>) -> Page {
        let title = format!("{} Provider", self.provider);
        let body = [
            format!("# {title}"),
            schema.description.clone(),
            self.usage("examples/provider/provider.tf"),
            schema::section(schema),
            meta.map_or_else(String::new, |meta| schema::meta_section(self.provider, meta)),
        ];
        self.page("docs/index.md".into(), &title, &schema.description, &body)
    }

    fn resource(&self, name: &str, schema: &Schema, identity: Option<&IdentitySchema>) -> Page {
        let folder = format!("examples/resources/{name}");
        let body = [
            format!("# {name} (Resource)"),
            deprecation(schema.deprecated.as_deref()),
            schema.description.clone(),
            self.usage(&format!("{folder}/resource.tf")),
            schema::section(schema),
            self.import(&folder, identity),
        ];
        let path = format!("docs/resources/{}.md", self.short(name));
        self.page(path, &format!("{name} Resource"), &schema.description, &body)
    }

    fn object(&self, kind: &Kind, name: &str, schema: &Schema) -> Page {
        let Kind {
            title,
            folder,
            example,
        } = kind;
        let examples = format!("examples/{folder}/{name}");
        let body = [
            format!("# {name} ({title})"),
            deprecation(schema.deprecated.as_deref()),
            schema.description.clone(),
            self.usage(&format!("{examples}/{example}")),
            self.invocation(&examples),
            schema::section(schema),
        ];
        let path = format!("docs/{folder}/{}.md", self.short(name));
        self.page(path, &format!("{name} {title}"), &schema.description, &body)
    }

    fn page(&self, path: String, title: &str, description: &str, body: &[String]) -> Page {
        let title = if path == "docs/index.md" {
            title.to_owned()
        } else {
            format!("{title} - terraform-provider-{}", self.provider)
        };
        let front = format!(
            "---\npage_title: \"{title}\"\nsubcategory: \"\"\ndescription: |-\n  {}\n---",
            plain(description)
        );
        let parts = std::iter::once(front.as_str()).chain(body.iter().map(|part| part.trim_end()));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        Page {
            path,
            text: parts.join("\n\n") + "\n",
        }
    }

    fn usage(&self, file: &str) -> String {
        let code = self.code(file, "terraform");
        code.map_or_else(String::new, |code| format!("## Example Usage\n\n{code}"))
    }

    /// Only actions are invoked.
    fn invocation(&self, folder: &str) -> String {
        let code = self.code(&format!("{folder}/invoke.sh"), "shell");
        code.map_or_else(String::new, |code| {
            format!("It can be invoked on its own:\n\n{code}")
        })
    }

    fn code(&self, file: &str, language: &str) -> Option<String> {
        let text = (self.example)(file)?;
        Some(format!("```{language}\n{}\n```", text.trim_end()))
    }

    /// The name without the provider's prefix, as the registry files pages.
    fn short<'n>(&self, name: &'n str) -> &'n str {
        let bare = name.strip_prefix(self.provider);
        bare.and_then(|rest| rest.strip_prefix('_')).unwrap_or(name)
    }
}

fn deprecation(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| format!("~> **Deprecated** {message}"))
}

/// The first paragraph on one line, without marks: front matter is no Markdown.
fn plain(markdown: &str) -> String {
    let paragraph = markdown.trim().split("\n\n").next().unwrap_or_default();
    let mut text = String::new();
    let mut rest = paragraph;
    // `[text](target)` leaves its text.
    while let Some((before, after)) = rest.split_once('[') {
        let link = after
            .split_once("](")
            .and_then(|(label, after)| Some((label, after.split_once(')')?.1)))
            .filter(|(label, _)| !label.contains('['));
        text.push_str(before);
        match link {
            Some((label, after)) => {
                text.push_str(label);
                rest = after;
            }
            None => {
                text.push('[');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(['`', '*'], "")
}
