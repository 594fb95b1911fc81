//! The page of a provider function: how it is called, and with what.

use super::schema::ty_name;
use super::{Page, Shelf, deprecation};
use crate::function::{FunctionDefinition, Parameter};
use crate::ty::Type;

impl Shelf<'_> {
    pub(super) fn function(&self, name: &str, definition: &FunctionDefinition) -> Page {
        let summary = if definition.summary.is_empty() {
            &definition.description
        } else {
            &definition.summary
        };
        let body = [
            format!("# function: {name}"),
            deprecation(definition.deprecated.as_deref()),
            if definition.description.is_empty() {
                definition.summary.clone()
            } else {
                definition.description.clone()
            },
            self.usage(&format!("examples/functions/{name}/function.tf")),
            format!("## Signature\n\n```text\n{}\n```", signature(name, definition)),
            arguments(definition),
        ];
        let path = format!("docs/functions/{name}.md");
        self.page(path, &format!("{name} function"), summary, &body)
    }
}

fn signature(name: &str, definition: &FunctionDefinition) -> String {
    let one = |parameter: &Parameter| format!("{} {}", parameter.name, parameter.ty);
    let fixed = definition.parameters.iter().map(one);
    let rest = definition
        .variadic
        .iter()
        .map(|parameter| format!("{}...", one(parameter)));
    let parameters: Vec<String> = fixed.chain(rest).collect();
    format!(
        "{name}({}) {}",
        parameters.join(", "),
        returns(&definition.returns)
    )
}

/// An object is spelled out: its fields are what a caller reads from it.
fn returns(ty: &Type) -> String {
    match ty {
        Type::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, ty)| format!("{name} = {}", returns(ty)));
            format!("object({{ {} }})", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn arguments(definition: &FunctionDefinition) -> String {
    let fixed = definition
        .parameters
        .iter()
        .map(|parameter| argument(parameter, ""));
    let rest = definition
        .variadic
        .iter()
        .map(|parameter| argument(parameter, "Variadic, "));
    let lines: Vec<String> = fixed.chain(rest).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("## Arguments\n\n{}", lines.join("\n"))
}

fn argument(parameter: &Parameter, mark: &str) -> String {
    let nullable = if parameter.allow_null { ", Nullable" } else { "" };
    let text = format!(
        "1. `{}` ({mark}{}{nullable}) {}",
        parameter.name,
        ty_name(&parameter.ty),
        parameter.description
    );
    text.trim_end().to_owned()
}
