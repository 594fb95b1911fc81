//! What the pages look like: golden files, for they are read by people.

mod kinds;

use super::{Page, plain, render};
use crate::*;
use std::collections::BTreeMap;

struct Zoo;
struct Cage;
struct Visitors;
struct Feed;

#[async_trait]
impl DynProvider for Zoo {
    fn type_name(&self) -> &str {
        "zoo"
    }

    fn version(&self) -> &str {
        "1.2.3"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .description("Keeps *animals*.\n\nA second paragraph, for the page only.")
            .attribute(
                Attribute::string("key")
                    .optional()
                    .sensitive()
                    .description("Opens the gate."),
            )
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![Box::new(Cage)]
    }

    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![Box::new(Visitors)]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(Feed)]
    }

    async fn configure(&self, _req: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl DynResource for Cage {
    fn type_name(&self) -> &str {
        "zoo_cage"
    }

    fn schema(&self) -> Schema {
        let size = Type::object([("height", Type::Number), ("width", Type::Number)]);
        let meal = vec![
            Attribute::string("what").required(),
            Attribute::object("when", vec![Attribute::string("hour").optional()]).optional(),
        ];
        let toy = Block::new("toy", BlockNesting::List)
            .items(1, 3)
            .description("What it plays with.")
            .attribute(Attribute::string("color").required());
        let door = Block::new("door", BlockNesting::Single)
            .deprecated("Use `gate`.")
            .block(Block::new("hinge", BlockNesting::Set).attribute(Attribute::bool("oiled").optional()));
        Schema::new(0)
            .description("One cage, see [the map](https://example.test/map).")
            .deprecated("Use `zoo_meadow`.")
            .attribute(Attribute::string("id").computed().description("Its id."))
            .attribute(Attribute::string("name").required().description("Its name."))
            .attribute(Attribute::list("tags", Type::String).optional())
            .attribute(
                Attribute::string("color")
                    .optional()
                    .deprecated("Cages have no color any more."),
            )
            .attribute(Attribute::string("pin").optional().write_only().sensitive())
            .attribute(
                Attribute::string("mood")
                    .default("calm")
                    .description("Default `calm`."),
            )
            .attribute(
                Attribute::object_list("meals", meal)
                    .required()
                    .description("What it is fed."),
            )
            .attribute(Attribute::map("size", size).computed().description("Per floor."))
            .block(toy)
            .block(door)
    }

    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
}

#[async_trait]
impl DynDataSource for Visitors {
    fn type_name(&self) -> &str {
        "zoo_visitors"
    }

    fn schema(&self) -> Schema {
        let count = Attribute::number("count_today")
            .computed()
            .description("How many came.");
        Schema::new(0).description("Who came.").attribute(count)
    }

    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse {
        ReadDataResponse::new(req.config)
    }
}

impl Function for Feed {
    fn name(&self) -> &str {
        "feed"
    }

    fn definition(&self) -> FunctionDefinition {
        let left = Type::object([("hay", Type::Number), ("names", Type::list(Type::String))]);
        FunctionDefinition::new(left)
            .summary("What is left.")
            .deprecated("Use `provider::zoo::meal`.")
            .description("What is left after *everybody* ate.")
            .parameter(Parameter::new("hay", Type::Number).description("Bales."))
            .parameter(Parameter::new("guest", Type::String).allow_null())
            .variadic(Parameter::new("animals", Type::list(Type::String)).description("Who eats."))
    }

    fn call(&self, _args: Vec<Value>) -> Result<Value, FunctionError> {
        Ok(Value::Null)
    }
}

fn pages(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let pages = render(&Zoo, |path| files.get(path).map(|text| (*text).to_owned()));
    pages
        .into_iter()
        .map(|Page { path, text }| (path, text))
        .collect()
}

const FILES: &[(&str, &str)] = &[
    ("examples/provider/provider.tf", "provider \"zoo\" {}\n"),
    (
        "examples/resources/zoo_cage/resource.tf",
        "resource \"zoo_cage\" \"a\" {}\n",
    ),
    ("examples/resources/zoo_cage/import.tf", "import {}\n"),
    (
        "examples/resources/zoo_cage/import.sh",
        "terraform import zoo_cage.a 1\n",
    ),
    (
        "examples/data-sources/zoo_visitors/data-source.tf",
        "data \"zoo_visitors\" \"all\" {}\n",
    ),
    ("examples/functions/feed/function.tf", "output \"left\" {}\n"),
];

#[test]
fn every_part_of_a_provider_has_its_page_where_the_registry_looks() {
    let pages = pages(FILES);
    let paths: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "docs/data-sources/visitors.md",
            "docs/functions/feed.md",
            "docs/index.md",
            "docs/resources/cage.md"
        ]
    );
    for (path, text) in pages {
        insta::assert_snapshot!(path.replace(['/', '.'], "_"), text);
    }
}

#[test]
fn a_page_without_examples_has_neither_usage_nor_import() {
    let cage = &pages(&[])["docs/resources/cage.md"];
    assert!(
        !cage.contains("Example Usage") && !cage.contains("## Import"),
        "{cage}"
    );
    let with = &pages(FILES)["docs/resources/cage.md"];
    assert!(
        with.contains("Example Usage") && with.contains("## Import"),
        "{with}"
    );
}

#[test]
fn front_matter_is_one_plain_line() {
    assert_eq!(
        plain("See `a` and [b](c).\nMore *d*.\n\nNext."),
        "See a and b. More d."
    );
    assert_eq!(plain("a [b] (c) [d"), "a [b] (c) [d");
}
