//! Several processes over one PostgreSQL.

use serde_json::json;

use crate::app::at_once;
use crate::home::{Home, PASSWORD};
use crate::servers::{Database, eventually};

#[test]
fn what_one_process_does_the_other_knows_at_once() {
    let database = Database::new();
    let home = Home::new().with("JETON_USERS_URL", database.url());
    // Each makes the tables where the other has not yet.
    let (first, second) = std::thread::scope(|scope| {
        let [first, second] = [(); 2].map(|()| scope.spawn(|| home.serve()));
        (first.join().unwrap(), second.join().unwrap())
    });
    home.add("ada");
    let mut tokens = first.sign_in("ada");
    for server in [&second, &first, &second] {
        let reply = server.refresh(&tokens.refresh);
        assert_eq!(reply.status, 200);
        tokens = reply.tokens();
    }
    home.run(&["session", "revoke", "--user", "ada"]).exits(0);
    for server in [&first, &second] {
        assert_eq!(server.refresh(&tokens.refresh).refused(400), ("invalid_grant", "revoked"));
    }
    home.run(&["user", "delete", "ada"]).exits(0);
    for server in [first, second] {
        assert_eq!(server.login("ada", PASSWORD).status, 401);
        server.stop().exits(0);
    }
    let left =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jeton' AND datname = current_database()";
    eventually("nobody is connected any more", || database.sql(left) == ["0"]);
}

#[test]
fn of_many_changes_of_one_password_at_two_processes_one_is_made_and_none_is_an_outage() {
    let database = Database::new();
    let home = Home::new().with("JETON_USERS_URL", database.url());
    home.add("ada");
    let servers = [home.serve(), home.serve()];
    let made_of_many = |new: &str| {
        let token = servers[0].sign_in("ada").access;
        let body = json!({ "current_password": PASSWORD, "new_password": new });
        let replies = at_once(8, |number| servers[number % 2].put("/me/password", &token, &body));
        for lost in replies.iter().filter(|reply| reply.status != 200) {
            assert_eq!(lost.refused(403), ("invalid_credentials", ""));
        }
        replies.iter().filter(|reply| reply.status == 200).count()
    };
    assert!(made_of_many(PASSWORD) >= 1, "who comes when the first is done may do it once more");
    assert_eq!(made_of_many("a better one than that"), 1);
}
