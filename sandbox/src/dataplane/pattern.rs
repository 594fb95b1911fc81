//! Text patterns of conditions: wildcards as load balancers have them, and regular expressions.
//!
//! Knows no request and no field: what is compared, and whether case counts, is the caller's word.

#[cfg(test)]
mod tests;

/// Any one of them is enough.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patterns {
    /// `*` stands for any run of characters, `?` for one.
    pub wildcards: Vec<String>,
    /// Whether case counts is decided when one is made.
    pub regexes: Vec<Regex>,
}

/// A compiled regular expression that is equal to another of the same text.
#[derive(Clone, Debug)]
pub struct Regex(regex::Regex);

/// Whether `a` is `A`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// It is not.
    Kept,
    /// It is.
    Ignored,
}

impl Patterns {
    /// Whether any pattern fits the whole text (a regular expression: any part of it).
    pub fn fit(&self, text: &str, case: Case) -> bool {
        self.wildcards
            .iter()
            .any(|pattern| wildcard(&glyphs(pattern), text, case))
            || self.regexes.iter().any(|regex| regex.0.is_match(text))
    }

    /// Every pattern's text, wildcards first.
    pub fn texts(&self) -> Vec<String> {
        let regexes = self.regexes.iter().map(Regex::text);
        self.wildcards
            .iter()
            .map(String::as_str)
            .chain(regexes)
            .map(str::to_owned)
            .collect()
    }
}

impl From<Vec<String>> for Patterns {
    fn from(wildcards: Vec<String>) -> Self {
        Self {
            wildcards,
            regexes: Vec::new(),
        }
    }
}

impl Regex {
    /// None if it is not a regular expression.
    pub fn new(text: &str, case: Case) -> Option<Self> {
        let built = regex::RegexBuilder::new(text)
            .case_insensitive(case == Case::Ignored)
            .build();
        built.ok().map(Self)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

/// One place of a wildcard pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Glyph {
    Byte(u8),
    One,
    Run,
}

pub(super) fn glyphs(pattern: &str) -> Vec<Glyph> {
    pattern.bytes().map(glyph).collect()
}

/// In query strings a backslash takes the meaning from a `*`, `?` or backslash behind it.
pub(super) fn escaped_glyphs(pattern: &str) -> Vec<Glyph> {
    let mut glyphs = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let literal = (byte == b'\\')
            .then(|| bytes.next_if(|next| matches!(next, b'*' | b'?' | b'\\')))
            .flatten();
        glyphs.push(literal.map_or_else(|| glyph(byte), Glyph::Byte));
    }
    glyphs
}

fn glyph(byte: u8) -> Glyph {
    match byte {
        b'*' => Glyph::Run,
        b'?' => Glyph::One,
        byte => Glyph::Byte(byte),
    }
}

/// Linear-ish matching: on a mismatch only the latest `*` is retried, since an earlier one can never do better.
pub(super) fn wildcard(pattern: &[Glyph], text: &str, case: Case) -> bool {
    let text = text.as_bytes();
    let same = |glyph: Glyph, t: u8| match glyph {
        Glyph::One => true,
        Glyph::Byte(p) => p == t || (case == Case::Ignored && p.eq_ignore_ascii_case(&t)),
        Glyph::Run => false,
    };
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&Glyph::Run) {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && same(pattern[p], text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_at, taken)) = star {
            p = star_at + 1;
            t = taken + 1;
            star = Some((star_at, t));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|glyph| *glyph == Glyph::Run)
}
