-- Times are epoch milliseconds. Unsigned 64-bit numbers (app, account, user_id, starts_at, ends_at) are stored bit for
-- bit as SQLite's signed ones: they are only compared for equality.

CREATE TABLE operation (
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
    input       TEXT NOT NULL,
    context     TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    -- How it ended; all null until then.
    outcome     TEXT,
    succeeded   INTEGER,
    leftover    TEXT,
    finished_at INTEGER,
    answered    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX operation_of_request ON operation (request) WHERE request IS NOT NULL AND succeeded = 1;
CREATE INDEX operation_of_likeness ON operation (likeness)
    WHERE likeness IS NOT NULL AND kind = 'create' AND succeeded = 1 AND answered = 0;
CREATE INDEX operation_update ON operation (conference) WHERE kind = 'update';
CREATE INDEX operation_over ON operation (finished_at) WHERE leftover IS NULL;
CREATE INDEX operation_unfinished ON operation (started_at) WHERE finished_at IS NULL;
CREATE INDEX operation_leftover ON operation (finished_at) WHERE leftover IS NOT NULL;
CREATE INDEX operation_unclaimed ON operation (finished_at) WHERE kind = 'create' AND succeeded = 1 AND answered = 0;

-- Effects with their results. The body of an answer is stored beside its exchange.
CREATE TABLE effect (
    operation TEXT NOT NULL REFERENCES operation (id),
    number    INTEGER NOT NULL,
    effect    TEXT NOT NULL,
    exchange  TEXT,
    body      BLOB,
    PRIMARY KEY (operation, number)
) STRICT;

CREATE TABLE conference (
    sequence    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    -- A one-way digest of the id.
    link        TEXT NOT NULL UNIQUE,
    app         INTEGER NOT NULL,
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    join_url    TEXT NOT NULL,
    details     TEXT NOT NULL,
    user_id     INTEGER NOT NULL,
    user        TEXT NOT NULL,
    topic       TEXT NOT NULL,
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    deleted_at  INTEGER
) STRICT;

CREATE INDEX conference_gone ON conference (deleted_at) WHERE deleted_at IS NOT NULL;

-- Every id that a provider has given a conference, including past ones: late events still carry them.
CREATE TABLE conference_name (
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    conference  TEXT NOT NULL REFERENCES conference (id),
    PRIMARY KEY (account, connection, provider_id, conference)
) STRICT, WITHOUT ROWID;

-- Other ids, each leading to the one that the conference had before. Either may become known first.
CREATE TABLE alias (
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    original    TEXT NOT NULL,
    PRIMARY KEY (account, connection, provider_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alias_of_original ON alias (account, connection, original);

CREATE TABLE delivery (
    sequence    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    route       TEXT NOT NULL,
    method      TEXT NOT NULL,
    query       TEXT NOT NULL,
    -- JSON: pairs of a name and a value in base64.
    headers     TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    verdict     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    plug        TEXT NOT NULL,
    body        BLOB NOT NULL
) STRICT;

CREATE INDEX delivery_undigested ON delivery (account, connection, received_at)
    WHERE verdict IN ('unsupported', 'quarantined');

CREATE TABLE event (
    -- Numbers are never reused: readers resume after the last one they saw.
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery      TEXT NOT NULL,
    account       INTEGER NOT NULL,
    connection    TEXT NOT NULL,
    route         TEXT NOT NULL,
    dedupe_key    TEXT NOT NULL,
    dedupe_within INTEGER,
    received_at   INTEGER NOT NULL,
    -- The provider's id of the conference, and our id once it is known.
    provider_id   TEXT,
    conference    TEXT,
    event         TEXT NOT NULL
) STRICT;

CREATE INDEX event_of_key ON event (account, connection, route, dedupe_key, received_at);
CREATE INDEX event_of_account ON event (account);
CREATE INDEX event_of_conference ON event (conference) WHERE conference IS NOT NULL;
CREATE INDEX event_untied ON event (account, connection, provider_id)
    WHERE conference IS NULL AND provider_id IS NOT NULL;

CREATE TABLE memo (
    scope      TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    sealed     INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (scope, key)
) STRICT;

CREATE TABLE verified_user (
    account    INTEGER NOT NULL,
    connection TEXT NOT NULL,
    id         TEXT NOT NULL,
    PRIMARY KEY (account, connection, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ingest_key (
    account    INTEGER NOT NULL,
    connection TEXT NOT NULL,
    key        TEXT NOT NULL UNIQUE,
    PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;
