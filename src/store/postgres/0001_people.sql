-- People who are kept here. Names are compared folded, in the order of their bytes.
CREATE TABLE jeton.users (
    id text COLLATE "C" PRIMARY KEY,
    name_key text COLLATE "C" NOT NULL UNIQUE,
    username text NOT NULL,
    password text NOT NULL,
    roles text[] NOT NULL,
    scopes text[] NOT NULL,
    claims json NOT NULL,
    disabled boolean NOT NULL,
    -- Unix milliseconds or more; unsigned, kept as it stands.
    epoch bigint NOT NULL,
    -- Unix milliseconds.
    created bigint NOT NULL
);

-- What is remembered of another application's people (JETON_USERS_QUERY): the name under which each
-- signed in last, the name that the query gave then, and the session epoch.
CREATE TABLE jeton.accounts (
    id text COLLATE "C" PRIMARY KEY,
    typed text NOT NULL,
    username text NOT NULL,
    epoch bigint NOT NULL DEFAULT 0
);

-- For the application, where it changes a password: every session of that account is over. Whoever has
-- the right to use the schema may call it, and needs no right on the table.
CREATE FUNCTION jeton.end_sessions(account text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    UPDATE jeton.accounts
        SET epoch = greatest(epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
        WHERE id = account
$$;
