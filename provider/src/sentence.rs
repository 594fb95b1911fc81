//! How our sentences are written in diagnostics. Knows nothing of what they say.

/// Sentences inside others begin small; a diagnostic's begins a line.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
