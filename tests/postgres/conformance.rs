//! The public conformance suite, against jeton's own tables, and what only this store could get wrong.

use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::user;
use jeton::store::postgres::{Postgres, PostgresUrl};
use jeton::user::FoldedName;

use crate::servers::{Database, open};

async fn fresh() -> (Postgres, Database) {
    let database = tokio::task::spawn_blocking(Database::new).await.unwrap();
    (open(&database.parsed()), database)
}

jeton::user_store_conformance!(people, fresh());

#[test]
fn a_name_that_no_text_of_postgresqls_can_hold_is_nobodys() {
    let database = Database::new();
    let store = open(&database.parsed());
    run(async {
        assert_eq!(store.by_name(&FoldedName::new("a\0da")).await.unwrap(), None);
        assert_eq!(store.by_id(&String::from("a\0da").into()).await.unwrap(), None);
    });
}

#[test]
fn a_unix_socket_and_the_roles_own_search_path_change_nothing() {
    let database = Database::new();
    let socket = database.server.socket().display();
    let url = format!(
        "postgres://admin:admin@/{}?host={socket}&port={}&options=-c%20search_path%3Dpg_catalog",
        database.name, database.server.port
    );
    let store = open(&PostgresUrl::parse(&url).unwrap());
    run(async {
        assert!(store.insert(&user("ada")).await.unwrap());
        assert_eq!(store.by_name(&FoldedName::new("ADA")).await.unwrap(), Some(user("ada")));
    });
}

#[test]
fn nothing_is_prepared_so_that_a_pooler_or_a_changed_table_changes_nothing() {
    let database = Database::new();
    let store = open(&PostgresUrl::parse(&format!("{}?pool_max_conns=1", database.url())).unwrap());
    run(async {
        store.insert(&user("ada")).await.unwrap();
        assert!(store.by_name(&FoldedName::new("ada")).await.unwrap().is_some());
    });
    // A cached plan of SELECT would fail now with "must not change result type".
    database.sql("ALTER TABLE jeton.users ALTER COLUMN username TYPE varchar(300)");
    // A pooler hands our statements to connections that others have used, and takes everything back.
    database.sql("ALTER ROLE admin SET plan_cache_mode = force_generic_plan");
    run(async {
        assert_eq!(store.by_name(&FoldedName::new("ada")).await.unwrap(), Some(user("ada")));
    });
}
