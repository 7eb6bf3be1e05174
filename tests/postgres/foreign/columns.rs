//! The types that applications have, and the rows that let nobody in.

use jeton::id::UserId;
use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::user::User;

use super::table::Application;

fn found(application: &Application, columns: &str) -> Option<User> {
    let store = application.open(&format!("SELECT {columns} FROM app.people WHERE login = $1")).unwrap();
    run(async { store.by_typed_name("Ada").await.unwrap() })
}

#[test]
fn ids_of_every_type_become_text() {
    let application = Application::new();
    for (id, text) in [
        ("id", "42"),
        ("id::int", "42"),
        ("'00000000-0000-0000-0000-00000000002a'::uuid", "00000000-0000-0000-0000-00000000002a"),
        ("'x-42'::text", "x-42"),
        ("'42'::char(5)", "42"),
        ("42::numeric", "42"),
    ] {
        let user = found(&application, &format!("{id} AS id, login AS name, 'h' AS hash, roles, false AS disabled"));
        assert_eq!(user.unwrap_or_else(|| panic!("{id}")).id.as_str(), text, "{id}");
    }
}

#[test]
fn roles_and_disabled_of_every_type_are_read() {
    let application = Application::new();
    for (roles, expected) in [
        ("roles", "admin"),
        ("NULL", ""),
        ("NULL::jsonb", ""),
        ("ARRAY['a','b']::varchar[]", "a b"),
        ("'[\"a\",\"b\"]'::jsonb", "a b"),
        ("'[\"a\"]'::json", "a"),
        ("'a, b'", "a b"),
        ("''", ""),
        ("ARRAY(SELECT login FROM app.people)", "Ada"),
    ] {
        let user = found(&application, &format!("id, login AS name, 'h' AS hash, {roles} AS roles, NULL AS disabled"));
        let user = user.unwrap_or_else(|| panic!("{roles}"));
        assert_eq!((user.roles.join(" ").as_str(), user.disabled), (expected, false), "{roles}");
    }
    for (disabled, expected) in
        [("false", false), ("true", true), ("0", false), ("1::smallint", true), ("NULL::bool", false)]
    {
        let columns = format!("id, login AS name, NULL AS hash, roles, {disabled} AS disabled");
        let user = found(&application, &columns).unwrap_or_else(|| panic!("{disabled}"));
        assert_eq!((user.disabled, user.password.as_phc()), (expected, ""), "{disabled}");
    }
}

#[test]
fn domains_enums_and_arrays_of_them_are_taken_for_what_they_are_over() {
    let application = Application::new();
    application.sql(
        "CREATE DOMAIN app.words AS text[]; CREATE DOMAIN app.jsons AS jsonb; CREATE DOMAIN app.list AS app.jsons;
         CREATE DOMAIN app.flag AS boolean; CREATE DOMAIN app.number AS bigint CHECK (VALUE > 0);
         CREATE TYPE app.role AS ENUM ('admin'); CREATE DOMAIN app.mail AS varchar(80) NOT NULL;
         GRANT USAGE ON SCHEMA app TO PUBLIC",
    );
    for roles in [
        "'{admin}'::app.words",
        "'[\"admin\"]'::app.list",
        "'[\"admin\"]'::app.jsons",
        "'admin'::app.role",
        "'{admin}'::app.role[]",
        "'admin'::app.mail",
    ] {
        let columns = format!(
            "id::app.number AS id, login::app.mail AS name, 'h'::app.mail AS hash, {roles} AS roles,
             active::app.flag AS disabled"
        );
        let user = found(&application, &columns).unwrap_or_else(|| panic!("{roles}"));
        assert_eq!((user.id.as_str(), user.roles, user.disabled), ("42", vec!["admin".to_owned()], true), "{roles}");
    }
    for condition in ["login::app.mail = $1", "login::char(9) = $1", "login::name = $1", "$1 = ANY(ARRAY[login])"] {
        let store = application.open(&format!(
            "SELECT id, login AS name, 'h' AS hash, roles, 0 AS disabled FROM app.people WHERE {condition}"
        ));
        let store = store.unwrap();
        run(async { assert!(store.by_typed_name("Ada").await.unwrap().is_some(), "{condition}") });
    }
}

