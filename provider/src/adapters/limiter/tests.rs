//! No second with more calls than allowed, measured where the calls arrive.

use super::*;
use std::sync::Arc;

/// When each of `calls` calls, asked for at once, arrived; each takes `latency` on the way there.
async fn arrivals(per_second: f64, calls: usize, latency: Duration) -> Vec<Duration> {
    let limiter = Arc::new(Limiter::new(per_second));
    let (arrived, began) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let tasks: Vec<_> = (0..calls)
        .map(|nth| {
            let (limiter, arrived) = (limiter.clone(), arrived.clone());
            tokio::spawn(async move {
                let never = CancellationToken::new();
                let _turn = limiter.turn(&never).await.unwrap();
                // Every other call is slow on its way: what counts is when it arrives.
                if nth % 2 == 0 {
                    rest(latency, &never).await.unwrap();
                }
                arrived.lock().unwrap().push(began.elapsed());
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut arrived = arrived.lock().unwrap().clone();
    arrived.sort();
    arrived
}

fn busiest_second(arrivals: &[Duration]) -> usize {
    let within = |from: &Duration| {
        let until = *from + Duration::from_secs(1);
        arrivals.iter().filter(|&at| from <= at && *at < until).count()
    };
    arrivals.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn no_second_has_more_calls_than_allowed_and_the_allowance_is_used() {
    for latency in [0, 200, 900] {
        let arrived = arrivals(3.0, 31, Duration::from_millis(latency)).await;
        assert_eq!(busiest_second(&arrived), 3, "{latency} ms: {arrived:?}");
        // Eleven turns each: not much slower than the allowance, however late the answers.
        assert!(
            arrived[30] < Duration::from_secs(11) + Duration::from_millis(11 * latency),
            "{arrived:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_below_one_is_one_call_in_that_many_seconds() {
    let arrived = arrivals(0.25, 3, Duration::ZERO).await;
    assert_eq!(arrived, [0, 4, 8].map(Duration::from_secs));
    assert_eq!(busiest_second(&arrivals(2.5, 20, Duration::ZERO).await), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait_and_gives_the_turn_back_unused() {
    let limiter = Limiter::new(1.0);
    drop(limiter.turn(&CancellationToken::new()).await.unwrap());
    let stop = CancellationToken::new();
    stop.cancel();
    assert!(limiter.turn(&stop).await.is_err());
    let began = Instant::now();
    drop(limiter.turn(&CancellationToken::new()).await.unwrap());
    assert_eq!(began.elapsed(), Duration::from_secs(1));
}
