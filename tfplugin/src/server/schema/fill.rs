//! The form blocks take in values: a block that is absent is not always null.

use crate::schema::{Block, BlockNesting};
use crate::value::Value;

/// Null collections of blocks become empty ones and absent groups objects of nulls, at every depth.
pub(crate) fn fill_blocks(blocks: &[Block], value: Value) -> Value {
    let Value::Map(mut fields) = value else {
        return value;
    };
    for block in blocks {
        let Some(slot) = fields.get_mut(&block.name) else {
            continue;
        };
        let held = std::mem::take(slot);
        let fill = |element: Value| fill_blocks(&block.blocks, element);
        *slot = match (block.nesting, held) {
            (BlockNesting::List | BlockNesting::Set, Value::Null) => Value::List(Vec::new()),
            (BlockNesting::Map, Value::Null) => Value::object::<String>([]),
            (BlockNesting::Group, Value::Null) => fill(absent_group(block)),
            (BlockNesting::List | BlockNesting::Set, Value::List(elements)) => {
                Value::List(elements.into_iter().map(fill).collect())
            }
            (BlockNesting::Map, Value::Map(elements)) => Value::Map(
                elements
                    .into_iter()
                    .map(|(label, element)| (label, fill(element)))
                    .collect(),
            ),
            (_, element) => fill(element),
        };
    }
    Value::Map(fields)
}

fn absent_group(block: &Block) -> Value {
    let names = block.attributes.iter().map(|attribute| &attribute.name);
    Value::object(
        names
            .chain(block.blocks.iter().map(|block| &block.name))
            .map(|name| (name, Value::Null)),
    )
}
