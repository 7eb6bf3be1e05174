//! Which rows are somebody, and which let nobody in.

use super::*;

fn answer() -> Answer {
    let text = |text: &str| Some(text.to_owned());
    Answer {
        id: text("42"),
        name: text("Ada"),
        hash: text("$2b$12$x"),
        roles: text(r#"["admin","ops:eu/1"]"#),
        disabled: text("false"),
        epoch: 7,
    }
}

#[test]
fn a_row_becomes_a_user() {
    let user = answer().into_user().unwrap();
    assert_eq!((user.id.as_str(), user.username.as_str(), user.password.as_phc()), ("42", "Ada", "$2b$12$x"));
    assert_eq!((user.roles.join(" ").as_str(), user.disabled, user.epoch), ("admin ops:eu/1", false, 7));
    let user = Answer { hash: None, ..answer() }.into_user().unwrap();
    assert_eq!(user.password.as_phc(), "");
}

#[test]
fn roles_come_as_lists_or_as_text_or_not_at_all() {
    let roles = |text: Option<&str>| {
        Answer { roles: text.map(str::to_owned), ..answer() }.into_user().map(|user| user.roles.join(" "))
    };
    for (text, expected) in [
        (None, ""),
        (Some("null"), ""),
        (Some("[]"), ""),
        (Some(r#""""#), ""),
        (Some(r#"" admin, ops ,""#), "admin ops"),
        (Some(r#""[\"admin\"]""#), "admin"),
    ] {
        assert_eq!(roles(text).as_deref(), Ok(expected), "{text:?}");
    }
    for text in ["7", "[7]", "[[\"a\"]]", "{}", "true", r#""[\"admin\"""#] {
        assert_eq!(roles(Some(text)), Err(Unusable::RolesType), "{text}");
    }
    for text in [r#"["a b"]"#, r#"[""]"#, r#""a\nb""#, r#"["über"]"#] {
        assert_eq!(roles(Some(text)), Err(Unusable::Roles(AttributeRefused::Word)), "{text}");
    }
    assert_eq!(roles(Some(&format!("{:?}", "admin,".repeat(200)))), Err(Unusable::Roles(AttributeRefused::TooMany)));
}

#[test]
fn disabled_is_a_truth_a_number_or_nothing() {
    let disabled = |text: Option<&str>| {
        Answer { disabled: text.map(str::to_owned), ..answer() }.into_user().map(|user| user.disabled)
    };
    for (text, expected) in [("null", false), ("false", false), ("true", true), ("0", false), ("1", true), ("-1", true)]
    {
        assert_eq!(disabled(Some(text)), Ok(expected), "{text}");
    }
    assert_eq!(disabled(None), Ok(false));
    for text in [r#""no""#, "[]", "{}"] {
        assert_eq!(disabled(Some(text)), Err(Unusable::Disabled), "{text}");
    }
}

#[test]
fn a_row_without_a_good_id_or_name_is_nobody() {
    for id in [None, Some(""), Some("a b"), Some("é"), Some("a\nb"), Some(&*"x".repeat(129))] {
        let id = id.map(str::to_owned);
        assert_eq!(Answer { id, ..answer() }.into_user(), Err(Unusable::Id));
    }
    assert_eq!(Answer { name: None, ..answer() }.into_user(), Err(Unusable::NoName));
    let control = Some("a\u{7}b".to_owned());
    assert_eq!(Answer { name: control, ..answer() }.into_user(), Err(Unusable::Name(NameRefused::Control)));
}
