//! The tables in the modules' READMEs, written from their HCL. Run with `BLESS=1`, or as `cargo xtask docs`, to write
//! them anew; what stands around them is written by hand and left alone.

use super::hcl::{Block, text_of};
use super::{Module, modules};
use anyhow::{Context, Result, ensure};
use std::fmt::Write;
use std::fs;

const BEGIN: &str = "<!-- From here on written by `cargo xtask docs`. -->\n";
const END: &str = "<!-- Up to here. -->\n";

#[test]
fn the_tables_of_every_module_are_what_its_hcl_says() -> Result<()> {
    for module in modules()? {
        let path = module.folder.join("README.md");
        let readme = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let place = || format!("{} has no place for the tables: {BEGIN}{END}", path.display());
        let (before, rest) = readme.split_once(BEGIN).with_context(place)?;
        let (held, after) = rest.split_once(END).with_context(place)?;
        let fresh = tables(&module)?;
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, format!("{before}{BEGIN}{fresh}{END}{after}"))?;
        } else {
            ensure!(
                held == fresh,
                "{} is not what the module says: run `cargo xtask docs`",
                path.display()
            );
        }
    }
    Ok(())
}

#[test]
fn a_type_over_several_lines_becomes_one() {
    let written =
        "object({\n    port  = optional(number, 8443)\n    rules = list(object({ key = string }))\n  })";
    assert_eq!(
        one_line(written),
        "object({ port = optional(number, 8443), rules = list(object({ key = string })) })"
    );
    assert_eq!(
        one_line("{\n  a = 1\n\n  b = [\n    2,\n    3,\n  ]\n}"),
        "{ a = 1, b = [2, 3] }"
    );
}

fn tables(module: &Module) -> Result<String> {
    let mut text = String::from("\n## Providers\n\n| provider | version |\n|---|---|\n");
    let terraform = module
        .blocks("terraform")
        .next()
        .context("the module names no versions")?;
    let needs = terraform
        .attribute("required_version")
        .context("no required_version")?;
    writeln!(text, "| terraform | `{}` |", text_of(needs)?)?;
    for (_, needs) in terraform
        .all("required_providers")
        .flat_map(|block| &block.attributes)
    {
        let field = |name: &str| -> Result<String> {
            let line = needs.lines().map(str::trim).find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split_once('='));
            text_of(value.with_context(|| format!("no {name} in {needs}"))?.1.trim())
        };
        writeln!(text, "| `{}` | `{}` |", field("source")?, field("version")?)?;
    }

    text += "\n## Resources\n\n| resource | number |\n|---|---|\n";
    let mut resources: Vec<&Block> = module.blocks("resource").collect();
    resources.sort_by_key(|block| &block.labels);
    for block in resources {
        let number = match (block.attribute("count"), block.attribute("for_each")) {
            (None, None) => "1".to_owned(),
            (Some(count), _) => format!("`{}`", one_line(count)),
            (_, Some(each)) => format!("one for each of `{}`", one_line(each)),
        };
        writeln!(
            text,
            "| `{}.{}` | {} |",
            block.label(0)?,
            block.label(1)?,
            cell(&number)
        )?;
    }

    text += "\n## Variables\n\n| name | what | type | default |\n|---|---|---|---|\n";
    for block in module.blocks("variable") {
        let default = block.attribute("default").map(one_line);
        let default = default.map_or_else(|| "**required**".to_owned(), |it| format!("`{it}`"));
        let kind = block
            .attribute("type")
            .with_context(|| format!("{:?} has no type", block.labels))?;
        writeln!(
            text,
            "| `{}` | {} | `{}` | {} |",
            block.label(0)?,
            cell(&description(block)?),
            cell(&one_line(kind)),
            cell(&default)
        )?;
    }

    text += "\n## Outputs\n\n| name | what |\n|---|---|\n";
    for block in module.blocks("output") {
        writeln!(text, "| `{}` | {} |", block.label(0)?, cell(&description(block)?))?;
    }
    text.push('\n');
    Ok(text)
}

fn description(block: &Block) -> Result<String> {
    let said = block.attribute("description");
    text_of(said.with_context(|| format!("{} {:?} has no description", block.kind, block.labels))?)
}

/// Elements on lines of their own get commas between them.
fn one_line(expression: &str) -> String {
    let mut text = String::new();
    for line in expression
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
    {
        let opened = text.ends_with(['{', '(', '[']);
        let closes = line.starts_with(['}', ')', ']']);
        let braces = text.ends_with('{') || line.starts_with('}');
        if closes {
            text.truncate(text.trim_end_matches(',').len());
        } else if !text.is_empty() && !opened && !text.ends_with(',') && !line.is_empty() {
            text.push(',');
        }
        if !text.is_empty() && !line.is_empty() && (braces || !(opened || closes)) {
            text.push(' ');
        }
        text += &line;
    }
    text
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
