-- From where accounts signed in (throttle/place.rs). The account is a digest of its name.

CREATE TABLE places (
    account BLOB    NOT NULL CHECK (length(account) = 16),
    place   BLOB    NOT NULL,
    last    INTEGER NOT NULL, -- milliseconds since 1970, in UTC
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX places_by_last ON places (last);
