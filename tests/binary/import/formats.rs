//! Every form of hash, from the original implementation through the file and the door to Argon2id.

use serde_json::{Value, json};

use super::{import, login, stored};
use crate::home::{Home, PASSWORD};

fn vectors() -> Vec<Value> {
    let lines = include_str!("../../vectors/foreign-hashes.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn whoever_comes_with_a_hash_signs_in_and_has_an_argon2id_hash_from_then_on() {
    let (home, vectors) = (Home::new().with("RUST_LOG", "trace"), vectors());
    let name = |number: usize| format!("person {number}");
    let line = |(number, vector): (usize, &Value)| json!({"username": name(number), "hash": vector["hash"]});
    let lines: Vec<_> = vectors.iter().enumerate().map(line).collect();
    let imported = import(&home, &lines, &[]).exits(0);
    assert_eq!(imported.stdout, format!("added {}, replaced 0, unchanged 0, refused 0\n", vectors.len()));

    let server = home.serve();
    for (number, vector) in vectors.iter().enumerate() {
        let password = vector["password"].as_str().unwrap();
        assert_eq!(login(&server, &name(number), password).status, 200, "{vector}");
    }
    assert_eq!(login(&server, &name(0), "wrong").status, 401);
    for (number, vector) in vectors.iter().enumerate() {
        let (hash, _) = stored(&home, &name(number));
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{vector}");
    }
    for (number, vector) in
        vectors.iter().enumerate().filter(|(number, _)| number % 9 == 0 || *number + 3 > vectors.len())
    {
        let again = login(&server, &name(number), vector["password"].as_str().unwrap());
        assert_eq!(again.status, 200, "and with the new hash: {vector}");
    }

    // Nothing that is secret was said by either, at the lowest level of the log.
    let served = server.stop().exits(0);
    assert!(served.stderr.contains("TRACE") || served.stderr.contains("DEBUG"), "it was told to say everything");
    let said = [imported.stdout, imported.stderr, served.stdout, served.stderr].concat();
    for vector in &vectors {
        for secret in secrets(vector) {
            assert!(!said.contains(&secret), "{secret}");
        }
    }
}

#[test]
fn a_wrong_password_opens_no_imported_account_and_upgrades_nothing() {
    let (home, forms) = (Home::new(), ["bcrypt $2b$", "SSHA", "Firebase", "Argon2 of Django", "sha512-crypt"]);
    let lines: Vec<_> =
        vectors().into_iter().filter(|vector| forms.contains(&vector["form"].as_str().unwrap())).collect();
    let people: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(number, vector)| json!({"username": format!("p{number}"), "hash": vector["hash"]}))
        .collect();
    import(&home, &people, &[]).exits(0);
    let server = home.serve();
    for number in 0..people.len() {
        let (name, before) = (format!("p{number}"), stored(&home, &format!("p{number}")));
        for wrong in ["", "x", "correct horse battery stapl", "Correct horse battery staple"] {
            assert_eq!(login(&server, &name, wrong).refused(401), ("invalid_credentials", ""));
        }
        assert_eq!(stored(&home, &name), before);
    }
}

#[test]
fn an_upgrade_ends_no_session_and_a_second_sign_in_goes_on_with_it() {
    let home = Home::new();
    import(&home, &[super::person("ada")], &[]).exits(0);
    let server = home.serve();
    let before = stored(&home, "ada");
    let first = login(&server, "ada", PASSWORD).tokens();
    let after = stored(&home, "ada");
    assert_ne!(after.0, before.0);
    assert_eq!(after.1, before.1);
    login(&server, "ada", PASSWORD).tokens();
    assert_eq!(stored(&home, "ada"), after);
    server.refresh(&first.refresh).tokens();
}

/// Everything in a line of the vectors that must not be said: the hash, its longer parts, the password.
fn secrets(vector: &Value) -> Vec<String> {
    let mut found = vec![vector["password"].as_str().unwrap().to_owned()];
    let mut values = vec![vector["hash"].clone()];
    while let Some(value) = values.pop() {
        match value {
            Value::Object(members) => values.extend(members.into_iter().map(|(_, value)| value)),
            Value::Array(items) => values.extend(items),
            Value::String(text) => {
                found.extend(text.split(['$', '}', '"']).filter(|part| part.len() > 20).map(str::to_owned))
            }
            _ => {}
        }
    }
    // A password of a vector that is a common word of ours, too.
    found.retain(|secret| secret != "password");
    found
}
