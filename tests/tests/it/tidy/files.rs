//! What every file of the repository must look like: one function per rule, from text to complaints.
//!
//! Never reads a file: the caller brings the text.

const CEILING: usize = 400;

/// Is this a Rust file that a person wrote?
pub fn is_source(path: &str) -> bool {
    path.ends_with(".rs") && !(path.starts_with("tfplugin/") && path.contains("/gen/"))
}

/// Is this a file of tests? The library of the acceptance tests is not: it is used by them, and by the demo.
pub fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Must this file do without the generated code? It is private to its crate, and there the wire's business.
pub fn is_beyond_the_wire(path: &str) -> bool {
    path.starts_with("tfplugin/src/")
        && !path.starts_with("tfplugin/src/wire/")
        && path != "tfplugin/src/wire.rs"
}

pub fn header(_: &str, text: &str) -> Vec<String> {
    let purpose = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"))
        .map_or("", str::trim);
    if purpose.is_empty() {
        vec!["does not begin with a `//!` header".to_owned()]
    } else {
        vec![]
    }
}

pub fn size(_: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if lines > CEILING {
        vec![format!("has {lines} lines, {CEILING} is the ceiling")]
    } else {
        vec![]
    }
}

/// Lines that name the module of generated code in a path or an import. Declaring it is allowed.
pub fn names_generated(_: &str, text: &str) -> Vec<String> {
    let names = |line: &str| {
        let code = line
            .split("//")
            .next()
            .unwrap_or_default()
            .replace("r#gen", "gen");
        let import = code.trim_start().starts_with("use ") || code.trim_start().starts_with("pub use ");
        words(&code).any(|(before, word, after)| {
            word == "gen" && (import || before.ends_with("::") || after.starts_with("::"))
        })
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| names(line))
        .map(|(number, line)| format!("line {number} names generated code: {}", line.trim()))
        .collect()
}

/// Every identifier of a line, with what stands before and after it.
fn words(line: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.split(move |c| !part_of_word(c))
        .filter(|word| !word.is_empty())
        .map(move |word| {
            let start = word.as_ptr().addr() - line.as_ptr().addr();
            (&line[..start], word, &line[start + word.len()..])
        })
}

/// Split in two, so that this file does not name them either.
const FORBIDDEN: &[(&str, &str)] = &[
    ("/ro", "ot/"),
    ("/wo", "rk/"),
    ("/ho", "me/"),
    ("/Us", "ers/"),
    ("crates", ".io"),
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("npm", "js."),
    ("deb.deb", "ian.org"),
];

pub fn forbidden_words(_: &str, text: &str) -> Vec<String> {
    let at_start = |line: &str, at: usize, word: &str| {
        // At its start a path names a folder of a machine; further on it is a folder like any other.
        !word.starts_with('/') || !line[..at].ends_with(|c: char| c.is_alphanumeric() || "_-.}*".contains(c))
    };
    let mut complaints = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for word in FORBIDDEN.iter().map(|(head, tail)| format!("{head}{tail}")) {
            if line.match_indices(&word).any(|(at, _)| at_start(line, at, &word)) {
                complaints.push(format!("line {number} names {word}"));
            }
        }
    }
    complaints
}

pub fn commands(readme: &str) -> Vec<String> {
    ["cargo demo", "cargo verify"]
        .into_iter()
        .filter(|command| !readme.contains(command))
        .map(|command| format!("README.md does not name `{command}`"))
        .collect()
}

pub fn forbids_unsafe(workspace: &str) -> Vec<String> {
    if section(workspace, "[workspace.lints.rust]").any(|line| line == "unsafe_code = \"forbid\"") {
        vec![]
    } else {
        vec!["the workspace does not forbid unsafe code".to_owned()]
    }
}

pub fn inherits_lints(manifest: &str) -> bool {
    section(manifest, "[lints]").eq(["workspace = true"])
}

/// The lines of one section of a manifest, without blank ones.
fn section<'a>(manifest: &'a str, title: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = manifest
        .lines()
        .map(str::trim)
        .skip_while(move |line| *line != title)
        .skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests;
