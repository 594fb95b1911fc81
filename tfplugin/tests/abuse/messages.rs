//! Requests that are none, too large or too deep: an error for who sent them, and nothing for the others.

use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Request, Status};

use super::support::bytes::Bytes;
use super::support::generated::tfplugin6 as pb;
use super::support::host::Plugin;
use super::support::msgpack::Cell;
use super::{bulk, client, end, memory, read_request, start, still_answers};

const MIB: usize = 1 << 20;

async fn ask(plugin: &Plugin, method: &str, body: Vec<u8>) -> Result<Vec<u8>, Status> {
    let path = PathAndQuery::try_from(format!("/tfplugin6.Provider/{method}")).expect("a path");
    let mut client = Grpc::new(plugin.channel.clone()).max_encoding_message_size(super::LARGEST);
    client.ready().await.expect("connected");
    Ok(client.unary(Request::new(body), path, Bytes).await?.into_inner())
}

#[tokio::test]
async fn bytes_that_are_no_message_are_refused_by_the_transport_and_hurt_nobody() {
    let plugin = start().await;
    for body in [
        &b"\xff\xff\xff\xff"[..],
        b"\x0a\x7fshort",
        b"\x0b\x0b\x0b",
        &[0x0a; 1000],
    ] {
        for method in [
            "ReadResource",
            "PlanResourceChange",
            "ApplyResourceChange",
            "UpgradeResourceState",
        ] {
            let status = ask(&plugin, method, body.to_vec()).await.expect_err("refused");
            assert_eq!(status.code(), Code::Internal, "{method}: {status:?}");
            assert!(status.message().contains("decode"), "{status:?}");
        }
    }
    let status = ask(&plugin, "NoSuchMethod", Vec::new())
        .await
        .expect_err("refused");
    assert_eq!(status.code(), Code::Unimplemented);
    still_answers(&plugin).await;
    end(plugin).await;
}

#[tokio::test]
async fn values_that_are_cut_off_or_foreign_are_told_in_diagnostics() {
    let plugin = start().await;
    let whole = bulk(Cell::Text("x".into())).expect("a value").msgpack;
    for length in 1..whole.len() {
        let state = pb::DynamicValue {
            msgpack: whole[..length].to_vec(),
            json: Vec::new(),
        };
        let answer = client(&plugin).read_resource(read_request(Some(state))).await;
        let answer = answer.expect("never a gRPC error").into_inner();
        assert_eq!(answer.diagnostics.len(), 1, "cut off after {length} bytes");
        assert_eq!(
            answer.diagnostics[0].summary,
            "Terraform sent a value that does not fit the schema"
        );
    }
    still_answers(&plugin).await;
    end(plugin).await;
}

#[tokio::test]
async fn a_message_of_300_megabytes_is_refused_without_being_held() {
    let plugin = start().await;
    still_answers(&plugin).await;
    let before = memory(&plugin).await.live;
    let status = ask(&plugin, "ReadResource", vec![0x0a; 300 * MIB])
        .await
        .expect_err("refused");
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    assert!(status.message().contains("limit"), "{status:?}");
    let grown = memory(&plugin).await.peak.saturating_sub(before);
    assert!(grown < 64 * MIB, "it took {} MiB to refuse it", grown / MIB);
    still_answers(&plugin).await;
    end(plugin).await;
}

/// In either form of a value, and as stored state: lists in lists, and dynamic values in dynamic values.
#[tokio::test]
async fn ten_thousand_levels_are_an_error_and_not_a_crash() {
    const LEVELS: usize = 10_000;
    let plugin = start().await;
    let field = |inner: &[u8]| [b"\x83\xa3any".as_slice(), inner, b"\xa5items\xc0\xa4text\xc0"].concat();
    let dynamic = |ty: &str, value: &[u8]| {
        let length = u32::try_from(ty.len()).expect("it fits").to_be_bytes();
        [&b"\x92\xc6"[..], &length, ty.as_bytes(), value].concat()
    };
    let nested = [
        b"\x92\xc4\x12[\"list\",\"dynamic\"]\x91".repeat(LEVELS),
        vec![0xc0],
    ]
    .concat();
    let ty = format!("{}\"bool\"{}", "[\"list\",".repeat(LEVELS), "]".repeat(LEVELS));
    let stored_nested = format!(
        r#"{{"any":{}null{}}}"#,
        r#"{"type":["list","dynamic"],"value":["#.repeat(LEVELS),
        "]}".repeat(LEVELS)
    );
    let stored_lists = format!(r#"{{"items":{}{}}}"#, "[".repeat(LEVELS), "]".repeat(LEVELS));

    let msgpack = |msgpack| pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    };
    let json = |json: &str| pb::DynamicValue {
        msgpack: Vec::new(),
        json: json.into(),
    };
    let values = [
        msgpack(field(&nested)),
        msgpack(field(&dynamic(&ty, &[0x91].repeat(LEVELS)))),
        json(&stored_nested),
        json(&stored_lists),
    ];
    for state in values {
        let answer = client(&plugin).read_resource(read_request(Some(state))).await;
        let found = answer.expect("an answer").into_inner().diagnostics;
        assert_eq!(found.len(), 1, "{found:?}");
        let detail = &found[0].detail;
        assert!(
            detail.contains("nested too deeply") || detail.contains("can't be read"),
            "{detail}"
        );
    }
    for (stored, version) in [(&stored_nested, 1), (&stored_lists, 1), (&stored_nested, 0)] {
        let request = pb::upgrade_resource_state::Request {
            type_name: "echo_bulk".into(),
            version,
            raw_state: Some(pb::RawState {
                json: stored.as_bytes().to_vec(),
                ..Default::default()
            }),
        };
        let answer = client(&plugin).upgrade_resource_state(request).await;
        let found = answer.expect("an answer").into_inner().diagnostics;
        assert!(
            found
                .iter()
                .any(|found| found.detail.contains("nested too deeply")),
            "{found:?}"
        );
    }
    still_answers(&plugin).await;
    end(plugin).await;
}
