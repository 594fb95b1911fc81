//! What is read from libFuzzer and from the system, and what the table says.

use super::*;

#[test]
fn the_last_lines_say_how_often_a_target_ran() {
    let said = "#8\tDONE cov: 12\nstat::number_of_executed_units: 4711\nstat::peak_rss_mb: 30\n";
    assert_eq!(executions(said), Some(4711));
    assert_eq!(executions("INFO: Seed: 1\n"), None);
}

#[test]
fn the_cpu_time_is_that_of_ended_children() {
    let stat = "42 (a) b) R 1 2 3 4 5 6 7 8 9 10 11 12 250 50 20 0 1";
    assert_eq!(cpu_of_children(stat), Some(Duration::from_secs(3)));
    assert_eq!(cpu_of_children("42 (a) R 1"), None);
}

#[test]
fn the_table_counts_each_target_and_all() {
    let outcome = |executions, seconds, findings: &[&str]| Outcome {
        executions,
        cpu: Duration::from_secs(seconds),
        findings: findings.iter().map(PathBuf::from).collect(),
    };
    let table = table(&[
        ("rpc", outcome(1000, 90, &["crash-1"])),
        ("type_json", outcome(5, 30, &[])),
    ]);
    let lines: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[1], ["rpc", "1000", "1.5", "1"]);
    assert_eq!(lines[2], ["type_json", "5", "0.5", "0"]);
    assert_eq!(lines[3], ["in", "all", "1005", "2.0", "1"]);
}

#[test]
fn every_target_of_the_manifest_is_run() {
    let manifests = [
        ("tfplugin/fuzz", include_str!("../../../tfplugin/fuzz/Cargo.toml")),
        (
            "plancheck/fuzz",
            include_str!("../../../plancheck/fuzz/Cargo.toml"),
        ),
    ];
    let mut all = Vec::new();
    for (place, manifest) in manifests {
        let bins = manifest.split("[[bin]]").skip(1);
        let named: Vec<_> = bins.filter_map(|bin| bin.split('"').nth(1)).collect();
        assert!(named.iter().all(|target| folder(target) == place), "{named:?}");
        all.extend(named);
    }
    assert_eq!(all, TARGETS);
}
