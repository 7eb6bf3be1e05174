//! Several processes over one PostgreSQL.

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
