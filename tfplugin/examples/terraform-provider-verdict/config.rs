//! Configurations at random, in Terraform's JSON syntax: set, left out, and unknown until a source is made.

use serde_json::{Map, Value as Json, json};
use tfplugin::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Type};

use crate::chance::Chance;
use crate::{OBJECTS, TYPES, shape};

/// The configuration of a round: the same objects in each, configured anew, and one more source.
pub fn document(seed: u64, round: u64) -> Json {
    let sources: Map<String, Json> = (1..=round)
        .map(|round| (format!("s{round}"), json!({})))
        .collect();
    let mut resources = Map::from_iter([("verdict_source".to_owned(), Json::Object(sources))]);
    for kind in 0..TYPES {
        let schema = shape::schema(&mut Chance::of(&[seed, kind]));
        let mut objects = Map::new();
        for object in 0..OBJECTS {
            let case = kind * OBJECTS + object;
            let mut maker = Maker {
                chance: Chance::of(&[seed, case, round, 3]),
                source: format!("verdict_source.s{round}"),
                inside_block: false,
            };
            let mut body = maker.members(schema.attributes(), schema.blocks());
            body.insert("case".into(), case.into());
            objects.insert(format!("c{case}"), body.into());
        }
        resources.insert(format!("verdict_t{kind}"), objects.into());
    }
    json!({
        "terraform": {"required_providers": {"verdict": {"source": "example.test/tfplugin/verdict"}}},
        "resource": resources,
    })
}

struct Maker {
    chance: Chance,
    source: String,
    /// Terraform ends when, inside a block, a nested attribute is unknown as a whole in one and not in another.
    inside_block: bool,
}

impl Maker {
    fn members(&mut self, attributes: &[Attribute], blocks: &[Block]) -> Map<String, Json> {
        let mut body = Map::new();
        for attribute in attributes {
            let configured = attribute.is_optional() && !self.chance.one_in(3);
            if configured && attribute.name() != "case" {
                body.insert(attribute.name().to_owned(), self.attribute(attribute));
            }
        }
        for block in blocks {
            let outside = std::mem::replace(&mut self.inside_block, true);
            self.block(block, &mut body);
            self.inside_block = outside;
        }
        body
    }

    fn attribute(&mut self, attribute: &Attribute) -> Json {
        if !self.inside_block && self.chance.one_in(10) {
            return self.unknown("any");
        }
        match attribute.kind() {
            AttributeKind::Plain(ty) => self.value(ty),
            AttributeKind::Nested(nesting, nested) => match nesting {
                Nesting::Single => self.members(nested, &[]).into(),
                Nesting::List | Nesting::Set => (0..self.chance.below(4))
                    .map(|_| Json::from(self.members(nested, &[])))
                    .collect(),
                Nesting::Map => {
                    let keys = (0..self.chance.below(3)).map(|at| format!("k{at}"));
                    keys.map(|key| (key, Json::from(self.members(nested, &[]))))
                        .collect::<Map<_, _>>()
                        .into()
                }
            },
        }
    }

    fn value(&mut self, ty: &Type) -> Json {
        if self.chance.one_in(8) {
            match ty {
                Type::String => return self.unknown("text"),
                Type::Number => return self.unknown("number"),
                Type::List(_) | Type::Set(_) => return self.unknown("texts"),
                _ => {}
            }
        }
        match ty {
            Type::Number => json!(self.chance.below(3)),
            Type::Bool => json!(self.chance.one_in(2)),
            Type::List(element) | Type::Set(element) => {
                (0..self.chance.below(4)).map(|_| self.value(element)).collect()
            }
            Type::Map(element) => {
                let keys = (0..self.chance.below(3)).map(|at| format!("k{at}"));
                keys.map(|key| (key, self.value(element)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Type::Tuple(types) => types.iter().map(|ty| self.value(ty)).collect(),
            Type::Dynamic => match self.chance.below(4) {
                0 => json!(1.5),
                1 => json!(["x", 1]),
                2 => json!({"p": "x", "q": [true]}),
                _ => json!("x"),
            },
            _ => json!(["x", "y", "X"][self.chance.below(3)]),
        }
    }

    fn block(&mut self, block: &Block, body: &mut Map<String, Json>) {
        let name = block.name().to_owned();
        let many = matches!(block.nesting(), BlockNesting::List | BlockNesting::Set);
        if many && self.chance.one_in(8) {
            let content = self.members(block.attributes(), &[]);
            let each = self.unknown("texts");
            let dynamic = json!({name: {"for_each": each, "content": content}});
            match body.get_mut("dynamic").and_then(Json::as_array_mut) {
                Some(all) => all.push(dynamic),
                None => {
                    body.insert("dynamic".into(), json!([dynamic]));
                }
            }
            return;
        }
        let mut one = || Json::from(self.members(block.attributes(), block.blocks()));
        let made: Json = match block.nesting() {
            BlockNesting::Single | BlockNesting::Group => one(),
            BlockNesting::List | BlockNesting::Set => vec![one(), one()].into(),
            BlockNesting::Map => json!({"k0": one(), "k1": one()}),
        };
        if !self.chance.one_in(3) {
            body.insert(name, made);
        }
    }

    fn unknown(&self, attribute: &str) -> Json {
        format!("${{{}.{attribute}}}", self.source).into()
    }
}
