-- Encrypts traffic between plugs and providers, the contents of meetings, and plug state with the host's own key.
-- Names, times and numbers that rows are found by stay in plain text. `seal` and `unseal` are functions registered on
-- our connections; they authenticate the column and the row's key with the value.

-- Verifies that a host's key belongs to this file.
CREATE TABLE host_key (
    proof BLOB NOT NULL
) STRICT;

INSERT INTO host_key VALUES (seal('host_key.proof', 'cordboard', 1));

CREATE TABLE operation_sealed (
    sequence    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    app         INTEGER,
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    plug        TEXT NOT NULL,
    -- Known from the beginning; the row in `conference` follows once it is created.
    conference  TEXT,
    request     TEXT,
    likeness    TEXT,
    -- Encrypted.
    input       BLOB NOT NULL,
    -- Encrypted; null if the operation ended without running its plug.
    context     BLOB,
    started_at  INTEGER NOT NULL,
    -- How it ended, all null until then; outcome and leftover are encrypted.
    outcome     BLOB,
    succeeded   INTEGER,
    leftover    BLOB,
    finished_at INTEGER,
    answered    INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO operation_sealed
    SELECT sequence, id, kind, app, account, connection, plug, conference, request, likeness,
        seal('operation.input', input, id), seal('operation.context', NULLIF(context, ''), id), started_at,
        seal('operation.outcome', outcome, id), succeeded, seal('operation.leftover', leftover, id), finished_at,
        answered
    FROM operation;
DROP TABLE operation;
ALTER TABLE operation_sealed RENAME TO operation;

CREATE INDEX operation_of_request ON operation (request) WHERE request IS NOT NULL AND succeeded = 1;
CREATE INDEX operation_of_likeness ON operation (likeness)
    WHERE likeness IS NOT NULL AND kind = 'create' AND succeeded = 1 AND answered = 0;
CREATE INDEX operation_update ON operation (conference) WHERE kind = 'update';
CREATE INDEX operation_over ON operation (finished_at) WHERE leftover IS NULL;
CREATE INDEX operation_unfinished ON operation (started_at) WHERE finished_at IS NULL;
CREATE INDEX operation_leftover ON operation (finished_at) WHERE leftover IS NOT NULL;
CREATE INDEX operation_unclaimed ON operation (finished_at) WHERE kind = 'create' AND succeeded = 1 AND answered = 0;
CREATE INDEX operation_of_connection ON operation (account, connection, sequence) WHERE finished_at IS NOT NULL;

-- Effects with their results, encrypted. The body of an answer is stored beside its exchange.
CREATE TABLE effect_sealed (
    operation TEXT NOT NULL REFERENCES operation (id),
    number    INTEGER NOT NULL,
    effect    BLOB NOT NULL,
    exchange  BLOB,
    body      BLOB,
    PRIMARY KEY (operation, number)
) STRICT;

INSERT INTO effect_sealed
    SELECT operation, number, seal('effect.effect', effect, operation, number),
        seal('effect.exchange', exchange, operation, number), seal('effect.body', body, operation, number)
    FROM effect;
DROP TABLE effect;
ALTER TABLE effect_sealed RENAME TO effect;

CREATE TABLE conference_sealed (
    sequence    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    -- A one-way digest of the id.
    link        TEXT NOT NULL UNIQUE,
    app         INTEGER NOT NULL,
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    -- Encrypted, as are details, user and topic.
    join_url    BLOB NOT NULL,
    details     BLOB NOT NULL,
    user_id     INTEGER NOT NULL,
    user        BLOB NOT NULL,
    topic       BLOB NOT NULL,
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    deleted_at  INTEGER
) STRICT;

INSERT INTO conference_sealed
    SELECT sequence, id, link, app, account, connection, provider_id, seal('conference.join_url', join_url, id),
        seal('conference.details', details, id), user_id, seal('conference.user', user, id),
        seal('conference.topic', topic, id), starts_at, ends_at, created_at, deleted_at
    FROM conference;
DROP TABLE conference;
ALTER TABLE conference_sealed RENAME TO conference;

CREATE INDEX conference_gone ON conference (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE memo_sealed (
    scope      TEXT NOT NULL,
    key        TEXT NOT NULL,
    -- Always encrypted; `sealed` tells whether the value was captured, so that plugs may not see it.
    value      BLOB NOT NULL,
    sealed     INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (scope, key)
) STRICT;

INSERT INTO memo_sealed
    SELECT scope, key, seal('memo.value', value, scope, key), sealed, expires_at FROM memo;
DROP TABLE memo;
ALTER TABLE memo_sealed RENAME TO memo;

CREATE TABLE difference_sealed (
    sequence   INTEGER PRIMARY KEY,
    account    INTEGER NOT NULL,
    connection TEXT NOT NULL,
    candidate  INTEGER NOT NULL,
    operation  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    after      INTEGER NOT NULL,
    -- Both encrypted.
    live       BLOB NOT NULL,
    other      BLOB NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;

INSERT INTO difference_sealed
    SELECT sequence, account, connection, candidate, operation, kind, after,
        seal('difference.live', live, account, connection, candidate, operation),
        seal('difference.other', other, account, connection, candidate, operation), seen_at
    FROM difference;
DROP TABLE difference;
ALTER TABLE difference_sealed RENAME TO difference;

CREATE INDEX difference_of ON difference (account, connection, candidate);