#[test]
fn a_row_that_cannot_be_used_lets_nobody_in_and_signs_nobody_out() {
    let application = Application::new();
    for columns in [
        "NULL AS id, login AS name, 'h' AS hash, roles, false AS disabled",
        "'a b' AS id, login AS name, 'h' AS hash, roles, false AS disabled",
        "id, NULL AS name, 'h' AS hash, roles, false AS disabled",
        "id, E'a\\tb' AS name, 'h' AS hash, roles, false AS disabled",
        "id, login AS name, 'h' AS hash, '{\"a b\"}'::text[] AS roles, false AS disabled",
        "id, login AS name, 'h' AS hash, roles, '\"maybe\"'::json AS disabled",
    ] {
        assert_eq!(found(&application, columns), None, "{columns}");
    }
    let good = application.open(super::table::QUERY).unwrap();
    run(async {
        let ada = good.by_typed_name("ada").await.unwrap().unwrap();
        good.remember(&ada, "ada").await.unwrap();
        assert_eq!(good.by_id(&ada.id).await.unwrap(), Some(ada));
    });
    application.sql("UPDATE app.people SET roles = '{not a role}'");
    run(async {
        assert_eq!(good.by_typed_name("ada").await.unwrap(), None);
        let error = good.by_id(&UserId::from("42".to_owned())).await.unwrap_err().to_string();
        assert!(error.contains("the row of id 42 cannot be used: its roles"), "{error}");
        let error = good.inspect("ada").await.unwrap_err().to_string();
        assert!(error.contains("the row of id 42 cannot be used: its roles"), "{error}");
    });
}

#[test]
fn two_rows_for_a_name_are_nobody() {
    let application = Application::new();
    let store = application.open(
        "SELECT id, 'x' AS name, 'h' AS hash, roles, false AS disabled FROM app.people WHERE email LIKE '%' || $1",
    );
    let store = store.unwrap();
    application.add(43, "Bob", "{}");
    run(async {
        assert!(store.by_typed_name("Bob@example.org").await.unwrap().is_some());
        assert_eq!(store.by_typed_name("example.org").await.unwrap(), None);
    });
}

#[test]
fn a_name_that_is_not_of_the_columns_type_is_nobodys() {
    let application = Application::new();
    let store = application.open(
        "SELECT id, login AS name, 'h' AS hash, roles, false AS disabled FROM app.people WHERE id = ($1::text)::bigint",
    );
    let store = store.unwrap();
    run(async {
        assert!(store.by_typed_name("42").await.unwrap().is_some());
        assert_eq!(store.by_typed_name("ada").await.unwrap(), None);
    });
}

#[test]
fn a_query_that_fails_over_one_row_lets_nobody_in_and_signs_nobody_out() {
    let application = Application::new();
    application.add(43, "Bob", "{}");
    application.sql(
        "CREATE DOMAIN app.odd AS bigint CHECK (VALUE % 2 = 1);
         CREATE FUNCTION app.fails(id bigint) RETURNS boolean LANGUAGE plpgsql AS
             'BEGIN IF id = 42 THEN RAISE ''no''; END IF; RETURN false; END'",
    );
    for (code, disabled) in [
        ("22P02", "(CASE id WHEN 42 THEN 'x' ELSE '0' END)::bigint = 1"),
        ("22012", "1 / (id - 42) = 0"),
        ("21000", "(SELECT n = 0 FROM generate_series(1, CASE id WHEN 42 THEN 2 ELSE 1 END) AS n)"),
        ("23514", "id::app.odd IS NULL"),
        ("P0001", "app.fails(id)"),
    ] {
        let query = format!(
            "SELECT id, login AS name, password_hash AS hash, roles, {disabled} AS disabled FROM app.people
             WHERE login = $1"
        );
        let store = application.open(&query).unwrap();
        application.sql("INSERT INTO jeton.accounts VALUES ('42', 'Ada', 'Ada') ON CONFLICT DO NOTHING");
        run(async {
            assert_eq!(store.by_typed_name("Ada").await.unwrap(), None, "{code}");
            let error = store.inspect("Ada").await.unwrap_err().to_string();
            assert!(error.contains("JETON_USERS_QUERY fails for this name") && error.contains(code), "{error}");
            let bob = store.by_typed_name("Bob").await.unwrap();
            assert!(bob.is_some(), "{code}");
            assert_eq!(store.inspect("Bob").await.unwrap(), bob);
            assert_eq!(store.inspect("nobody").await.unwrap(), None);
            let error = store.by_id(&UserId::from("42".to_owned())).await.unwrap_err().to_string();
            assert!(error.contains("JETON_USERS_QUERY") && error.contains(code), "{error}");
        });
    }
}

#[test]
fn who_never_signed_in_is_not_known_by_id() {
    let application = Application::new();
    let store = application.open(super::table::QUERY).unwrap();
    run(async { assert_eq!(store.by_id(&UserId::from("42".to_owned())).await.unwrap(), None) });
}
