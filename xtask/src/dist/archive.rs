//! Archives that depend on nothing but what is in them: fixed times, owners and order.
//!
//! Never reads a disk.

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// 1980-01-01, where the times of a zip archive begin. Some tools take earlier ones for damage.
const TIME: u64 = 315_532_800;

/// A file of an archive.
pub struct Entry {
    pub name: String,
    pub bytes: Vec<u8>,
    mode: u32,
}

impl Entry {
    pub fn program(name: &str, bytes: Vec<u8>) -> Entry {
        Entry {
            name: name.to_owned(),
            bytes,
            mode: 0o755,
        }
    }

    pub fn text(name: &str, bytes: Vec<u8>) -> Entry {
        Entry {
            mode: 0o644,
            ..Entry::program(name, bytes)
        }
    }
}

/// As Terraform unpacks providers.
pub fn zip(entries: &[Entry]) -> Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(entry.mode);
        writer
            .start_file(&entry.name, options)
            .with_context(|| format!("beginning {}", entry.name))?;
        writer
            .write_all(&entry.bytes)
            .with_context(|| format!("packing {}", entry.name))?;
    }
    Ok(writer.finish().context("closing the archive")?.into_inner())
}

/// Compressed with gzip.
pub fn tar(entries: &[Entry]) -> Result<Vec<u8>> {
    let packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut builder = tar::Builder::new(packer);
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(TIME);
        header.set_uid(0);
        header.set_gid(0);
        builder
            .append_data(&mut header, &entry.name, entry.bytes.as_slice())
            .with_context(|| format!("packing {}", entry.name))?;
    }
    let packer = builder.into_inner().context("closing the archive")?;
    packer.finish().context("closing the archive")
}
