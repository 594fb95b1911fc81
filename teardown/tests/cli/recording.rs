//! The recorded session of the documentation is what the program shows at a terminal. Run with `BLESS=1`, or as
//! `cargo xtask docs`, to record it anew.

mod picture;
mod session;

use crate::left::Left;
use session::Typed;
use std::path::Path;

const TITLE: &str = "bluegreen-teardown: scan, why, apply, scan";
const DESCRIPTION: &str = "A terminal: a scan finds what a destroyed cluster left in a VPC, why tells the evidence for one \
    load balancer, apply shows it again, asks for the VPC's id, deletes and looks again, and a last scan finds no orphan.";

mod docs {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_recorded_session_is_what_the_program_shows() {
        let left = Left::new(0.01, 1.0).await;
        let mut shell = session::shell();
        let program = left.place.command(&[]);
        let folder = Path::new(program.get_program()).parent().unwrap();
        shell
            .current_dir(program.get_current_dir().unwrap())
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        for (name, value) in program.get_envs() {
            shell.env(name, value.unwrap());
        }
        let run = |command: &str| Typed {
            after: "$",
            text: format!("bluegreen-teardown {command} --state network.tfstate"),
        };
        let all = [
            run("scan"),
            run("why k8s-shop-web-0c9cb52896"),
            run("apply"),
            Typed {
                after: "Type ",
                text: left.place.vpc.clone(),
            },
            run("scan"),
        ];
        let screen = tokio::task::spawn_blocking(move || session::record(shell, &all));
        let screen = screen.await.unwrap();
        assert!(
            left.there().iter().all(|it| !it.contains("k8s-")),
            "{:#?}",
            left.there()
        );
        let fresh = picture::draw(screen.screen(), TITLE, DESCRIPTION);

        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images/teardown.svg");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &fresh).unwrap();
        }
        let held = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            words(&held),
            words(&fresh),
            "docs/images/teardown.svg is not what the program shows: run `cargo xtask docs`"
        );
    }
}

/// What is written, in any order: of what goes on at once either may end first.
fn words(svg: &str) -> Vec<&str> {
    let written = svg
        .lines()
        .filter_map(|line| line.trim().strip_prefix("<text ")?.split_once('>'));
    let mut words: Vec<&str> = written.map(|(_, words)| words).collect();
    words.sort_unstable();
    words
}
