//! Every stage of the example in order, under load, with an empty second plan after each.

use super::place::{OFFICE, PUBLIC, Place, readme, stages};
use anyhow::{Result, ensure};

const STABLE: (&str, &str, (u8, u8)) = ("api", "stable", (100, 0));

#[tokio::test(flavor = "multi_thread")]
async fn two_services_are_made_released_rolled_back_and_destroyed_by_their_flags() -> Result<()> {
    Place::through(async |place| {
        let stages = stages()?;
        let [stable, warm, canary, promote, rollback, other] =
            &stages.iter().map(String::as_str).collect::<Vec<_>>()[..]
        else {
            anyhow::bail!("the example has other stages: {stages:?}")
        };
        place
            .arrives(stable, [STABLE, ("web", "stable", (100, 0))])
            .await?;
        place.healthy("web-blue", 2).await?;
        place.healthy("api-blue", 2).await?;
        let made = place.world.next_seq();
        leads_to_https(place).await?;
        somebody_scales(place, stable).await?;
        let (web, api) = (place.load("/")?, place.load("/api/orders")?);

        place.arrives(warm, [STABLE, ("web", "warm", (100, 0))]).await?;
        testers_see_the_candidate(place).await?;
        given_up(place, stable, warm).await?;

        place
            .arrives(canary, [STABLE, ("web", "canary", (100, 0))])
            .await?;
        place.world.propagated().await?;
        serves(place, OFFICE, "green").await?;
        serves(place, PUBLIC, "blue").await?;
        place
            .arrives(promote, [STABLE, ("web", "promoted", (0, 100))])
            .await?;
        nobody_tests(place).await?;
        place
            .arrives(rollback, [STABLE, ("web", "stable", (100, 0))])
            .await?;
        place
            .arrives(
                other,
                [("api", "promoted", (0, 100)), ("web", "stable", (100, 0))],
            )
            .await?;

        for (probe, versions) in [(web, ["v1", "v2"]), (api, ["v1", "v2"])] {
            let report = probe.stop().await?;
            ensure!(
                report.failed == 0 && 0 < report.succeeded,
                "{} requests failed: {:?}",
                report.failed,
                report.samples
            );
            let colors = report.audiences["public"].colors.values();
            let seen: Vec<&str> = colors
                .flat_map(|color| color.versions.keys().map(String::as_str))
                .collect();
            ensure!(
                versions.iter().all(|version| seen.contains(version)),
                "the public saw {seen:?}"
            );
        }
        place.judge().by_hand(0..made).assert(&place.world.events());
        place.destroyed(stable).await
    })
    .await
}

/// What a reader of the example types is what is run above, in that order.
#[test]
fn the_commands_of_the_readme_are_the_stages() -> Result<()> {
    let commands: Vec<String> = readme()?
        .lines()
        .filter_map(|line| line.strip_prefix("$ terraform "))
        .map(str::to_owned)
        .collect();
    let mut wanted = vec!["init".to_owned()];
    wanted.extend(
        stages()?
            .iter()
            .map(|stage| format!("apply -var-file=env/{stage}.tfvars")),
    );
    wanted.push("destroy -var-file=env/1-stable.tfvars".to_owned());
    ensure!(commands == wanted, "{commands:#?}");
    Ok(())
}

async fn leads_to_https(place: &Place<'_>) -> Result<()> {
    let answer = place.ask(80, PUBLIC, "/cart?full=1").await?;
    ensure!(
        answer.starts_with("http/1.1 301")
            && answer.contains("location: https://shop.example.com/cart?full=1"),
        "port 80 answers:\n{answer}"
    );
    Ok(())
}

/// On their own port, before anybody does on the public one.
async fn testers_see_the_candidate(place: &Place<'_>) -> Result<()> {
    place.world.propagated().await?;
    let tester = place.ask(8443, OFFICE, "/").await?;
    ensure!(
        tester.starts_with("http/1.1 200") && tester.contains("x-color: green"),
        "a tester is answered:\n{tester}"
    );
    let stranger = place.ask(8443, PUBLIC, "/").await?;
    ensure!(
        stranger.starts_with("http/1.1 404"),
        "a stranger is answered:\n{stranger}"
    );
    serves(place, OFFICE, "blue").await
}

async fn nobody_tests(place: &Place<'_>) -> Result<()> {
    place.world.propagated().await?;
    let tester = place.ask(8443, OFFICE, "/").await?;
    ensure!(
        tester.starts_with("http/1.1 404"),
        "without a candidate a tester is answered:\n{tester}"
    );
    Ok(())
}

async fn serves(place: &Place<'_>, whom: &str, color: &str) -> Result<()> {
    let answer = place.ask(443, whom, "/").await?;
    ensure!(
        answer.contains(&format!("x-color: {color}")),
        "{whom} is answered:\n{answer}"
    );
    Ok(())
}

/// Autoscaling runs more tasks than the configuration asks for: no plan takes them away.
async fn somebody_scales(place: &Place<'_>, stage: &str) -> Result<()> {
    place.world.sandbox().scale("shop", "web-blue", 4)?;
    place.healthy("web-blue", 4).await?;
    place.rests(stage).await
}

/// The candidate is given up before the canary: it is retired in the same apply, though testers could reach it. Then
/// it is asked for again.
async fn given_up(place: &Place<'_>, stable: &str, warm: &str) -> Result<()> {
    place
        .arrives(stable, [STABLE, ("web", "stable", (100, 0))])
        .await?;
    let tasks = &place.world.service("web-green")["desiredCount"];
    ensure!(*tasks == 0, "green still runs {tasks} tasks");
    nobody_tests(place).await?;
    place.arrives(warm, [STABLE, ("web", "warm", (100, 0))]).await
}
