-- Answers to creates: when it became known that one reached nobody. If neither mark is set, the answer is in doubt, as
-- after a crash; so are unmarked answers of earlier versions.
ALTER TABLE operation ADD COLUMN answer_lost_at INTEGER;
CREATE INDEX operation_answer_lost ON operation (account, answer_lost_at) WHERE answer_lost_at IS NOT NULL;
CREATE INDEX operation_delete ON operation (conference) WHERE kind = 'delete';

-- Bytes that accounts have stored, counted as in `usage.rs` and maintained by the writer from here on.

CREATE TABLE account_usage (
    account INTEGER PRIMARY KEY,
    bytes   INTEGER NOT NULL
) STRICT;

INSERT INTO account_usage
    SELECT account, SUM(bytes) FROM (
        SELECT account,
            256 + octet_length(join_url) + octet_length(details) + octet_length(user) + octet_length(topic) AS bytes
        FROM conference
        UNION ALL
        SELECT account, 256 + octet_length(query) + octet_length(headers) + octet_length(detail) + octet_length(body)
        FROM delivery
        UNION ALL
        SELECT operation.account, 256 + octet_length(effect.effect) + COALESCE(octet_length(effect.exchange), 0)
            + COALESCE(octet_length(effect.body), 0)
        FROM effect JOIN operation ON operation.id = effect.operation
        UNION ALL
        SELECT account, 256 + octet_length(event) FROM event
        UNION ALL
        SELECT account, 256 + octet_length(input) + COALESCE(octet_length(context), 0)
            + COALESCE(octet_length(outcome), 0) + COALESCE(octet_length(leftover), 0)
        FROM operation
    )
    WHERE account <> 0
    GROUP BY account;

-- Retention: when the clock was last plausible, the newest record at that moment, and when pruning was paused because
-- the clock has moved too far from it. At most one row.
CREATE TABLE retention (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    plausible_at INTEGER NOT NULL,
    newest_at    INTEGER,
    paused_at    INTEGER
) STRICT;

-- Readiness: a row that is rewritten to check that commits succeed.
CREATE TABLE probe (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    filler BLOB NOT NULL
) STRICT;

-- Pruning: finds a conference's names when the conference is deleted.
CREATE INDEX conference_name_of_conference ON conference_name (conference);

-- Leftovers: lines that the operator has acknowledged are hidden, and age like any other operation.
ALTER TABLE operation ADD COLUMN acknowledged_at INTEGER;

DROP INDEX operation_over;
CREATE INDEX operation_over ON operation (finished_at) WHERE (leftover IS NULL OR acknowledged_at IS NOT NULL);
CREATE INDEX operation_unacknowledged ON operation (finished_at)
    WHERE leftover IS NOT NULL AND acknowledged_at IS NULL;

-- Ingest keys: encrypted, and compared by a keyed fingerprint.
CREATE TABLE ingest_key_sealed (
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    -- Encrypted.
    key         BLOB NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,
    PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;

INSERT INTO ingest_key_sealed
    SELECT account, connection, seal('ingest_key.key', key, account, connection), fingerprint('ingest_key.key', key)
    FROM ingest_key;
DROP TABLE ingest_key;
ALTER TABLE ingest_key_sealed RENAME TO ingest_key;
