//! The arguments hold together, help stays short, and every flag ends up in the core's policy.

use super::*;
use clap::CommandFactory;
use teardown::evidence::Level;
use teardown::judge::{OtherTags, Policy};

fn policy(args: &[&str]) -> Policy {
    let all = [&["bluegreen-teardown", "scan", "--vpc-id", "vpc-1"], args].concat();
    match Cli::try_parse_from(all).unwrap().command {
        Command::Scan(args) => args.rules.policy(&args.place.clusters),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_arguments_hold_together() {
    Cli::command().debug_assert();
}

#[test]
fn without_flags_the_policy_is_the_cores_own() {
    assert_eq!(policy(&[]), Policy::default());
}

#[test]
fn every_flag_ends_up_in_the_policy() {
    assert_eq!(policy(&["--allow", "e2"]).threshold, Level::E2);
    assert_eq!(policy(&["--allow", "e3"]).threshold, Level::E3);
    assert_eq!(policy(&["--min-age", "90s"]).min_age.as_secs(), 90);
    assert_eq!(policy(&["--strict"]).other_tags, OtherTags::Keep);
    assert!(policy(&["--cluster", "prod"]).said.clusters.contains("prod"));
    assert!(
        policy(&["--assume-destroyed", "prod"])
            .said
            .destroyed
            .contains("prod")
    );
    assert!(policy(&["--unprotect", "arn:lb"]).unprotect.contains("arn:lb"));
    let kept = policy(&["--keep", "sg-1", "--keep", "web"]).keep;
    assert!(kept.contains("sg-1") && kept.contains("web"));
}

#[test]
fn there_is_no_flag_that_allows_what_only_looks_like_an_orphan() {
    for level in ["e0", "e1", "E1", ""] {
        let parsed = Cli::try_parse_from(["bluegreen-teardown", "scan", "--allow", level]);
        assert!(parsed.is_err(), "{level}");
    }
}

#[test]
fn a_vpc_is_named_by_its_id() {
    for wrong in ["", "main", "vpc-", "subnet-1"] {
        let parsed = Cli::try_parse_from(["bluegreen-teardown", "scan", "--vpc-id", wrong]);
        assert!(parsed.is_err(), "{wrong:?}");
    }
}

#[test]
fn help() {
    // Not as wide as whatever the tests were started in.
    let mut command = Cli::command().term_width(100);
    command.build();
    let names: Vec<String> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    let mut text = command.render_long_help().to_string();
    for name in names {
        let one = command.find_subcommand_mut(&name).unwrap();
        text += &format!("\n======== {name}\n{}", one.render_long_help());
    }
    insta::assert_snapshot!(text);
}

#[test]
fn completions_and_man_page() {
    for shell in [
        clap_complete::Shell::Bash,
        clap_complete::Shell::Zsh,
        clap_complete::Shell::Fish,
    ] {
        let mut out = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "bluegreen-teardown", &mut out);
        insta::assert_snapshot!(format!("completions_{shell}"), String::from_utf8(out).unwrap());
    }
    let mut out = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut out).unwrap();
    insta::assert_snapshot!("man_page", String::from_utf8(out).unwrap());
}
