//! The same as columns.

use serde_json::json;

use super::{HASHES, import_text, login, report};
use crate::home::{Home, PASSWORD};

#[test]
fn columns_stand_in_any_order_and_an_empty_one_is_not_given() {
    let home = Home::new();
    let [hash, _] = HASHES;
    let text = format!(
        "\u{feff}hash,username,disabled,roles,claims,scopes,id\r\n\
         {hash},Ada,TRUE,admin staff,\"{{\"\"team\"\":\"\"blue\"\"}}\",\"a,b\",7\r\n\
         {hash},\"bob, the second\",,,,,\r\n"
    );
    import_text(&home, "people.csv", text.as_bytes(), &[]).exits(0);
    let shown = home.json(&["user", "show", "ada", "--json"]);
    let got = ["id", "disabled", "roles", "claims", "scopes"].map(|name| shown[name].clone());
    assert_eq!(got, [json!("7"), json!(true), json!(["admin", "staff"]), json!({"team": "blue"}), json!(["a", "b"])]);
    let shown = home.json(&["user", "show", "bob, the second", "--json"]);
    assert_eq!((&shown["disabled"], &shown["roles"]), (&json!(false), &json!([])));
    login(&home.serve(), "bob, the second", PASSWORD).tokens();
}

#[test]
fn a_truth_may_be_spelt_as_databases_write_it() {
    let home = Home::new();
    let [hash, _] = HASHES;
    let spellings = [
        ("true", true),
        ("False", false),
        ("t", true),
        ("f", false),
        ("T", true),
        ("F", false),
        ("1", true),
        ("0", false),
        ("", false),
    ];
    let rows = spellings.iter().enumerate().map(|(number, (text, _))| format!("p{number},{hash},{text}\n"));
    let text = format!("username,hash,disabled\n{}", rows.collect::<String>());
    import_text(&home, "people.csv", text.as_bytes(), &[]).exits(0);
    for (number, (text, expected)) in spellings.iter().enumerate() {
        let shown = home.json(&["user", "show", &format!("p{number}"), "--json"]);
        assert_eq!(shown["disabled"], *expected, "{text:?}");
    }
    let text = format!("username,hash,disabled\nada,{hash},yes\n");
    import_text(&home, "wrong.csv", text.as_bytes(), &[]).exits(1).says("line 2: disabled is not true or false");
}

#[test]
fn objects_stand_in_a_column_as_their_json() {
    let home = Home::new();
    let credential = r#"[{"type":"password","secretData":"{\"value\":\"3Z83Ic8JUztntTF9PBmLJW02MIxLxTYPg2mt5N2TgwA=\",\"salt\":\"8qeAg8keMTB9ctgwRYBQ8w==\"}","credentialData":"{\"hashIterations\":27500,\"algorithm\":\"pbkdf2-sha256\"}"}]"#;
    let text = format!("username,hash\nada,\"{}\"\n", credential.replace('"', "\"\""));
    import_text(&home, "people.csv", text.as_bytes(), &[]).exits(0);
    assert_eq!(login(&home.serve(), "ada", "user1").status, 200);
}

#[test]
fn refused_rows_are_named_by_the_line_on_which_they_begin() {
    let home = Home::new();
    let [hash, _] = HASHES;
    let text = format!(
        "username,hash,claims\nada,{hash}\n\"two\nlines\",{hash},\nbob,{hash},[]\nbob,{hash},\ncleo,{hash},{{\n\
         dan,,\n,{hash},\n"
    );
    let mut bytes = text.into_bytes();
    bytes.extend(b"\xff,x,\n");
    let done = import_text(&home, "people.csv", &bytes, &["--json"]).exits(1);
    let expected = json!({
        "added": 1, "replaced": 0, "unchanged": 0,
        "refused": [
            {"line": 2, "reason": "it has another number of columns than the first line"},
            {"line": 3, "reason": "a user name has no control characters and no line breaks"},
            {"line": 5, "reason": "claims is not a JSON object"},
            {"line": 7, "reason": "claims is not a JSON object"},
            {"line": 8, "reason": "it has no hash"},
            {"line": 9, "reason": "it has no username"},
            {"line": 10, "reason": "it is not UTF-8"},
        ],
    });
    assert_eq!(report(&done), expected);
}

#[test]
fn a_first_line_that_names_no_columns_is_a_misuse_and_not_quoted() {
    let home = Home::new();
    let [hash, _] = HASHES;
    for text in [format!("ada,{hash}\n"), "username\n".to_owned(), "username,hash,hash\n".to_owned(), String::new()] {
        let done = import_text(&home, "people.csv", text.as_bytes(), &[]).exits(2).says("names its columns");
        assert!(!done.stderr.contains("SSHA") && !done.stderr.contains("ada"), "{done:?}");
    }
    assert_eq!(home.json(&["user", "list", "--json"]), json!([]));
}
