//! What a provider answers, from the schema to the end of an object.

use crate::support::generated::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::support::generated::tfplugin6 as pb;
use crate::support::host::{Plugin, Transport};
use crate::support::msgpack::{Cell, fields, nil, object, text};
use crate::{Folder, apply, client, configure, note, plan, shut_down};

/// What it answers when asked for a note that is stored as existing.
async fn read_note(client: &mut crate::Client, folder: Cell, name: &str) -> (bool, Vec<String>) {
    let configure = pb::configure_provider::Request {
        terraform_version: "1.15.5".into(),
        config: object(&[("folder", folder)]),
        ..Default::default()
    };
    client.configure_provider(configure).await.expect("an answer");
    let read = pb::read_resource::Request {
        type_name: "note_file".into(),
        current_state: note(name, text("hello"), Cell::Int(5)),
        ..Default::default()
    };
    let read = client.read_resource(read).await.expect("an answer").into_inner();
    let said = read.diagnostics.into_iter().map(|said| said.summary);
    (read.new_state == nil(), said.collect())
}

#[tokio::test]
async fn a_note_is_gone_only_if_its_file_is() {
    let folder = Folder::new("gone");
    let plugin = Plugin::start(Transport::MutualTls, &[]).await;
    let client = &mut client(&plugin);
    let (gone, said) = read_note(client, Cell::Unknown, "a.txt").await;
    assert_eq!((gone, said.len()), (false, 1), "{said:?}");
    assert!(said[0].contains("folder is not known yet"), "{said:?}");
    std::fs::create_dir(folder.0.join("b.txt")).expect("it is made");
    let (gone, said) = read_note(client, text(folder.path()), "b.txt").await;
    assert_eq!(
        (gone, said.len()),
        (false, 1),
        "a folder can't be read, but it is there"
    );
    assert_eq!(
        read_note(client, text(folder.path()), "a.txt").await,
        (true, vec![])
    );
    shut_down(plugin).await;
}

#[tokio::test]
async fn a_note_lives_from_plan_to_destroy() {
    let folder = Folder::new("life");
    let plugin = Plugin::start(Transport::MutualTls, &[]).await;
    assert_eq!(plugin.line[..3], ["1", "6", "unix"]);
    let client = &mut client(&plugin);
    configure(client, folder.path()).await;

    // Terraform's proposal for a create: null where the provider decides.
    let config = note("a.txt", text("hello"), Cell::Nil);
    let planned = plan(client, nil(), config.clone(), config.clone()).await;
    assert_eq!(
        fields(&planned.planned_state),
        fields(&note("a.txt", text("hello"), Cell::Unknown))
    );

    let state = apply(client, nil(), planned.planned_state, config.clone()).await;
    assert_eq!(
        fields(&state),
        fields(&note("a.txt", text("hello"), Cell::Int(5)))
    );
    assert_eq!(
        std::fs::read_to_string(folder.0.join("a.txt")).expect("written"),
        "hello"
    );

    let read = pb::read_resource::Request {
        type_name: "note_file".into(),
        current_state: state.clone(),
        private: b"kept".to_vec(),
        ..Default::default()
    };
    let read = client.read_resource(read).await.expect("an answer").into_inner();
    assert_eq!(
        (fields(&read.new_state), read.private),
        (fields(&state), b"kept".to_vec())
    );

    let again = plan(client, state.clone(), config, state.clone()).await;
    assert_eq!(
        fields(&again.planned_state),
        fields(&state),
        "a second plan is empty"
    );

    let config = note("b.txt", text("hello"), Cell::Nil);
    let renamed = plan(
        client,
        state.clone(),
        config,
        note("b.txt", text("hello"), Cell::Int(5)),
    )
    .await;
    let name = pb::attribute_path::step::Selector::AttributeName("name".into());
    assert_eq!(renamed.requires_replace[0].steps[0].selector, Some(name));

    let end = plan(client, state.clone(), nil(), nil()).await;
    assert_eq!(fields(&end.planned_state), None);
    assert_eq!(
        fields(&apply(client, state, end.planned_state, nil()).await),
        None
    );
    assert!(!folder.0.join("a.txt").exists());
    shut_down(plugin).await;
}

