//! The policy: its template is the default, and what it does not know is named.

use super::*;

fn wrong(text: &str) -> String {
    Policy::parse(text, "plancheck.toml").unwrap_err().to_string()
}

#[test]
fn the_template_says_what_holds_without_a_policy() {
    let template = Policy::parse(TEMPLATE, "template").unwrap();
    let default = Policy::default();
    for rule in Rule::ALL {
        assert!(
            TEMPLATE.contains(&format!("[rules.{}]", rule.id())),
            "{} is missing",
            rule.id()
        );
        assert_eq!(template.level(rule), default.level(rule), "{}", rule.id());
        assert_eq!(template.own(rule).0, Some(rule.doc().level), "{}", rule.id());
        assert_eq!(template.label(rule), default.label(rule), "{}", rule.id());
    }
    assert_eq!(
        template.rules.phase_order.through,
        default.rules.phase_order.through
    );
    assert_eq!(
        template.rules.one_at_a_time.at_most,
        default.rules.one_at_a_time.at_most
    );
    assert_eq!(
        template.rules.promotion_alone.beside,
        default.rules.promotion_alone.beside
    );
    assert_eq!(template.rules.canary_open_to_all.shortest_ipv4, 8);
    assert_eq!(template.rules.canary_open_to_all.shortest_ipv6, 32);
    assert!(template.rules.freeze.windows.is_empty());
}

#[test]
fn the_windows_in_the_template_are_windows() {
    let uncommented: String = TEMPLATE
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.starts_with("[[") || rest.contains(" = \""))
                .unwrap_or(line)
        })
        .map(|line| line.to_owned() + "\n")
        .collect();
    assert_eq!(
        Policy::parse(&uncommented, "template")
            .unwrap()
            .rules
            .freeze
            .windows
            .len(),
        2
    );
}

#[test]
fn every_rule_has_a_table_of_its_own() {
    for rule in Rule::ALL {
        let policy = Policy::parse(
            &format!("[rules.{}]\nlevel = \"off\"\nlabel = \"x\"", rule.id()),
            "p",
        )
        .unwrap();
        assert_eq!(
            (policy.level(rule), policy.label(rule)),
            (Level::Off, Some("x")),
            "{}",
            rule.id()
        );
        assert_eq!(
            Rule::ALL
                .into_iter()
                .filter(|rule| policy.level(*rule) == Level::Off)
                .count(),
            1
        );
    }
}

#[test]
fn a_misspelt_rule_is_named_with_its_line_and_the_nearest_one() {
    let text = wrong("[rules.phase_order]\nlevel = \"off\"\n");
    assert!(
        text.contains("line 1") && text.contains("did you mean `phase-order`?"),
        "{text}"
    );
    let text = wrong("[rules.drift]\nlevl = \"off\"\n");
    assert!(
        text.contains("line 2") && text.contains("did you mean `level`?"),
        "{text}"
    );
}

#[test]
fn options_out_of_bounds_are_refused() {
    for (text, word) in [
        ("[rules.one-at-a-time]\nat_most = 0", "at least 1"),
        ("[rules.canary-open-to-all]\nshortest_ipv4 = 33", "0 to 32"),
        ("[rules.canary-open-to-all]\nshortest_ipv6 = 129", "0 to 128"),
        ("[rules.drift]\nlabel = \" \"", "not empty"),
        ("[rules.drift]\nlevel = \"fatal\"", "unknown variant"),
        (
            "[rules.phase-order]\nthrough = [\"promoted\"]",
            "not \"promoted\"",
        ),
    ] {
        let said = wrong(text);
        assert!(said.contains(word), "{word}: {said}");
    }
}

fn window(zone: &str, from: &str, to: &str) -> Result<Window, PolicyError> {
    let text =
        format!("[[rules.freeze.windows]]\nname = \"w\"\nzone = {zone:?}\nfrom = {from:?}\nto = {to:?}");
    Policy::parse(&text, "p").map(|policy| policy.rules.freeze.windows[0].clone())
}

#[test]
fn a_weekly_window_goes_by_the_clock_on_the_wall() {
    let weekend = window("Europe/Berlin", "Fri 16:00", "Mon 08:00").unwrap();
    for (now, inside) in [
        // Winter: 16:00 there is 15:00 UTC.
        ("2026-01-09T14:59:59Z", false),
        ("2026-01-09T15:00:00Z", true),
        ("2026-01-11T23:00:00Z", true),
        ("2026-01-12T06:59:59Z", true),
        ("2026-01-12T07:00:00Z", false),
        // Summer: 14:00 UTC.
        ("2026-07-10T13:59:59Z", false),
        ("2026-07-10T14:00:00Z", true),
        ("2026-07-08T12:00:00Z", false),
    ] {
        assert_eq!(weekend.contains(now.parse().unwrap()), inside, "{now}");
    }
}

#[test]
fn a_window_between_dates_ends_before_its_last() {
    let year = window("America/New_York", "2026-12-21", "2027-01-04T09:00").unwrap();
    for (now, inside) in [
        ("2026-12-21T04:59:59Z", false),
        ("2026-12-21T05:00:00Z", true),
        ("2027-01-04T13:59:59Z", true),
        ("2027-01-04T14:00:00Z", false),
    ] {
        assert_eq!(year.contains(now.parse().unwrap()), inside, "{now}");
    }
}

#[test]
fn a_window_that_is_none_is_named() {
    for (zone, from, to, word) in [
        ("Europe/Nowhere", "Fri 16:00", "Mon 08:00", "no time zone"),
        ("UTC", "Fry 16:00", "Mon 08:00", "no time"),
        ("UTC", "Fri 25:00", "Mon 08:00", "no time"),
        ("UTC", "Fri 16:00", "2026-01-01", "both"),
        ("UTC", "Fri 16:00", "Fri 16:00", "before it begins"),
        ("UTC", "2026-01-02", "2026-01-01", "before it begins"),
    ] {
        let said = window(zone, from, to).unwrap_err().to_string();
        assert!(said.contains(word), "{word}: {said}");
    }
}
