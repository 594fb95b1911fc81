//! Schemas at random: every flag, type and nesting.

use tfplugin::{Attribute, Block, BlockNesting, Schema, Type};

use crate::chance::Chance;

pub fn schema(chance: &mut Chance) -> Schema {
    let mut schema = Schema::new(0).attribute(Attribute::number("case").required());
    for attribute in attributes(chance, 2, Inside::Object) {
        schema = schema.attribute(attribute);
    }
    for at in 0..chance.below(3) {
        schema = schema.block(block(chance, at, 1, Inside::Object));
    }
    schema
}

/// What stands around: a set takes no open types and no write-only attributes, no collection takes open types.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Object,
    Collection,
    Set,
}

fn attributes(chance: &mut Chance, depth: usize, inside: Inside) -> Vec<Attribute> {
    let count = 1 + chance.below(5);
    (0..count)
        .map(|at| attribute(chance, &format!("a{at}"), depth, inside))
        .collect()
}

fn attribute(chance: &mut Chance, name: &str, depth: usize, inside: Inside) -> Attribute {
    let within = |other| if inside == Inside::Set { Inside::Set } else { other };
    let attribute = match chance.below(if depth == 0 { 8 } else { 12 }) {
        0 | 1 => Attribute::string(name),
        2 => Attribute::number(name),
        3 => Attribute::bool(name),
        4 => Attribute::list(name, Type::String),
        5 => Attribute::set(name, Type::String),
        6 => Attribute::map(name, Type::Number),
        7 if inside == Inside::Object && chance.one_in(2) => Attribute::new(name, Type::Dynamic),
        7 => Attribute::new(name, Type::Tuple(vec![Type::String, Type::Number])),
        8 => Attribute::object(name, attributes(chance, depth - 1, inside)),
        9 => Attribute::object_list(name, attributes(chance, depth - 1, within(Inside::Collection))),
        10 => Attribute::object_set(name, attributes(chance, depth - 1, Inside::Set)),
        _ => Attribute::object_map(name, attributes(chance, depth - 1, within(Inside::Collection))),
    };
    // What a provider makes of two elements of a set must differ, or the set shrinks: text can.
    if inside == Inside::Set && attribute.ty() != Type::String {
        return attribute.optional();
    }
    match chance.below(8) {
        0 | 1 => attribute.computed(),
        2..=4 => attribute.optional_computed(),
        5 if inside != Inside::Set => attribute.optional().write_only(),
        6 if attribute.ty() == Type::String => attribute.default("default"),
        _ => attribute.optional(),
    }
}

/// The depth of what stands inside a labelled block.
const LABELLED: usize = 9;

fn block(chance: &mut Chance, at: usize, depth: usize, inside: Inside) -> Block {
    let nestings = [
        BlockNesting::Single,
        BlockNesting::Group,
        BlockNesting::List,
        BlockNesting::Set,
        BlockNesting::Map,
    ];
    let nesting = *chance.pick(&nestings).unwrap_or(&BlockNesting::List);
    let within = match nesting {
        BlockNesting::Set => Inside::Set,
        BlockNesting::List | BlockNesting::Map if inside == Inside::Object => Inside::Collection,
        _ => inside,
    };
    let mut block = Block::new(format!("b{at}"), nesting);
    // Terraform ends when objects nested in labelled blocks are written in different ways.
    let depth_of_attributes = usize::from(nesting != BlockNesting::Map && depth != LABELLED);
    for attribute in attributes(chance, depth_of_attributes, within) {
        block = block.attribute(attribute);
    }
    if depth == 1 && chance.one_in(2) {
        let depth = if nesting == BlockNesting::Map { LABELLED } else { 0 };
        block = block.block(self::block(chance, 9, depth, within));
    }
    block
}
