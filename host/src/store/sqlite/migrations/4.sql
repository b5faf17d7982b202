-- Retention: the clock when it was last plausible, beside the newest record of that moment, and since when pruning is
-- paused because the clock has moved too far from it. One row at most.
CREATE TABLE retention (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    plausible_at INTEGER NOT NULL,
    newest_at    INTEGER,
    paused_at    INTEGER
) STRICT;

-- Readiness: a row that is rewritten to see whether commits succeed.
CREATE TABLE probe (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    filler BLOB NOT NULL
) STRICT;

-- Leftovers: lines that the operator has acknowledged are no longer shown, and age like any other operation.
ALTER TABLE operation ADD COLUMN acknowledged_at INTEGER;

DROP INDEX operation_over;
CREATE INDEX operation_over ON operation (finished_at) WHERE (leftover IS NULL OR acknowledged_at IS NOT NULL);
CREATE INDEX operation_unacknowledged ON operation (finished_at)
    WHERE leftover IS NOT NULL AND acknowledged_at IS NULL;

-- Ingest keys: encrypted, and told apart by a keyed fingerprint.
CREATE TABLE ingest_key_sealed (
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    -- Sealed.
    key         BLOB NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,
    PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;

INSERT INTO ingest_key_sealed
    SELECT account, connection, seal('ingest_key.key', key, account, connection), fingerprint('ingest_key.key', key)
    FROM ingest_key;
DROP TABLE ingest_key;
ALTER TABLE ingest_key_sealed RENAME TO ingest_key;
