//! A database that goes bad under a running server: `/readyz` names the trouble, payments are told that nothing happened, and
//! both are well again when it ends. The server is never started again.

use tantu_cluster::{Cluster, DATABASE, Plan, Stop};

use crate::database::stage::{Shop, cluster, database, refused, tantu};

#[tokio::test]
async fn a_database_that_is_down_and_comes_back() {
    let cluster = cluster();
    let shop = Shop::open(cluster.url(DATABASE), &[]).await;
    let before = shop.pay("before").await;
    assert_eq!((before.status, shop.trouble("store").await), (201, None));
    for (number, how) in [("fast", Stop::Fast), ("immediate", Stop::Immediate)] {
        cluster.stop(how).unwrap();
        shop.until(Some("unreachable")).await;
        shop.is_not_taken(number).await;
        cluster.start_again().unwrap();
        shop.until(None).await;
        let paid = shop.pay(number).await;
        assert_eq!(paid.status, 201, "{paid:?}");
        shop.has_paid(&[("before", &before), (number, &paid)]).await;
    }
}

#[tokio::test]
async fn a_standby_that_is_promoted() {
    let cluster = cluster();
    let shop = Shop::open(cluster.url(DATABASE), &[]).await;
    let before = shop.pay("before").await;
    assert_eq!(before.status, 201);
    cluster.stop(Stop::Fast).unwrap();
    cluster.make_standby().unwrap();
    // It takes no calls before it can be read.
    cluster.start_with(&["hot_standby=off"]).unwrap();
    shop.until(Some("restarting")).await;
    shop.is_not_taken("early").await;
    cluster.stop(Stop::Fast).unwrap();
    cluster.start_again().unwrap();
    shop.until(Some("read_only")).await;
    shop.is_not_taken("standby").await;
    // What only reads goes on.
    let path = format!("/v1/payments/{}", before.body["id"].as_str().unwrap());
    assert_eq!(shop.get(&path).await.status, 200);
    assert!(tantu(&["verify", "--database", &shop.database]).status.success());
    let said = refused(&["serve", "--listen", "127.0.0.1:0", "--database", &shop.database]);
    assert!(said.contains("standby"), "{said}");
    cluster.promote().unwrap();
    shop.until(None).await;
    let (early, standby) = (shop.pay("early").await, shop.pay("standby").await);
    assert_eq!((early.status, standby.status), (201, 201));
    shop.has_paid(&[("before", &before), ("early", &early), ("standby", &standby)]).await;
}

/// As root only: it mounts a small disk of the server's own.
#[tokio::test]
async fn a_disk_that_is_full_until_there_is_room() {
    let cluster = Cluster::start(Plan { small_disk: Some("48m"), ..Plan::default() }).unwrap();
    let place = format!("CREATE TABLESPACE small LOCATION '{}'", cluster.small_disk().display());
    cluster.tell(DATABASE, &[&place, "CREATE DATABASE shop TABLESPACE small"]).unwrap();
    let shop = Shop::open(cluster.url("shop"), &[]).await;
    let before = shop.pay("before").await;
    assert_eq!(before.status, 201);
    cluster.tell(DATABASE, &[include_str!("fill.sql"), "CALL fill()"]).unwrap();
    // The pages that are there already still take some.
    let mut paid = Vec::new();
    let refused = loop {
        let number = format!("order-{}", paid.len());
        let reply = shop.pay(&number).await;
        assert!(paid.len() < 2_000, "the disk is not full");
        if reply.status != 201 {
            assert_eq!(reply.body["type"], "urn:tantu:problem:not-stored", "{reply:?}");
            break number;
        }
        paid.push((number, reply));
    };
    shop.until(Some("full")).await;
    shop.is_not_taken(&refused).await;
    let path = format!("/v1/payments/{}", before.body["id"].as_str().unwrap());
    assert_eq!(shop.get(&path).await.status, 200);
    cluster.tell(DATABASE, &["DROP TABLE filler", "CHECKPOINT"]).unwrap();
    // Without one payment in between: whoever is sent elsewhere must be sent here again.
    shop.until(None).await;
    let after = shop.pay(&refused).await;
    assert_eq!(after.status, 201, "{after:?}");
    let mut all = vec![("before", &before), (refused.as_str(), &after)];
    all.extend(paid.iter().map(|(number, reply)| (number.as_str(), reply)));
    shop.has_paid(&all).await;
}

