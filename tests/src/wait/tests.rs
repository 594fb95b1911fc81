//! When waiting ends.

use super::eventually;
use std::cell::Cell;
use std::future::pending;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn returns_the_first_value() {
    let tries = Cell::new(0);
    let value = eventually(DEADLINE, || async {
        tries.set(tries.get() + 1);
        if tries.get() == 3 {
            Ok(tries.get())
        } else {
            Err("not yet")
        }
    });
    assert_eq!(value.await.unwrap(), 3);
}

#[tokio::test]
async fn the_error_names_the_last_status() {
    let tries = Cell::new(0);
    let error = eventually(DEADLINE, || async {
        tries.set(tries.get() + 1);
        Err::<(), _>(format!("{} of 100 healthy", tries.get()))
    });
    let text = error.await.unwrap_err().to_string();
    assert_eq!(text, format!("after 300ms: {} of 100 healthy", tries.get()));
    assert!(tries.get() > 1);
}

#[tokio::test]
async fn an_attempt_that_hangs_does_not_outlast_the_deadline() {
    let error = eventually::<(), String, _, _>(DEADLINE, pending);
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "after 300ms: the first attempt had not answered"
    );
}
