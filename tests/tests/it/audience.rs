//! Who reaches the candidate, by every kind of condition there is: real requests that match and that do not, several
//! services on one listener, and what a hand changed in a canary rule.

use crate::import::words;
use crate::shared_listener::{Listener, Request, canary, service};
use anyhow::{Context, Result, ensure};

/// Of web, beside its host.
const EVERY_KIND: &str = r#"
  path_patterns = ["/shop/*"]
  headers       = { "x-canary" = ["yes", "v2-*"] }
  query_strings = [{ key = "beta", value = "1" }, { value = "debug" }]
  source_ips    = ["127.9.9.0/24", "::1/128"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_must_match_and_one_value_of_it_is_enough() -> Result<()> {
    let listener = Listener::new(&["web", "api"]).await?;
    let config = |body: &str| service("web", 100) + &service("api", 200) + &canary("web", "few", 99, body);
    listener.created(&config(EVERY_KIND)).await?;
    insta::assert_snapshot!("audience_rich", listener.act(&config(EVERY_KIND), "web").await?);
    listener.rests().await?;
    let good = Request::of("web")
        .from("127.9.9.9")
        .header("X-Canary: YES")
        .path("/shop/cart?x=y&beta=1");
    let green = [
        good.clone(),
        good.clone().header("x-canary: v2-rc1"),
        good.clone().path("/shop/?any=debug"),
    ];
    let blue = [
        good.clone().from("127.8.8.8"),
        good.clone().header("x-canary: no"),
        good.clone().header("x-other: yes"),
        good.clone().path("/cart?beta=1"),
        good.clone().path("/Shop/cart?beta=1"),
        good.clone().path("/shop/cart?beta=2"),
        good.clone().path("/shop/cart"),
        Request::of("web"),
        // Another service on the listener has no canary, whatever its requests look like.
        good.clone().host("api"),
    ];
    listener.answers(&green, "green").await?;
    listener.answers(&blue, "blue").await?;
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_found_among_others_and_split_rules_lose_nobody() -> Result<()> {
    let listener = Listener::new(&["web"]).await?;
    let body = r#"
  cookies    = { beta = ["1", "v2*"] }
  source_ips = ["127.9.9.0/28", "127.9.9.16/28", "127.9.9.32/28", "127.9.9.48/28"]
"#;
    let config = service("web", 100) + &canary("web", "few", 99, body);
    listener.created(&config).await?;
    listener.act(&config, "web").await?;
    listener.rests().await?;
    let rules = listener.rules("canary");
    ensure!(1 < rules.len(), "{rules:#?}");
    let mut green = Vec::new();
    let mut blue = Vec::new();
    for last in [1, 17, 33, 49] {
        let from = Request::of("web").from(&format!("127.9.9.{last}"));
        for cookies in [
            "beta=1",
            "a=2; beta=1",
            "beta=1; a=2",
            "a=2; beta=1; b=3",
            "beta=v2-rc; a=2",
            "a=2; beta=v2",
        ] {
            green.push(from.clone().header(&format!("cookie: {cookies}")));
        }
        for cookies in ["xbeta=1", "beta=12", "a=beta=1; b=2", "beta=v1"] {
            blue.push(from.clone().header(&format!("cookie: {cookies}")));
        }
    }
    blue.push(Request::of("web").from("127.9.9.65").header("cookie: beta=1"));
    listener.answers(&green, "green").await?;
    listener.answers(&blue, "blue").await?;
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hand_changed_in_a_canary_rule_is_seen_and_repaired() -> Result<()> {
    let listener = Listener::new(&["web"]).await?;
    let body =
        "  headers    = { \"x-canary\" = [\"yes\"] }\n  source_ips = [\"127.9.9.9/32\", \"127.7.7.7/32\"]\n";
    let config = service("web", 100) + &canary("web", "few", 99, body);
    listener.created(&config).await?;
    listener.act(&config, "web").await?;
    listener.rests().await?;
    let rule = listener.arn_at(99)?;
    let condition = "Conditions.member";
    let blue = listener.world.target_group_arn("web-blue")?;
    let host = format!("{condition}.1.Field=host-header&{condition}.1.Values.member.1=web.example.com");
    let everybody = format!(
        "{host}&{condition}.2.Field=source-ip&{condition}.2.SourceIpConfig.Values.member.1=0.0.0.0/0"
    );
    let hands = [
        format!("ModifyRule&RuleArn={rule}&{everybody}"),
        format!(
            "ModifyRule&RuleArn={rule}&Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={blue}"
        ),
        format!(
            "SetRulePriorities&RulePriorities.member.1.RuleArn={rule}&RulePriorities.member.1.Priority=55"
        ),
        format!("DeleteRule&RuleArn={rule}"),
        // A copy with our tags.
        format!(
            "CreateRule&ListenerArn={}&Priority=5&{everybody}&Actions.member.1.Type=forward\
             &Actions.member.1.TargetGroupArn={blue}&Tags.member.1.Key=bluegreen:service&Tags.member.1.Value=web\
             &Tags.member.2.Key=bluegreen:resource&Tags.member.2.Value=canary/99",
            listener.world.listener_arn()?
        ),
    ];
    for hand in hands {
        listener.hand(&hand).await?;
        let plan = listener.plan().await?;
        ensure!(
            plan.actions("bluegreen_canary_rule.few") == ["update"],
            "not seen: {hand}\n{}",
            plan.text
        );
        listener.apply().await?.success().with_context(|| hand.clone())?;
        listener.rests().await?;
        ensure!(
            listener.rules("canary").len() == 1,
            "{:#?}",
            listener.rules("canary")
        );
    }
    // Another order of the same values is none, neither in AWS's answer nor in the configuration.
    let rule = listener.arn_at(99)?;
    let ips = format!("{condition}.1.Field=source-ip&{condition}.1.SourceIpConfig.Values.member");
    listener
        .hand(&format!(
            "ModifyRule&RuleArn={rule}&{ips}.1=127.9.9.9/32&{ips}.2=127.7.7.7/32&{}&{condition}.3.Field=http-header\
             &{condition}.3.HttpHeaderConfig.HttpHeaderName=X-Canary&{condition}.3.HttpHeaderConfig.Values.member.1=yes",
            host.replace("member.1.Field", "member.2.Field").replace("member.1.Values", "member.2.Values")
        ))
        .await?;
    listener.rests().await?;
    let turned = body.replace(
        "\"127.9.9.9/32\", \"127.7.7.7/32\"",
        "\"127.7.7.7/32\", \"127.9.9.9/32\"",
    );
    ensure!(turned != body, "nothing was turned");
    listener.write(&(service("web", 100) + &canary("web", "few", 99, &turned)))?;
    listener.rests().await?;
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_said_of_an_audience_is_said_while_validating() -> Result<()> {
    let listener = Listener::new(&["web"]).await?;
    let behind = "  behind_proxy = true\n  source_ips   = [\"127.9.9.9/32\"]\n";
    listener.write(&(service("web", 100) + &canary("web", "few", 99, behind)))?;
    let told = listener.terraform.validate().await?;
    let text = told.to_string();
    ensure!(
        told["valid"] == false && text.contains("cloudfront-viewer-address"),
        "{told:#}"
    );
    let forged = "  headers = { \"X-Forwarded-For\" = [\"192.0.2.7*\"] }\n";
    listener.write(&(service("web", 100) + &canary("web", "few", 99, forged)))?;
    let plan = listener.plan().await?;
    ensure!(
        plan.code == 2 && plan.text.contains("X-Forwarded-For can be forged"),
        "{}",
        plan.text
    );
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_no_request_would_reach_is_told_in_the_plan() -> Result<()> {
    let listener = Listener::new(&["web", "api"]).await?;
    let wide = "  source_ips = [\"127.9.0.0/16\"]\n";
    let narrow = "  source_ips = [\"127.9.9.9/32\"]\n";
    let config = |first: &str, second: &str| {
        service("web", 100) + &canary("web", "first", 50, first) + &canary("web", "second", 60, second)
    };
    for (first, second, said) in [
        (
            wide,
            narrow,
            Some(
                "is tried before bluegreen_canary_rule web/60 and matches every request that is matched by its rule at priority 60",
            ),
        ),
        (
            narrow,
            narrow,
            Some("matches the same requests as its rule at priority 60"),
        ),
        (narrow, wide, None),
    ] {
        listener.write(&config(first, second))?;
        let plan = listener.plan().await?;
        ensure!(plan.code == 2, "{}", plan.text);
        let text = words(&plan.text);
        let title = text.contains("A rule that no request reaches");
        ensure!(
            title == said.is_some() && said.is_none_or(|said| text.contains(said)),
            "{text}"
        );
    }
    // A service in front of another one hides it, and its canary rules.
    let hiding = service("api", 40).replace("\"api.example.com\"", "\"*.example.com\"");
    listener.write(&(hiding + &config(narrow, wide)))?;
    let text = words(&listener.plan().await?.text);
    // Terraform shows the first of several of one kind, and counts the others.
    ensure!(
        text.contains("bluegreen_service api is tried before bluegreen_")
            && text.contains("(and 2 more similar warnings elsewhere)"),
        "{text}"
    );
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_load_balancer_is_named_with_its_quota_and_what_was_made_is_known() -> Result<()> {
    let listener = Listener::new(&["web"]).await?;
    let ranges: Vec<String> = (0..8).map(|n| format!("\"127.9.9.{}/28\"", n * 16)).collect();
    let body = format!("  source_ips = [{}]\n", ranges.join(", "));
    let config = service("web", 1000) + &canary("web", "few", 999, &body);
    listener.created(&config).await?;
    // With web's own, 98 of 100: two of the audience's three find room.
    for priority in 1..=97 {
        listener.foreign(priority, "/elsewhere/*").await?;
    }
    let run = listener.apply_with("web").await?;
    ensure!(
        run.code == 1 && words(&run.text()).contains("Rules per Application Load Balancer"),
        "{}",
        run.text()
    );
    let made = listener.rules("canary").len();
    ensure!(made == 2, "{made} rules of the audience were made");
    let known = listener.terraform.resource("bluegreen_canary_rule.few").await?;
    ensure!(
        known["rules"].as_array().is_some_and(|rules| rules.len() == made),
        "{known:#}"
    );
    let freed = listener.arn_at(1)?;
    listener.hand(&format!("DeleteRule&RuleArn={freed}")).await?;
    listener.apply().await?.success()?;
    listener.rests().await?;
    ensure!(
        listener.rules("canary").len() == 3,
        "{:#?}",
        listener.rules("canary")
    );
    listener.finish().await
}
