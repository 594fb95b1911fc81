//! `kitchen_label` in its third version, with upgrades from both before; and `kitchen_tag`, which it replaces.

use serde_json::{Value as Json, json};
use tfplugin::{Attr, Diagnostic, Set};

use crate::shelf::Goods;

tfplugin::model! {
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
}

impl Goods for Label {
    const TYPE: &'static str = "kitchen_label";

    fn name(&self) -> String {
        self.name.or_default()
    }

    fn complete(&mut self, _: Option<&Self>) {}

    fn upgrade(version: i64, mut raw: Json) -> Result<Json, Diagnostic> {
        if version < 1 {
            let color = raw["color"].take();
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
}

impl Goods for Tag {
    const TYPE: &'static str = "kitchen_tag";

    fn name(&self) -> String {
        self.name.or_default()
    }

    fn complete(&mut self, _: Option<&Self>) {}
}
