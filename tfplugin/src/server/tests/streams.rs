//! Answers in parts: an end is the end, and nothing grows while the host is slow.

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::action::WAITING;
use crate::server::{List, Listed, Server, Told};
use crate::{
    Action, ApplyResponse, Attr, ConfigureRequest, CreateRequest, DeleteRequest, Diagnostics, DynAction,
    DynListResource, DynResource, IdentitySchema, InvokeRequest, ListItem, ListRequest, ListResource,
    ListSender, Model, Progress, Provider, ReadRequest, ReadResponse, Resource, Type, UpdateRequest, Value,
    action, list_resource, model, resource,
};

model! {
    struct Bead {
        pub name: Attr<String> => optional(),
    }
}

/// Its search never returns; it says when it is told to stop.
#[derive(Clone)]
struct Necklace {
    stopped: mpsc::UnboundedSender<()>,
}

#[async_trait]
impl Provider for Necklace {
    type Config = ();

    fn type_name(&self) -> &str {
        "beads"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(self.clone())]
    }

    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        vec![list_resource(self.clone())]
    }

    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        vec![action(self.clone())]
    }

    async fn configure(&self, _: ConfigureRequest<()>) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl Resource for Necklace {
    type Model = Bead;

    fn type_name(&self) -> &str {
        "beads_bead"
    }

    fn identity(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new(0).required("name", Type::String))
    }

    async fn create(&self, req: CreateRequest<Bead>) -> ApplyResponse<Bead> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn update(&self, req: UpdateRequest<Bead>) -> ApplyResponse<Bead> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn delete(&self, req: DeleteRequest<Bead>) -> ApplyResponse<Bead> {
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest<Bead>) -> ReadResponse<Bead> {
        ReadResponse::new(Some(req.state), req.private)
    }
}

#[async_trait]
impl ListResource for Necklace {
    type Config = Bead;

    fn type_name(&self) -> &str {
        "beads_bead"
    }

    async fn list(&self, req: ListRequest<Bead>, out: ListSender) -> Diagnostics {
        let identity = req.config.into_value();
        let _ = out.send(ListItem::new(identity, "the first")).await;
        req.stop.cancelled().await;
        let _ = self.stopped.send(());
        std::future::pending().await
    }
}

#[async_trait]
impl Action for Necklace {
    type Config = Bead;

    fn type_name(&self) -> &str {
        "beads_count"
    }

    async fn invoke(&self, _: InvokeRequest<Bead>, progress: Progress) -> Diagnostics {
        for number in 0..1000 {
            progress.say(number.to_string());
        }
        Diagnostics::new()
    }
}

fn bead(name: Attr<String>) -> Value {
    Bead { name }.into_value()
}

#[tokio::test]
async fn a_listing_ends_with_its_limit_or_an_error_however_long_the_search_goes_on() {
    for (name, error) in [(Attr::from("a"), false), (Attr::Null, true)] {
        let (stopped, mut told) = mpsc::unbounded_channel();
        let server = Server::new(Necklace { stopped });
        let list = server.list_resource("beads_bead").expect("it is registered");
        let asked = List {
            config: bead(name),
            include_resource: false,
            limit: if error { 5 } else { 1 },
        };
        let mut listed = server.list(list, asked).expect("it has an identity");
        let first: Listed = listed.recv().await.expect("one is found");
        assert_eq!(first.diagnostics.has_errors(), error);
        assert_eq!(listed.recv().await, None);
        assert_eq!(told.recv().await, Some(()), "the search is told to stop");
    }
}

#[tokio::test]
async fn lines_for_which_there_is_no_room_are_counted_and_the_end_is_told_once() {
    let (stopped, _) = mpsc::unbounded_channel();
    let server = Server::new(Necklace { stopped });
    let action = server.action("beads_count").expect("it is registered");
    let mut told = server.invoke(action, bead(Attr::Null));
    let mut heard = Vec::new();
    while let Some(step) = told.recv().await {
        heard.push(step);
    }
    assert_eq!(heard.pop(), Some(Told::End(Diagnostics::new())));
    let left_out = 1000 - WAITING;
    let said = format!("({left_out} lines are left out: they came faster than they were taken)");
    assert_eq!(heard.pop(), Some(Told::Line(said)));
    let first: Vec<Told> = (0..WAITING)
        .map(|number| Told::Line(number.to_string()))
        .collect();
    assert_eq!(heard, first);
}
