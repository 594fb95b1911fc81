//! What a request costs, process and socket and mutual TLS included: a resource of a hundred attributes, ten thousand
//! reads, and how many bytes of state go through in a second.
//!
//! Asserts nothing about time: figures are for people to look at.

#[allow(dead_code, reason = "each binary uses its part of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::generated::tfplugin6 as pb;
use support::generated::tfplugin6::provider_client::ProviderClient;
use support::host::{Plugin, Transport, echo};
use support::msgpack::nil;
use tokio::runtime::Runtime;
use tonic::transport::Channel;

type Client = ProviderClient<Channel>;

const READS: usize = 10_000;
const LARGEST: usize = 64 << 20;

/// What a configuration may say of `echo_hundred`: something in every attribute that is not computed.
fn hundred() -> pb::DynamicValue {
    let mut msgpack = vec![0xde, 0, 100];
    for number in 0..100 {
        rmp::encode::write_str(&mut msgpack, &format!("attribute_{number:02}")).expect("memory");
        match (number % 5, number % 4) {
            (4, _) => msgpack.push(0xc0),
            (_, 0) => msgpack.extend(b"\xa6a text"),
            (_, 1) => msgpack.push(7),
            (_, 2) => msgpack.push(0xc3),
            _ => msgpack.extend(b"\x92\xa3one\xa3two"),
        }
    }
    pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}

/// A list of so many texts of a hundred bytes.
fn texts(count: u32) -> pb::DynamicValue {
    let mut msgpack = b"\x83\xa3any\xc0\xa5items".to_vec();
    rmp::encode::write_array_len(&mut msgpack, count).expect("memory");
    for number in 0..count {
        rmp::encode::write_str(&mut msgpack, &format!("{number:0>98}")).expect("memory");
    }
    msgpack.extend(b"\xa4text\xc0");
    pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}

fn read(name: &str, state: pb::DynamicValue) -> pb::read_resource::Request {
    pb::read_resource::Request {
        type_name: name.to_owned(),
        current_state: Some(state),
        ..Default::default()
    }
}

fn latencies(criterion: &mut Criterion, runtime: &Runtime, client: &Client) {
    let mut group = criterion.benchmark_group("a resource of 100 attributes");
    let name = || "echo_hundred".to_owned();
    let config = || Some(hundred());
    macro_rules! bench {
        ($what:literal, $method:ident, $request:expr) => {
            group.bench_function($what, |bencher| {
                bencher.iter(|| {
                    let mut client = client.clone();
                    let answer = runtime
                        .block_on(client.$method($request))
                        .expect("an answer")
                        .into_inner();
                    assert_eq!(answer.diagnostics, []);
                    answer
                });
            });
        };
    }
    bench!("schema", get_provider_schema, pb::get_provider_schema::Request {});
    bench!(
        "validate",
        validate_resource_config,
        pb::validate_resource_config::Request {
            type_name: name(),
            config: config(),
            ..Default::default()
        }
    );
    bench!("read", read_resource, read("echo_hundred", hundred()));
    bench!(
        "plan",
        plan_resource_change,
        pb::plan_resource_change::Request {
            type_name: name(),
            prior_state: nil(),
            proposed_new_state: config(),
            config: config(),
            ..Default::default()
        }
    );
    bench!(
        "apply",
        apply_resource_change,
        pb::apply_resource_change::Request {
            type_name: name(),
            prior_state: nil(),
            planned_state: config(),
            config: config(),
            ..Default::default()
        }
    );
    group.finish();
}

async fn ten_thousand_reads(client: &Client) {
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..READS {
        let mut client = client.clone();
        asked.spawn(async move {
            client
                .read_resource(read("echo_hundred", hundred()))
                .await
                .is_ok()
        });
    }
    while let Some(answered) = asked.join_next().await {
        assert!(answered.expect("no panic"));
    }
}

fn throughput(criterion: &mut Criterion, runtime: &Runtime, client: &Client) {
    let mut group = criterion.benchmark_group("throughput");
    group.sample_size(10);
    group.throughput(Throughput::Elements(READS as u64));
    group.bench_function("10,000 reads of 100 attributes at once", |bencher| {
        bencher.iter(|| runtime.block_on(ten_thousand_reads(client)));
    });
    let state = texts(100_000);
    // There and back.
    group.throughput(Throughput::Bytes(2 * state.msgpack.len() as u64));
    group.bench_function("a state of 100,000 texts, there and back", |bencher| {
        bencher.iter(|| {
            let mut client = client.clone();
            let answer = runtime.block_on(client.read_resource(read("echo_bulk", state.clone())));
            assert!(answer.expect("an answer").into_inner().new_state.as_ref() == Some(&state));
        });
    });
    group.finish();
}

fn all(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let plugin = runtime.block_on(Plugin::start_of(echo(), Transport::MutualTls, &[]));
    let client = ProviderClient::new(plugin.channel.clone())
        .max_decoding_message_size(LARGEST)
        .max_encoding_message_size(LARGEST);
    latencies(criterion, &runtime, &client);
    throughput(criterion, &runtime, &client);
}

criterion_group!(rpc, all);
criterion_main!(rpc);
