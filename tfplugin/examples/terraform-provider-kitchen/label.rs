//! `kitchen_label` in its third version, with upgrades from both before, an identity and a list; and `kitchen_tag`,
//! which it replaces: a `moved` block makes labels of tags.

use serde_json::{Value as Json, json};
use tfplugin::*;

use crate::shelf::{Goods, recognise};
use crate::store::Store;

model! {
    /// A label to stick on things.
    pub struct Label {
        pub name: Attr<String> => required().requires_replace(),
        /// Version 1 had it as text.
        pub size: Attr<i64> => default(1),
        /// Version 0 had one `color`.
        pub colors: Set<String> => optional(),
    } => at_version(2);

    pub struct Tag {
        pub name: Attr<String> => required().requires_replace(),
        pub text: Attr<String> => optional(),
    } => deprecated("Use `kitchen_label` instead.");

    /// Which labels to list.
    pub struct Search {
        pub color: Attr<String> => optional(),
        /// What goes wrong, such as `panic`.
        pub mistake: Attr<String> => optional(),
    }
}

impl Goods for Label {
    const TYPE: &'static str = "kitchen_label";

    fn name(&self) -> String {
        self.name.known_or_default()
    }

    fn complete(&mut self, _: Option<&Self>) {}

    fn identity() -> Option<IdentitySchema> {
        let name = IdentityAttribute::required("name", Type::String);
        Some(IdentitySchema::new(0).attribute(name.description("What is written on it.")))
    }

    fn upgrade(version: i64, mut raw: Json) -> Result<Json, Diagnostic> {
        if version < 1 {
            let mut taken = |name| raw.as_object_mut().and_then(|label| label.remove(name));
            taken("gone_since");
            let color = taken("color").unwrap_or_default();
            raw["colors"] = if color.is_null() {
                Json::Null
            } else {
                json!([color])
            };
        }
        let size = raw["size"].as_str().and_then(|size| size.parse::<i64>().ok());
        let size = size.ok_or_else(|| {
            let said = format!("The state says {}. Import the label again.", raw["size"]);
            Diagnostic::error("the size of a label is no number", said)
        })?;
        raw["size"] = size.into();
        Ok(raw)
    }

    fn moved(req: &MoveRequest) -> Result<Self, Diagnostic> {
        match (req.source_provider.as_str(), req.source_type.as_str()) {
            ("example.test/tfplugin/kitchen", "kitchen_tag") => Ok(Label {
                name: req.source_state["name"].as_str().map(str::to_owned).into(),
                size: 1.into(),
                colors: Attr::Null,
            }),
            (provider, ty) => Err(Diagnostic::error(
                "only tags become labels",
                format!("This is a {ty} of {provider}."),
            )),
        }
    }
}

impl Goods for Tag {
    const TYPE: &'static str = "kitchen_tag";

    fn name(&self) -> String {
        self.name.known_or_default()
    }

    fn complete(&mut self, _: Option<&Self>) {}
}

/// Lists labels by color.
pub struct Labels(pub Store);

#[async_trait]
impl ListResource for Labels {
    type Config = Search;

    fn type_name(&self) -> &str {
        Label::TYPE
    }

    async fn validate(&self, config: &Search, diags: &mut Diagnostics) {
        if config.color.as_deref() == Some("") {
            diags.error_at(
                Path::root("color"),
                "no color has no name",
                "Leave it out to list all labels.",
            );
        }
    }

    async fn list(&self, req: ListRequest<Search>, out: ListSender) -> Diagnostics {
        self.0.note(&format!("list {} labels at most", req.limit));
        assert!(
            req.config.mistake.as_deref() != Some("panic"),
            "the drawer fell out"
        );
        let all = match self.0.all("label") {
            Ok(all) => all,
            Err(error) => return error.into(),
        };
        for object in all {
            let label: Label = match recognise(&object, &Label::default()) {
                Ok(label) => label,
                Err(error) => return error.into(),
            };
            let wanted = req.config.color.as_deref();
            if wanted.is_some_and(|color| !label.colors.each().any(|known| known == color)) {
                continue;
            }
            let identity = Value::object([("name", label.name().into())]);
            let item = ListItem::new(identity, format!("the label {}", label.name()));
            if out.send(item.resource(label.into_value())).await.is_err() {
                self.0.note("enough labels");
                break;
            }
        }
        Diagnostics::new()
    }
}
