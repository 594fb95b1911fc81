//! A resource over a model goes through everything an untyped one does.

use super::shop::{Books, Line, Order, Shop, order};
use crate::testing::Harness;
use crate::{Attr, List, Map, Model, Value};

async fn shop() -> (Harness, Books) {
    let books = Books::default();
    let harness = Harness::new(books.clone());
    assert!(
        harness.schema_faults().is_empty(),
        "{:?}",
        harness.schema_faults()
    );
    let said = harness.configure(Shop::default().into_value()).await;
    assert!(said.is_empty(), "{said:?}");
    assert_eq!(books.heard(), ["limit Null"]);
    (harness, books)
}

fn line(what: &str, count: u8) -> Line {
    Line {
        what: what.into(),
        count: count.into(),
        ..Line::default()
    }
}

#[tokio::test]
async fn an_order_lives_from_plan_to_destroy() {
    let (harness, books) = shop().await;
    let orders = harness.of::<Order>("shop_order");
    let mut config = order(7, "none");
    config.pin = "1234".into();
    config.line = List::from([line("tea", 2), line("jam", 1)]);

    let planned = orders.plan(None, config.clone()).await;
    assert!(planned.total.is_unknown() && planned.labels.is_unknown());
    assert_eq!(planned.pin, Attr::Null, "write-only: in the configuration alone");
    let prices: Vec<_> = planned.line.each().map(|line| line.price).collect();
    assert_eq!(prices, [Attr::Known(20), Attr::Known(10)]);

    let stored = orders.create(config.clone()).await;
    assert_eq!(stored.state.total, Attr::Known(30));
    assert_eq!(stored.state.labels, Map::from([("speed", "slow")]));
    assert_eq!(stored.object.private.bytes(), b"\"created\"");
    assert_eq!(books.heard(), ["create with Known(\"1234\")"]);

    config.note = "rush".into();
    let stored = orders.update(stored, config).await;
    assert_eq!(
        stored.state.labels,
        Map::from([("speed", "fast")]),
        "as it was planned"
    );
    assert_eq!(books.heard(), ["update from none"]);

    let stored = orders.refresh(stored).await.expect("it is there");
    orders.destroy(stored.clone()).await;
    assert_eq!(books.heard(), ["delete Some(7)"]);
    assert!(orders.refresh(stored).await.is_none(), "it is gone");
}

#[tokio::test]
async fn what_the_schema_or_the_plan_says_replaces() {
    let (harness, books) = shop().await;
    let orders = harness.of::<Order>("shop_order");
    let stored = orders.create(order(1, "a")).await;
    let stored = orders.update(stored, order(2, "final")).await;
    assert_eq!(
        books.heard(),
        ["create with Null", "delete Some(1)", "create with Null"]
    );
    orders.update(stored, order(2, "b")).await;
    assert_eq!(books.heard(), ["delete Some(2)", "create with Null"]);
}

#[tokio::test]
async fn an_object_is_imported_by_an_id_in_the_attribute_named_for_it() {
    let (harness, _) = shop().await;
    let orders = harness.of::<Order>("shop_order");
    let stored = orders.create(order(7, "a")).await;
    assert_eq!(orders.import("7").await.state, stored.state);
    let refused = harness.import("shop_order", "seven").await;
    let said: Vec<_> = refused
        .diagnostics
        .iter()
        .map(|said| said.detail.as_str())
        .collect();
    assert_eq!(said, ["number: a number is required, this is a string."]);
}

#[tokio::test]
async fn a_number_that_does_not_fit_is_refused_while_validating() {
    let (harness, books) = shop().await;
    let mut config = order(7, "a").into_value();
    config.set(
        "line",
        Value::list([Value::object([("what", "tea".into()), ("count", 300i64.into())])]),
    );
    let said = harness.validate("shop_order", config.clone()).await;
    let said: Vec<_> = said
        .iter()
        .map(|said| (said.summary.as_str(), said.detail.as_str()))
        .collect();
    let expected = (
        "shop_order: invalid value for line[0].count",
        "line[0].count: a whole number from 0 to 255 is required.",
    );
    assert_eq!(said, [expected]);
    let found = harness.validate("shop_order", config.clone()).await;
    let path = found.iter().next().and_then(|said| said.path.clone());
    assert_eq!(
        path.map(|path| path.to_string()),
        Some("line[0].count".to_owned())
    );
    let plan = harness.plan("shop_order", None, config).await;
    assert!(plan.diagnostics.has_errors());
    assert_eq!(books.heard(), Vec::<String>::new(), "nothing was done");

    let config = Value::object([("limit", 1000i64.into())]);
    let said = harness.configure(config).await;
    let first = said.iter().next().expect("an error");
    assert_eq!(first.detail, "limit: a whole number from 0 to 255 is required.");
    let said = harness.configure(Value::object([("limit", 0i64.into())])).await;
    assert_eq!(
        said.iter().next().map(|said| said.summary.as_str()),
        Some("no orders at all")
    );
}

#[tokio::test]
async fn what_the_provider_refuses_reaches_the_operator_and_keeps_the_state() {
    let (harness, _) = shop().await;
    let orders = harness.of::<Order>("shop_order");
    let said = harness.validate("shop_order", order(1, "").into_value()).await;
    assert_eq!(
        said.iter().next().map(|said| said.summary.as_str()),
        Some("an empty note")
    );

    let stored = orders.create(order(1, "keep")).await;
    let end = harness.plan_destroy("shop_order", stored.object.clone()).await;
    assert!(end.diagnostics.has_errors());

    let plan = harness
        .plan(
            "shop_order",
            Some(stored.object.clone()),
            order(1, "lost").into_value(),
        )
        .await;
    let failed = harness.apply(plan).await;
    assert!(failed.diagnostics.has_errors());
    assert_eq!(failed.object, Some(stored.object));
}

#[tokio::test]
async fn a_state_the_model_cannot_hold_is_kept() {
    let (harness, books) = shop().await;
    let stored = harness.of::<Order>("shop_order").create(order(1, "a")).await;
    let mut wider = stored.object;
    wider.state.set("number", (1i64 << 40).into());
    books.heard();

    let read = harness.refresh("shop_order", wider.clone()).await;
    assert!(read.diagnostics.has_errors());
    assert_eq!(read.object.as_ref(), Some(&wider));
    let plan = harness
        .plan("shop_order", Some(wider.clone()), order(1, "b").into_value())
        .await;
    assert!(plan.diagnostics.has_errors());
    let end = harness.plan_destroy("shop_order", wider).await;
    let said = end.diagnostics.iter().next().expect("an error").detail.clone();
    assert_eq!(said, "number: a whole number from 0 to 4294967295 is required.");
    assert_eq!(books.heard(), Vec::<String>::new());
}
