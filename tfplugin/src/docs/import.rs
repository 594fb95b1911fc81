//! How an object is imported: by identity, by id in a block, by id on the command line.

use super::Shelf;
use super::schema::{item, ty_name};
use crate::identity::{ForImport, IdentityAttribute, IdentitySchema};

const BLOCK: &str = "[`import` block](https://developer.hashicorp.com/terraform/language/import)";
const COMMAND: &str =
    "[`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import)";

impl Shelf<'_> {
    /// Empty where neither an example nor an identity says how.
    pub(super) fn import(&self, folder: &str, identity: Option<&IdentitySchema>) -> String {
        let by_id = ["import-by-string-id.tf", "import.tf"];
        let block = by_id
            .iter()
            .find_map(|file| self.code(&format!("{folder}/{file}"), "terraform"))
            .map(|code| {
                format!(
                    "In Terraform v1.5.0 and later, the {BLOCK} can be used with the `id` attribute, for example:\n\n{code}"
                )
            });
        let command = self
            .code(&format!("{folder}/import.sh"), "shell")
            .map(|code| format!("The {COMMAND} can be used, for example:\n\n{code}"));
        let identity = identity.map(|identity| self.by_identity(folder, identity));
        let ways: Vec<String> = identity.into_iter().chain(block).chain(command).collect();
        if ways.is_empty() {
            return String::new();
        }
        format!(
            "## Import\n\nImport is supported using the following syntax:\n\n{}",
            ways.join("\n\n")
        )
    }

    fn by_identity(&self, folder: &str, identity: &IdentitySchema) -> String {
        let how =
            format!("In Terraform v1.12.0 and later, the {BLOCK} can be used with the `identity` attribute");
        let example = self.code(&format!("{folder}/import-by-identity.tf"), "terraform");
        let mut text = match example {
            Some(code) => format!("{how}, for example:\n\n{code}"),
            None => format!("{how}."),
        };
        text.push_str("\n\n### Identity Schema");
        for (title, import) in [
            ("Required", ForImport::Required),
            ("Optional", ForImport::Optional),
        ] {
            let attributes = identity.attributes().iter();
            let mut named: Vec<&IdentityAttribute> = attributes
                .filter(|attribute| attribute.import() == import)
                .collect();
            named.sort_by_key(|attribute| attribute.name());
            if !named.is_empty() {
                text.push_str(&format!("\n\n#### {title}\n"));
            }
            for attribute in named {
                let kind = ty_name(attribute.ty());
                text.push('\n');
                text.push_str(&item(attribute.name(), &kind, &[attribute.description_text()]));
            }
        }
        text
    }
}
