//! Terraform's CLI configuration: where providers come from. Only from this machine's disk.
//!
//! Never lets Terraform ask a registry: no `direct` block is written.

use super::{Install, link};
use crate::folder::Folder;
use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::path::Path;

const SOURCE: &str = "registry.terraform.io/bluegreen-rs/bluegreen";
const VERSION: &str = "0.1.0";

/// Lays out the provider below `folder` and returns the text of the configuration.
pub fn prepare(install: &Install, folder: &Folder) -> Result<String> {
    match install {
        Install::Override(provider) => {
            let plugins = folder.path().join("plugins");
            let (file, source) = overridden(provider)?;
            // A link of its own: the build's folder holds other files that begin with the provider's name.
            link(provider, &plugins.join(file))?;
            Ok(format!(
                "provider_installation {{\n  dev_overrides {{\n    {source:?} = {plugins:?}\n  }}\n}}\n"
            ))
        }
        Install::Mirror { provider, peers } => {
            let mut mirrors = String::new();
            if let Some(provider) = provider {
                let mirror = folder.path().join("mirror");
                let package = mirror.join(SOURCE).join(VERSION).join("linux_amd64");
                link(
                    provider,
                    &package.join(format!("terraform-provider-bluegreen_v{VERSION}")),
                )?;
                mirrors += &block(&mirror.display().to_string(), "include", SOURCE);
            }
            if let Some(peers) = peers {
                mirrors += &block(&peers.display().to_string(), "exclude", SOURCE);
            }
            Ok(format!("provider_installation {{\n{mirrors}}}\n"))
        }
        Install::Release(mirror) => {
            let mirrors = block(&mirror.display().to_string(), "include", SOURCE);
            Ok(format!("provider_installation {{\n{mirrors}}}\n"))
        }
    }
}

/// The file that Terraform looks for, and the source address it belongs to: ours, or that of an example.
fn overridden(provider: &Path) -> Result<(&str, String)> {
    let file = provider.file_name().and_then(OsStr::to_str);
    let file = file.context("a provider is a file with a name")?;
    let name = file.strip_prefix("terraform-provider-").unwrap_or(file);
    let source = match name {
        "bluegreen" => SOURCE.to_owned(),
        name => format!("example.test/tfplugin/{name}"),
    };
    Ok((file, source))
}

fn block(path: &str, clause: &str, source: &str) -> String {
    format!("  filesystem_mirror {{\n    path = {path:?}\n    {clause} = [{source:?}]\n  }}\n")
}
