-- The ids that nobody gets any more: a `sub` that a resource server has seen must not become somebody else's.
CREATE TABLE jeton.deleted_users (
    id text COLLATE "C" PRIMARY KEY
);
