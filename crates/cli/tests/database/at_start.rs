//! A database that cannot be used when a command starts: one error, which names the option and the way out.

use std::net::TcpListener;

use tantu_cluster::{Cluster, DATABASE, Plan, USER};

use crate::database::stage::{cluster, database, refused, tantu};

const ALL: [&str; 3] = ["serve", "migrate", "verify"];
const WRITERS: [&str; 2] = ["serve", "migrate"];

/// Each command is refused, and its words name each of these.
#[track_caller]
fn told(commands: &[&str], url: &str, words: &[&str]) {
    for command in commands {
        let mut arguments = vec![*command, "--database", url];
        if *command == "serve" {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        let said = refused(&arguments);
        assert!(words.iter().all(|word| said.contains(word)), "{command} {words:?}: {said}");
    }
}

#[test]
fn who_cannot_get_in_is_told_why() {
    let cluster = cluster();
    let url = cluster.url(DATABASE);
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port().to_string();
    cluster.tell(DATABASE, &["CREATE ROLE crowd LOGIN PASSWORD 'p%40ss/w?rd' CONNECTION LIMIT 0"]).unwrap();
    let with = |from: &str, to: &str| url.replacen(from, to, 1);
    let table: [(String, &[&str]); 6] = [
        (with(&cluster.port().to_string(), &free), &["refused", "check that PostgreSQL runs there"]),
        (with("%2540", "WRONG"), &["password authentication failed", "check the user and the password"]),
        (with(&format!("{USER}:"), "nobody:"), &["password authentication failed", "nobody"]),
        (with(&format!("/{DATABASE}"), "/nowhere"), &["\"nowhere\" does not exist", "createdb"]),
        (with(&format!("{USER}:"), "crowd:"), &["too many connections", "max_connections"]),
        (format!("{url}?sslmode=require"), &["TLS", "sslmode=disable"]),
    ];
    for (url, words) in table {
        told(&ALL, &url, words);
    }
}

#[test]
fn a_server_that_wants_tls_is_told() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let cluster = Cluster::start(Plan {
        certificate: Some((made.cert.pem(), made.signing_key.serialize_pem())),
        access: Some("hostssl all all 127.0.0.1/32 scram-sha-256\n"),
        ..Plan::default()
    });
    let cluster = cluster.unwrap();
    told(&ALL, &cluster.url(DATABASE), &["no encryption", "sslmode=require"]);
    // It is encrypted then, and by nobody whom we know.
    told(&ALL, &format!("{}?sslmode=require", cluster.url(DATABASE)), &["certificate", "sslrootcert=FILE"]);
}

#[test]
fn a_database_that_holds_something_else_is_told() {
    let cluster = cluster();
    let (newer, older, foreign, empty) = (
        database(&cluster, "newer"),
        database(&cluster, "older"),
        database(&cluster, "strange"),
        database(&cluster, "empty"),
    );
    for url in [&newer, &older] {
        assert!(tantu(&["migrate", "--database", url]).status.success());
    }
    cluster.tell("newer", &[include_str!("newer.sql")]).unwrap();
    cluster.tell("older", &[include_str!("older.sql")]).unwrap();
    cluster.tell("strange", &[include_str!("foreign.sql")]).unwrap();
    told(&ALL, &newer, &["schema 999", "update tantu"]);
    told(&ALL, &foreign, &["none of Tantu's", "createdb tantu"]);
    told(&["verify"], &older, &["schema 1", "tantu migrate"]);
    told(&["verify"], &empty, &["schema 0", "tantu migrate"]);
}

#[test]
fn a_database_that_can_only_be_read_is_told() {
    let cluster = cluster();
    let url = database(&cluster, "settled");
    assert!(tantu(&["migrate", "--database", &url]).status.success());
    cluster.tell(DATABASE, &["ALTER DATABASE settled SET default_transaction_read_only = on"]).unwrap();
    told(&WRITERS, &url, &["can only be read", "standby", "primary"]);
    assert!(tantu(&["verify", "--database", &url]).status.success());
}
