-- The sessions of an account may be ended while it signs in for the first time: it has been read with the
-- old password, and no row of it stands here yet. So the end makes the row, with an epoch that no reader
-- has seen, and the sign-in only adds the names. An id of NULL is nobody's, as before, and
-- so is one that no account can have.
CREATE OR REPLACE FUNCTION jeton.end_sessions(account text) RETURNS void
LANGUAGE sql STRICT SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO jeton.accounts AS a (id, typed, username, epoch)
        SELECT account, '', '', (extract(epoch FROM clock_timestamp()) * 1000)::bigint
        WHERE octet_length(account) BETWEEN 1 AND 128
        ON CONFLICT (id) DO UPDATE SET epoch = greatest(a.epoch + 1, excluded.epoch)
$$;
