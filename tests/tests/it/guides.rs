//! Every piece of HCL in the guides and in the README is valid.
//!
//! Never runs one: what a piece refers to and does not have itself is given to it as unknown.

use acceptance::terraform::{Setup, Terraform};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const HEAD: &str = r#"
terraform {
  required_providers {
    bluegreen = { source = "bluegreen-rs/bluegreen" }
  }
}
variable "stand_in" {}
"#;

/// A service that a piece refers to and does not show.
fn service(name: &str) -> String {
    format!(
        r#"
resource "bluegreen_service" "{name}" {{
  name            = "{name}"
  enable_canary   = false
  activate_canary = false
  promote_to_all  = false
  alb = {{
    listener_arn           = var.stand_in
    priority               = 100
    path_patterns          = ["/*"]
    blue_target_group_arn  = var.stand_in
    green_target_group_arn = var.stand_in
  }}
}}
"#
    )
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The fenced HCL of a page, each with the line it begins at.
fn pieces(text: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match &mut open {
            None if line == "```hcl" => open = Some((index + 2, String::new())),
            None => {}
            Some(_) if line == "```" => all.extend(open.take()),
            Some((_, piece)) => {
                piece.push_str(line);
                piece.push('\n');
            }
        }
    }
    all
}

/// Dotted names, such as `var.release` and `aws_lb.main.arn`.
fn references(piece: &str) -> BTreeSet<String> {
    let words = piece.split(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)));
    words
        .filter(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_owned)
        .collect()
}

/// The piece with a stand-in for whatever is not shown.
fn whole(piece: &str) -> String {
    let mut text = piece.to_owned();
    let mut more = String::new();
    let mut known = BTreeSet::new();
    // The longest first: one may begin with another.
    let mut references: Vec<String> = references(piece).into_iter().collect();
    references.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for reference in references {
        let parts: Vec<&str> = reference.split('.').collect();
        match parts[..] {
            ["var", name, ..]
                if known.insert(name.to_owned()) && !piece.contains(&format!("variable \"{name}\"")) =>
            {
                more.push_str(&format!("variable \"{name}\" {{}}\n"));
            }
            ["bluegreen_service", name, ..]
                if known.insert(name.to_owned())
                    && !piece.contains(&format!("resource \"bluegreen_service\" \"{name}\"")) =>
            {
                more.push_str(&service(name));
            }
            // What other providers make.
            [kind, _, ..] if kind.starts_with("aws_") => text = text.replace(&reference, "var.stand_in"),
            _ => {}
        }
    }
    format!("{HEAD}{text}{more}")
}

#[test]
fn what_a_piece_does_not_show_is_stood_in_for() {
    let text = whole(
        "resource \"bluegreen_canary_rule\" \"a\" {\n  route = bluegreen_service.web.route\n  x = [var.y, aws_lb.main.arn]\n}\n",
    );
    assert!(
        text.contains("variable \"y\" {}") && text.contains("resource \"bluegreen_service\" \"web\""),
        "{text}"
    );
    assert!(text.contains("x = [var.y, var.stand_in]"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_piece_of_the_guides_and_of_the_readme_is_valid() -> Result<()> {
    let mut pages = vec![root().join("README.md")];
    for entry in fs::read_dir(root().join("docs/guides")).context("reading the guides")? {
        pages.push(entry?.path());
    }
    pages.sort();
    let terraform = Terraform::new(&[("main.tf", HEAD)], Setup::quick()?).await?;
    let mut seen = 0;
    for page in pages {
        for (line, piece) in pieces(&fs::read_to_string(&page)?) {
            terraform.write("main.tf", &whole(&piece))?;
            let verdict = terraform.validate().await?;
            ensure!(verdict["valid"] == true, "{}:{line}: {verdict:#}", page.display());
            seen += 1;
        }
    }
    ensure!(5 < seen, "only {seen} pieces were found");
    // A piece that is wrong is found to be.
    let wrong = "resource \"bluegreen_canary_rule\" \"a\" {\n  route = bluegreen_service.web.route\n  priority = 0\n}\n";
    terraform.write("main.tf", &whole(wrong))?;
    let verdict = terraform.validate().await?;
    ensure!(verdict["valid"] == false, "{verdict:#}");
    Ok(())
}
