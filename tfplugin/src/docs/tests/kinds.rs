//! The page of every kind of thing a provider offers, made of models.

use std::collections::BTreeMap;

use crate::docs::{Page, render};
use crate::*;

model! {
    /// Moves ships.
    pub struct Harbor {}

    /// Who moves them.
    pub struct Fleet {
        /// The fleet's name.
        pub name: Attr<String> => required(),
        pub base: Attr<Base> => optional(),
    }

    pub struct Base {
        pub town: Attr<String> => required(),
    }

    /// A ship, with all that can be said of one.
    pub struct Ship {
        /// Its name.
        pub name: Attr<String> => required().requires_replace(),
        /// Where it is registered:
        ///
        /// - at home, or
        /// - abroad.
        pub port: Attr<String> => optional(),
        /// Opens the bridge.
        pub code: Attr<String> => optional().sensitive().write_only(),
        /// Raise it to change the code.
        pub code_version: Attr<i64> => optional(),
        pub rig: Attr<String> => optional().deprecated("Ships have engines."),
        pub engine: Attr<Engine> => optional(),
        pub spares: List<Engine> => optional(),
        pub boats: Map<Engine> => optional().computed(),
        pub flags: Set<Engine> => computed(),
        pub hold: List<Hold> => block().items(1, 4),
        pub cabin: Set<Hold> => block(),
        pub deck: Map<Hold> => block(),
        pub mast: Attr<Hold> => block(),
        pub radio: Attr<Hold> => group(),
    }

    /// What drives it.
    pub struct Engine {
        /// In kW.
        pub power: Attr<i64> => required(),
    }

    /// Where things are.
    pub struct Hold {
        pub volume: Attr<f64> => required(),
        pub lamp: List<Lamp> => block(),
    }

    pub struct Lamp {
        pub on: Attr<bool> => optional(),
    }

    /// Blows the horn.
    pub struct Horn {
        /// How often.
        pub times: Attr<u8> => optional(),
    } => deprecated("Use the radio.");
}

struct Everything;

#[async_trait]
impl Provider for Everything {
    type Config = Harbor;

    fn type_name(&self) -> &str {
        "harbor"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn meta_schema(&self) -> Option<Schema> {
        Some(Fleet::schema())
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(Everything)]
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        vec![ephemeral_resource(Everything)]
    }

    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        vec![list_resource(Everything)]
    }

    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        vec![action(Everything)]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![tonnage()]
    }

    async fn configure(&self, _req: ConfigureRequest<Harbor>) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl Resource for Everything {
    type Model = Ship;

    fn type_name(&self) -> &str {
        "harbor_ship"
    }

    fn identity(&self) -> Option<IdentitySchema> {
        let name = IdentityAttribute::required("name", Type::String).description("The ship's name.");
        let identity = IdentitySchema::new(0)
            .optional("port", Type::String)
            .attribute(name);
        Some(identity.required("decks", Type::list(Type::Number)))
    }

    async fn create(&self, req: CreateRequest<Ship>) -> ApplyResponse<Ship> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn update(&self, req: UpdateRequest<Ship>) -> ApplyResponse<Ship> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn delete(&self, req: DeleteRequest<Ship>) -> ApplyResponse<Ship> {
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest<Ship>) -> ReadResponse<Ship> {
        ReadResponse::new(Some(req.state), req.private)
    }
}

#[async_trait]
impl EphemeralResource for Everything {
    type Model = Engine;

    fn type_name(&self) -> &str {
        "harbor_pilot"
    }

    async fn open(&self, req: OpenRequest<Engine>) -> OpenResponse<Engine> {
        OpenResponse::new(req.config, Private::new())
    }
}

#[async_trait]
impl ListResource for Everything {
    type Config = Lamp;

    fn type_name(&self) -> &str {
        "harbor_ship"
    }

    async fn list(&self, _req: ListRequest<Lamp>, _out: ListSender) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl Action for Everything {
    type Config = Horn;

    fn type_name(&self) -> &str {
        "harbor_horn"
    }

    async fn invoke(&self, _req: InvokeRequest<Horn>, _progress: Progress) -> Diagnostics {
        Diagnostics::new()
    }
}

function! {
    /// How heavy a ship is.
    ///
    /// By Archimedes.
    fn tonnage(
        /// In m³.
        volume: f64,
        /// Of the water; that of the sea if null.
        density: Option<f64>,
        /// What is on board.
        load: Rest<f64>,
    ) -> f64 {
        volume * density.unwrap_or(1.025) + load.iter().sum::<f64>()
    }
}

const FILES: [(&str, &str); 8] = [
    (
        "examples/resources/harbor_ship/resource.tf",
        "resource \"harbor_ship\" \"a\" {}\n",
    ),
    (
        "examples/resources/harbor_ship/import-by-identity.tf",
        "import {\n  identity = {}\n}\n",
    ),
    (
        "examples/resources/harbor_ship/import-by-string-id.tf",
        "import {\n  id = \"a\"\n}\n",
    ),
    (
        "examples/resources/harbor_ship/import.sh",
        "terraform import harbor_ship.a a\n",
    ),
    (
        "examples/ephemeral-resources/harbor_pilot/ephemeral-resource.tf",
        "ephemeral \"harbor_pilot\" \"a\" {}\n",
    ),
    (
        "examples/list-resources/harbor_ship/list-resource.tfquery.hcl",
        "list \"harbor_ship\" \"all\" {}\n",
    ),
    (
        "examples/actions/harbor_horn/action.tf",
        "action \"harbor_horn\" \"a\" {}\n",
    ),
    (
        "examples/actions/harbor_horn/invoke.sh",
        "terraform apply -invoke=action.harbor_horn.a\n",
    ),
];

fn pages(example: impl Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let pages = render(&Everything, example);
    pages
        .into_iter()
        .map(|Page { path, text }| (path, text))
        .collect()
}

#[test]
fn every_kind_has_a_page_with_its_examples() {
    let files = BTreeMap::from(FILES);
    let pages = pages(|path| files.get(path).map(|text| (*text).to_owned()));
    let paths: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "docs/actions/horn.md",
            "docs/ephemeral-resources/pilot.md",
            "docs/functions/tonnage.md",
            "docs/index.md",
            "docs/list-resources/ship.md",
            "docs/resources/ship.md",
        ]
    );
    for (path, text) in pages {
        insta::assert_snapshot!(path.replace(['/', '.'], "_"), text);
    }
}

#[test]
fn an_identity_is_described_even_without_an_example() {
    let ship = &pages(|_| None)["docs/resources/ship.md"];
    assert!(
        ship.contains("can be used with the `identity` attribute.\n\n### Identity Schema"),
        "{ship}"
    );
    assert!(!ship.contains("`id` attribute"), "{ship}");
}
