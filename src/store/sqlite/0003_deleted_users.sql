-- The ids that nobody gets any more: a `sub` that a resource server has seen must not become somebody else's.

CREATE TABLE deleted_users (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
