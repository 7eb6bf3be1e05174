-- Times are milliseconds since 1970, in UTC.

CREATE TABLE sessions (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user           TEXT    NOT NULL,
    version        BLOB    NOT NULL CHECK (length(version) = 8),
    kept_until     INTEGER NOT NULL,
    revoked_reason TEXT,
    revoked_at     INTEGER,
    record         BLOB    NOT NULL, -- store/session_codec.rs
    CHECK ((revoked_reason IS NULL) = (revoked_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user);
CREATE INDEX sessions_by_kept_until ON sessions (kept_until);

CREATE TABLE users (
    id       TEXT    NOT NULL PRIMARY KEY,
    name_key TEXT    NOT NULL UNIQUE, -- the folded name
    username TEXT    NOT NULL,
    password TEXT    NOT NULL,        -- a PHC string
    roles    TEXT    NOT NULL,        -- a JSON array of strings
    scopes   TEXT    NOT NULL,        -- words separated by spaces
    claims   TEXT    NOT NULL,        -- a JSON object
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    epoch    INTEGER NOT NULL,        -- 64 bits without a sign
    created  INTEGER NOT NULL
) STRICT;
