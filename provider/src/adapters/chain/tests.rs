//! Whose credentials sign, whose accounts are let in, and what is said when there are none.

use super::*;
use crate::adapters::alb::modify_rule;
use crate::adapters::fake::{Answer, Fake, done, settings};

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";

fn sts(action: &str) -> Answer {
    match action {
        "AssumeRole" => (
            200,
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>".to_owned(),
        ),
        "GetCallerIdentity" => (
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>".to_owned(),
        ),
        other => done(other),
    }
}

fn fake() -> Fake {
    Fake::new(Duration::ZERO, |action, _, _| sts(action))
}

fn role() -> Role {
    Role {
        arn: ROLE.to_owned(),
        session_name: None,
        external_id: Some("shared word".to_owned()),
        duration: Some(Duration::from_secs(1800)),
        policy: None,
        policy_arns: Vec::new(),
        tags: BTreeMap::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_is_assumed_once_with_the_keys_of_the_block_and_signs_everything_else() {
    let fake = fake();
    let block = Settings {
        assume_role: Some(role()),
        ..settings()
    };
    let clients = fake.clients(&block).await.unwrap();
    for _ in 0..2 {
        modify_rule(&clients.elbv2, "rule", None, None).await.unwrap();
    }
    let calls = fake.arrivals();
    let named: Vec<_> = calls.iter().map(|call| call.action.as_str()).collect();
    assert_eq!(named, ["AssumeRole", "ModifyRule", "ModifyRule"]);
    assert!(
        calls[0].signed.contains("Credential=AKIABASE/"),
        "{}",
        calls[0].signed
    );
    for part in [
        "ExternalId=shared%20word",
        "DurationSeconds=1800",
        "role%2Fdeploy",
        "terraform-provider-bluegreen",
    ] {
        assert!(calls[0].body.contains(part), "{part}: {}", calls[0].body);
    }
    assert!(
        calls[1].signed.contains("Credential=ASIAROLE/"),
        "{}",
        calls[1].signed
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_is_let_in_by_its_id_only() {
    let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
    for (allowed, forbidden, refused) in [
        (vec!["123456789012"], vec![], None),
        (vec!["999999999999"], vec![], Some("allowed_account_ids")),
        (vec![], vec!["123456789012"], Some("forbidden_account_ids")),
        (vec![], vec!["999999999999"], None),
    ] {
        let block = Settings {
            accounts: Accounts {
                allowed: ids(&allowed),
                forbidden: ids(&forbidden),
            },
            ..settings()
        };
        let outcome = fake().clients(&block).await.map(|_| ());
        match refused {
            None => assert_eq!(outcome, Ok(())),
            Some(word) => {
                let why = outcome.unwrap_err();
                assert!(why.contains(word) && why.contains("123456789012"), "{why}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_account_rules_sts_is_not_asked() {
    let fake = fake();
    fake.clients(&settings()).await.unwrap();
    assert!(fake.arrivals().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_refused_is_named_with_what_to_check() {
    let fake = Fake::new(Duration::ZERO, |_, _, _| {
        let text = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>";
        (403, text.to_owned())
    });
    let block = Settings {
        assume_role: Some(role()),
        ..settings()
    };
    let why = fake.clients(&block).await.map(|_| ()).unwrap_err();
    assert!(why.contains(ROLE) && why.contains("trust policy"), "{why}");
    assert!(!why.contains("base-secret"), "{why}");
}
