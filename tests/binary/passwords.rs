//! How a password gets in: from standard input less one line end, by the rules, never as an argument.

use crate::home::Home;
use crate::process::Done;

fn add(home: &Home, name: &str, input: &[u8]) -> Done {
    home.run_with_input(&["user", "add", name, "--password-stdin"], input)
}

#[test]
fn one_line_end_is_left_out_and_nothing_else() {
    let home = Home::new();
    let cases = [
        ("lf", "correct horse\n", "correct horse"),
        ("crlf", "correct horse\r\n", "correct horse"),
        ("none", "correct horse", "correct horse"),
        ("two", "correct horse\n\n", "correct horse\n"),
        ("cr", "correct horse\r", "correct horse\r"),
        ("space", " correct horse \n", " correct horse "),
    ];
    for (name, input, _) in cases {
        add(&home, name, input.as_bytes()).exits(0);
    }
    let server = home.serve();
    for (name, _, password) in cases {
        assert_eq!(server.login(name, password).status, 200, "{name}");
    }
    assert_eq!(server.login("two", "correct horse").status, 401);
}

#[test]
fn length_is_the_only_rule() {
    let home = Home::new();
    let (short, long) = ("at least 8", "at most 1024 bytes");
    let refused = [
        (String::new(), short),
        ("\n".to_owned(), short),
        ("1234567".to_owned(), short),
        // Two and three bytes each, so that a cut wherever the reading ends is within a character of one.
        ("\u{e9}".repeat(600), long),
        ("\u{20ac}".repeat(600), long),
        ("x".to_owned() + &"\u{20ac}".repeat(600), long),
        ("\u{20ac}".repeat(7), short),
        ("x".repeat(1025), long),
        ("x".repeat(1024) + "\n\n", long),
        ("x".repeat(1_000_000), long),
    ];
    for (password, why) in refused {
        add(&home, "ada", password.as_bytes()).exits(1).says(why);
    }
    add(&home, "ada", b"correct \xff horse").exits(1).says("not UTF-8");
    assert_eq!(home.json(&["user", "list", "--json"]), serde_json::json!([]), "nobody was added");

    let good = ["j3t0nq7z".to_owned(), "\u{20ac}\u{a3}".repeat(4), "xy".repeat(512), "xy".repeat(512) + "\r\n"];
    for (number, password) in good.iter().enumerate() {
        add(&home, &format!("user {number}"), password.as_bytes()).exits(0);
    }
}

#[test]
fn what_everybody_tries_first_cannot_be_set() {
    let home = Home::new();
    let (known, own, one) = ("everybody tries first", "the user's own name", "again and again");
    for (common, why) in [
        ("password1", known),
        ("QWERTYUIOP", known),
        ("ｐａｓｓｗｏｒｄ", known),
        ("Ada Lovelace", own),
        ("        ", one),
        ("zzzzzzzzzzzzzzzz", one),
    ] {
        add(&home, "ada lovelace", common.as_bytes()).exits(1).says(why);
    }
    add(&home, "ada lovelace", b"j3t0nq7z").exits(0);
    let set = ["user", "password", "ADA LOVELACE", "--password-stdin"];
    for (common, why) in [("password1", known), ("ada lovelace", own)] {
        home.run_with_input(&set, common.as_bytes()).exits(1).says(why);
    }
}

#[test]
fn the_least_length_is_a_setting() {
    let home = Home::new().with("JETON_PASSWORD_MIN", "15");
    add(&home, "ada", b"fourteen chars").exits(1).says("at least 15");
    add(&home, "ada", b"fifteen of them").exits(0);
    home.run_with_input(&["user", "password", "ada", "--password-stdin"], b"fourteen chars").exits(1);
}

#[test]
fn no_argument_can_be_a_password() {
    let home = Home::new();
    let secret = "correct horse battery";
    for command in ["add", "password"] {
        let with_equals = format!("--password={secret}");
        for more in [&["--password", secret] as &[&str], &[with_equals.as_str()], &[secret], &["-p", secret]] {
            home.run_with_input(&[&["user", command, "ada"], more].concat(), b"correct horse\n").exits(2);
        }
    }
    assert_eq!(home.json(&["user", "list", "--json"]), serde_json::json!([]));

    for command in ["serve", "user add", "user set", "user password", "session list", "session revoke"] {
        let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let help = home.run(&arguments).exits(0).stdout;
        let mentions = help.matches("--password").count();
        assert_eq!(mentions, help.matches("--password-stdin").count(), "{help}");
    }
}
