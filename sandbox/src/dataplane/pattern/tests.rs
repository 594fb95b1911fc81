//! Rules of wildcards, escapes and regular expressions.

use super::*;

#[test]
fn wildcards_match_as_on_a_load_balancer() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("*", "anything", true),
        ("", "", true),
        ("", "a", false),
        ("?", "", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*.example.com", "shop.example.com", true),
        ("*.example.com", "example.com", false),
        ("/img/*/pics", "/img/a/b/pics", true),
        ("/img/*/pics", "/img/pics", false),
        ("*a*b", "xaxaxb", true),
        ("*a*b", "xaxaxbc", false),
        ("/img*", "/img", true),
        ("/IMG*", "/img", false),
        ("a**", "a", true),
    ] {
        assert_eq!(
            wildcard(&glyphs(pattern), text, Case::Kept),
            expected,
            "{pattern} on {text}"
        );
    }
}

#[test]
fn a_backslash_takes_the_meaning_from_a_wildcard_and_from_itself_only() {
    for (pattern, text, expected) in [
        (r"\*", "*", true),
        (r"\*", "a", false),
        (r"a\?*", "a?bc", true),
        (r"a\?", "ab", false),
        (r"\\*", r"\anything", true),
        (r"\a", r"\a", true),
        (r"\", r"\", true),
    ] {
        let fits = wildcard(&escaped_glyphs(pattern), text, Case::Kept);
        assert_eq!(fits, expected, "{pattern} on {text}");
    }
}

#[test]
fn a_regular_expression_fits_any_part_and_knows_its_case() {
    let patterns = |case| Patterns {
        wildcards: vec![],
        regexes: vec![Regex::new("^/api/v[0-9]+", case).expect("valid")],
    };
    assert!(patterns(Case::Kept).fit("/api/v12/x", Case::Kept));
    assert!(!patterns(Case::Kept).fit("/API/v12", Case::Kept));
    assert!(patterns(Case::Ignored).fit("/API/V12", Case::Kept));
    assert_eq!(Regex::new("(", Case::Kept), None);
}