/// What somebody does to the database, what `/readyz` says then, and how it is undone.
type State = (&'static str, &'static str, &'static str, &'static str);

#[tokio::test]
async fn each_other_state_has_its_name_and_passes() {
    let cluster = cluster();
    let url = database(&cluster, "shop");
    cluster.tell(DATABASE, &["CREATE ROLE clerk LOGIN PASSWORD 'p%40ss/w?rd'"]).unwrap();
    cluster.tell(DATABASE, &["ALTER DATABASE shop OWNER TO clerk"]).unwrap();
    let shop = Shop::open(url.replacen("tantu:", "clerk:", 1), &[]).await;
    let first = shop.pay("first").await;
    assert_eq!(first.status, 201, "{first:?}");
    let states: [State; 5] = [
        (
            "clerk",
            "ALTER ROLE clerk CONNECTION LIMIT 0",
            "too_many_connections",
            "ALTER ROLE clerk CONNECTION LIMIT -1",
        ),
        ("secret", "ALTER ROLE clerk PASSWORD 'another'", "access_denied", "ALTER ROLE clerk PASSWORD 'p%40ss/w?rd'"),
        ("login", "ALTER ROLE clerk NOLOGIN", "access_denied", "ALTER ROLE clerk LOGIN"),
        (
            "read",
            "ALTER DATABASE shop SET default_transaction_read_only = on",
            "read_only",
            "ALTER DATABASE shop RESET default_transaction_read_only",
        ),
        (
            "schema",
            "ALTER TABLE balances RENAME TO elsewhere; ALTER TABLE refinery_schema_history RENAME TO gone",
            "schema_foreign",
            "ALTER TABLE elsewhere RENAME TO balances; ALTER TABLE gone RENAME TO refinery_schema_history",
        ),
    ];
    for (number, spoil, trouble, undo) in states {
        cluster.tell("shop", &[spoil, include_str!("end_sessions.sql")]).unwrap();
        shop.until(Some(trouble)).await;
        shop.is_not_taken(number).await;
        cluster
            .tell("shop", &["SET default_transaction_read_only = off", undo, include_str!("end_sessions.sql")])
            .unwrap();
        shop.until(None).await;
        let paid = shop.pay(number).await;
        assert_eq!(paid.status, 201, "{paid:?}");
        shop.has_paid(&[("first", &first), (number, &paid)]).await;
    }
    cluster.tell("shop", &[include_str!("older.sql")]).unwrap();
    shop.until(Some("schema_older")).await;
}

/// One of the two clocks is wrong. Payments go on by ours; whoever shares out the load is told.
#[tokio::test]
async fn a_clock_that_differs_is_told() {
    let cluster = cluster();
    let url = database(&cluster, "shop");
    let set = |ahead: &str| {
        let clock = include_str!("clock.sql").replace("{ahead}", ahead);
        cluster.tell("shop", &[&clock, "ALTER DATABASE shop SET search_path = wrong, pg_catalog, public"]).unwrap();
    };
    set("0 s");
    let shop = Shop::open(url, &[]).await;
    let states = [("3 s", None), ("1 h", Some("clock_differs")), ("-400 days", Some("clock_differs")), ("0 s", None)];
    for (turn, (ahead, trouble)) in states.into_iter().enumerate() {
        set(ahead);
        assert_eq!(shop.trouble("clock").await.as_deref(), trouble, "{ahead}");
        assert_eq!(shop.trouble("store").await, None, "{ahead}");
        let number = format!("order-{turn}");
        let paid = shop.pay(&number).await;
        assert_eq!(paid.status, 201, "{paid:?}");
        shop.has_paid(&[(&number, &paid)]).await;
    }
}