#[tokio::test]
async fn what_terraform_asks_of_any_provider_is_answered() {
    let plugin = Plugin::start(Transport::MutualTls, &[]).await;
    let client = &mut client(&plugin);
    let schema = client
        .get_provider_schema(pb::get_provider_schema::Request {})
        .await
        .expect("an answer");
    let schema = schema.into_inner();
    assert_eq!(schema.diagnostics, []);
    let capabilities = schema.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    let attributes = &schema.resource_schemas["note_file"]
        .block
        .as_ref()
        .expect("a block")
        .attributes;
    let flags: Vec<_> = attributes
        .iter()
        .map(|a| (a.name.as_str(), a.required, a.optional, a.computed))
        .collect();
    assert_eq!(
        flags,
        [
            ("name", true, false, false),
            ("text", false, true, true),
            ("size", false, false, true)
        ]
    );
    assert_eq!(attributes[2].r#type, b"\"number\"");

    let metadata = client
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(metadata.resources[0].type_name, "note_file");
    client
        .get_resource_identity_schemas(pb::get_resource_identity_schemas::Request {})
        .await
        .expect("none, which is an answer");

    // On the way in, plain JSON is read as well.
    let bad = pb::DynamicValue {
        msgpack: Vec::new(),
        json: br#"{"name":"a/b","text":null,"size":null}"#.to_vec(),
    };
    let validate = pb::validate_resource_config::Request {
        type_name: "note_file".into(),
        config: Some(bad),
        ..Default::default()
    };
    let found = client
        .validate_resource_config(validate)
        .await
        .expect("an answer")
        .into_inner()
        .diagnostics;
    assert_eq!(
        (found.len(), found[0].severity()),
        (1, pb::diagnostic::Severity::Error)
    );
    assert_eq!(found[0].attribute.as_ref().expect("a path").steps.len(), 1);

    let unfit = pb::validate_resource_config::Request {
        type_name: "note_file".into(),
        config: object(&[("name", Cell::Int(5))]),
        ..Default::default()
    };
    let found = client
        .validate_resource_config(unfit)
        .await
        .expect("no status")
        .into_inner()
        .diagnostics;
    assert!(found[0].summary.contains("does not fit the schema"), "{found:?}");

    let moved = pb::move_resource_state::Request {
        source_type_name: "local_file".into(),
        source_state: Some(pb::RawState {
            json: b"{}".to_vec(),
            ..Default::default()
        }),
        target_type_name: "note_file".into(),
        ..Default::default()
    };
    let found = client
        .move_resource_state(moved)
        .await
        .expect("no status")
        .into_inner()
        .diagnostics;
    assert_eq!(found[0].summary, "note_file can't take over a local_file");

    let unknown = pb::import_resource_state::Request {
        type_name: "note_page".into(),
        ..Default::default()
    };
    let found = client
        .import_resource_state(unknown)
        .await
        .expect("no status")
        .into_inner()
        .diagnostics;
    assert_eq!(found[0].summary, "unknown resource type note_page");

    let import = pb::import_resource_state::Request {
        type_name: "note_file".into(),
        id: "x".into(),
        ..Default::default()
    };
    let imported = client
        .import_resource_state(import)
        .await
        .expect("an answer")
        .into_inner()
        .imported_resources;
    assert_eq!(
        fields(&imported[0].state),
        fields(&note("x", Cell::Nil, Cell::Nil))
    );

    let stored = pb::upgrade_resource_state::Request {
        type_name: "note_file".into(),
        version: 0,
        raw_state: Some(pb::RawState {
            json: br#"{ "name": "x", "gone": 1 }"#.to_vec(),
            ..Default::default()
        }),
    };
    let stored = client
        .upgrade_resource_state(stored)
        .await
        .expect("an answer")
        .into_inner()
        .upgraded_state;
    assert_eq!(fields(&stored), fields(&note("x", Cell::Nil, Cell::Nil)));

    let call = pb::call_function::Request {
        name: "nothing".into(),
        arguments: Vec::new(),
    };
    assert!(
        client
            .call_function(call)
            .await
            .expect("no status")
            .into_inner()
            .error
            .is_some()
    );
    let stop = client
        .stop_provider(pb::stop_provider::Request {})
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(stop.error, "");

    // As a host does on every connection, and leaves it open.
    let mut stdio = GrpcStdioClient::new(plugin.channel.clone());
    let _open = stdio.stream_stdio(()).await.expect("a stream");
    shut_down(plugin).await;
}

#[tokio::test]
async fn a_message_may_be_larger_than_the_transport_would_have_it() {
    let folder = Folder::new("large");
    let plugin = Plugin::start(Transport::MutualTls, &[]).await;
    let client = &mut client(&plugin);
    configure(client, folder.path()).await;
    let config = note("a.txt", text(&"x".repeat(9 << 20)), Cell::Nil);
    let planned = plan(client, nil(), config.clone(), config.clone()).await;
    let state = apply(client, nil(), planned.planned_state, config).await;
    assert_eq!(fields(&state).expect("an object")[1].1, Cell::Int(9 << 20));
    shut_down(plugin).await;
}
