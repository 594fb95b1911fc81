//! `kitchen_cook`: a cook who makes the mistake that the configuration names. The one resource that stays untyped,
//! as a provider with schemas made at run time would be.

use tfplugin::{
    ApplyResponse, Attribute, CreateRequest, DeleteRequest, Diagnostic, Diagnostics, DynResource,
    PlanRequest, PlanResponse, Private, ReadRequest, ReadResponse, Schema, UpdateRequest, Value, async_trait,
};

use crate::json::{from_json, to_json};
use crate::store::Store;

pub struct Cook(pub Store);

/// The mistake that a configuration or state names, or nothing.
fn mistake(value: &Value) -> &str {
    value.get("mistake").as_str().unwrap_or_default()
}

impl Cook {
    /// Does what was planned, with the mistake that was asked for.
    fn work(&self, doing: &str, prior: Option<&Value>, planned: Value) -> ApplyResponse {
        let name = planned.get("name").as_str().unwrap_or_default().to_owned();
        self.0.note(&format!("{doing} cook {name}"));
        assert!(
            mistake(&planned) != format!("panic in {doing}"),
            "the soup boiled over"
        );
        let mut state = planned;
        let badge = prior.map_or_else(
            || format!("badge-{name}").into(),
            |prior| prior.get("badge").clone(),
        );
        state.set("badge", badge);
        if mistake(&state) == "nothing made" {
            return ApplyResponse::new(None, Private::new());
        }
        if let Err(error) = self.0.save("cook", &name, &to_json(&state)) {
            return ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(prior.cloned(), Private::new())
            };
        }
        let mut diagnostics = Diagnostics::new();
        match mistake(&state) {
            "wrong result" => state.set("plates", 99.into()),
            "wrong kind of result" => state.set("plates", "many".into()),
            "unknown left over" => state.set("badge", Value::Unknown),
            "half done" => diagnostics.push(Diagnostic::error(
                "the cook stopped half way",
                "Half of it is on the table.",
            )),
            _ => {}
        }
        ApplyResponse {
            diagnostics,
            ..ApplyResponse::new(Some(state), Private::new())
        }
    }
}

#[async_trait]
impl DynResource for Cook {
    fn type_name(&self) -> &str {
        "kitchen_cook"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .description("A cook, who makes mistakes on request.")
            .attribute(
                Attribute::string("name")
                    .required()
                    .requires_replace()
                    .description("Who."),
            )
            .attribute(
                Attribute::string("mistake")
                    .optional()
                    .description("What goes wrong, such as `panic in create`."),
            )
            .attribute(
                Attribute::number("plates")
                    .default(0)
                    .description("How many plates to fill."),
            )
            .attribute(
                Attribute::string("badge")
                    .computed()
                    .description("Given when hired."),
            )
    }

    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        let mistake = mistake(&req.config).to_owned();
        assert!(mistake != "panic in plan", "the menu caught fire");
        let mut planned = req.proposed;
        if let Some(prior) = &req.prior {
            planned.set("badge", prior.get("badge").clone());
        }
        match mistake.as_str() {
            "wrong plan" => planned.set("plates", 7.into()),
            "wrong kind of plan" => planned.set("plates", "seven".into()),
            _ => {}
        }
        PlanResponse::new(planned, req.private)
    }

    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        self.work("create", None, req.planned)
    }

    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        self.work("update", Some(&req.prior), req.planned)
    }

    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let name = req.prior.get("name").as_str().unwrap_or_default();
        self.0.note(&format!("delete cook {name}"));
        let mistake = mistake(&req.prior);
        assert!(mistake != "panic in delete", "the door is locked");
        match mistake {
            "will not leave" => return ApplyResponse::new(Some(req.prior), req.private),
            "argues" => {
                let mut state = req.prior;
                state.set("plates", 0.into());
                let diagnostics =
                    Diagnostic::error("the cook won't go", "Only the plates are put down.").into();
                return ApplyResponse {
                    diagnostics,
                    ..ApplyResponse::new(Some(state), req.private)
                };
            }
            _ => {}
        }
        match self.0.remove("cook", name) {
            Ok(()) => ApplyResponse::new(None, req.private),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(Some(req.prior), req.private)
            },
        }
    }

    async fn read(&self, req: ReadRequest) -> ReadResponse {
        let name = req.state.get("name").as_str().unwrap_or_default();
        self.0.note(&format!("read cook {name}"));
        assert!(mistake(&req.state) != "panic in read", "the lights went out");
        match self.0.load("cook", name) {
            Ok(found) => {
                let mut state = found.map(|json| from_json(&json, &req.state));
                if let Some(state) = &mut state {
                    match mistake(&req.state) {
                        "unknown in read" => state.set("badge", Value::Unknown),
                        "wrong kind of read" => state.set("plates", "some".into()),
                        _ => {}
                    }
                }
                ReadResponse::new(state, req.private)
            }
            Err(error) => ReadResponse {
                diagnostics: error.into(),
                ..ReadResponse::new(Some(req.state), req.private)
            },
        }
    }
}
