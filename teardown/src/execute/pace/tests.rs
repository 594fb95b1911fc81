//! However interfaces go, looks are neither too many nor too far apart.

use super::*;
use proptest::prelude::*;

const SPAN: Duration = Duration::from_secs(300);

proptest! {
    #[test]
    fn there_are_at_most_25_looks_in_five_minutes_and_never_15_seconds_without_one(
        shown in prop::collection::vec(0..8_u8, 1..200),
        took in 0..3000_u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let looks = runtime.block_on(async {
            let mut pace = Pace::new();
            let mut looks = Vec::new();
            for shown in shown {
                pace.looks();
                looks.push(Instant::now());
                tokio::time::advance(Duration::from_millis(took)).await;
                let pause = pace.next(match shown {
                    0..=3 => Shown::Fewer,
                    4 => Shown::Nothing,
                    _ => Shown::Same,
                });
                assert!((SHORTEST..=LONGEST).contains(&pause), "{pause:?}");
                tokio::time::advance(pause).await;
            }
            looks
        });
        for (at, first) in looks.iter().enumerate() {
            let within = looks[at..].iter().take_while(|look| **look - *first < SPAN).count();
            prop_assert!(within <= 25, "{within} looks");
        }
    }
}
