//! What the comparison of two folders of plans finds.

use super::*;

#[test]
fn a_plan_that_differs_is_missing_or_is_new_is_named() {
    let root = std::env::temp_dir().join(format!("xtask-plans-{}", std::process::id()));
    let (kept, made) = (root.join("kept"), root.join("made"));
    for (folder, files) in [
        (&kept, &[("same", "1"), ("other", "1"), ("gone", "1")][..]),
        (&made, &[("same", "1"), ("other", "2"), ("new", "1")][..]),
    ] {
        fs::create_dir_all(folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(format!("{name}.json")), text).unwrap();
        }
    }
    let lines = differences(&kept, &made).unwrap();
    fs::remove_dir_all(&root).unwrap();
    let found: Vec<&str> = lines.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        found,
        [
            "gone is kept and no longer made",
            "new is made and not kept",
            "other comes out otherwise"
        ]
    );
}
