//! What can be asked of an answer, and what an answer says.

use super::*;

#[test]
fn headers_and_fields_are_told_apart_and_nonsense_is_refused() {
    assert_eq!("header:X-Color".parse(), Ok(Label::Header("X-Color".to_owned())));
    assert_eq!("json:app.color".parse(), Ok(Label::Field("app.color".to_owned())));
    for wrong in [
        "",
        "x-color",
        "header:",
        "header:a b",
        "json:",
        "json:a..b",
        "cookie:color",
    ] {
        let refusal = wrong.parse::<Label>().expect_err(wrong);
        assert!(refusal.contains("header:x-color"), "{refusal}");
    }
}

#[test]
fn a_body_says_what_its_fields_say_and_nothing_else() {
    let labels = Labels {
        color: Label::Field("app.color".to_owned()),
        version: Label::Field("build".to_owned()),
    };
    assert!(labels.need_body() && !Labels::default().need_body());
    for (body, color, version) in [
        (r#"{"app":{"color":"blue"},"build":7}"#, "blue", "7"),
        (r#"{"app":{"color":null},"build":[1]}"#, "", ""),
        (r#"{"app":"blue"}"#, "", ""),
        ("<html>", "", ""),
    ] {
        let mut said = Said::default();
        labels.body(&mut said, body.as_bytes());
        labels.header(&mut said, "x-color", "not asked for");
        assert_eq!(
            (said.color.as_str(), said.version.as_str()),
            (color, version),
            "{body}"
        );
    }
}
