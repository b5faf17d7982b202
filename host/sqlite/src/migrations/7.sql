-- Turns the CRM's ids of apps, accounts and users into text. Earlier versions stored them as unsigned 64-bit numbers,
-- bit for bit as SQLite's signed ones. Records of apps had account 0; now they have empty text, which is no valid id.

CREATE TABLE operation_text (
    sequence        INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    app             TEXT,
    account         TEXT NOT NULL,
    connection      TEXT NOT NULL,
    plug            TEXT NOT NULL,
    -- Known from the beginning; the row in `conference` follows once it is created.
    conference      TEXT,
    request         TEXT,
    likeness        TEXT,
    -- Encrypted.
    input           BLOB NOT NULL,
    -- Encrypted; null if the operation ended without running its plug.
    context         BLOB,
    started_at      INTEGER NOT NULL,
    -- How it ended, all null until then; outcome and leftover are encrypted.
    outcome         BLOB,
    succeeded       INTEGER,
    leftover        BLOB,
    finished_at     INTEGER,
    answered        INTEGER NOT NULL DEFAULT 0,
    answer_lost_at  INTEGER,
    acknowledged_at INTEGER
) STRICT;

INSERT INTO operation_text
    SELECT sequence, id, kind, CASE WHEN app IS NOT NULL THEN printf('%u', app) END, printf('%u', account), connection,
        plug, conference, request, likeness, input, context, started_at, outcome, succeeded, leftover, finished_at,
        answered, answer_lost_at, acknowledged_at
    FROM operation;
DROP TABLE operation;
ALTER TABLE operation_text RENAME TO operation;

CREATE INDEX operation_of_request ON operation (request) WHERE request IS NOT NULL AND succeeded = 1;
CREATE INDEX operation_of_likeness ON operation (likeness)
    WHERE likeness IS NOT NULL AND kind = 'create' AND succeeded = 1 AND answered = 0;
CREATE INDEX operation_update ON operation (conference) WHERE kind = 'update';
CREATE INDEX operation_delete ON operation (conference) WHERE kind = 'delete';
CREATE INDEX operation_over ON operation (finished_at) WHERE (leftover IS NULL OR acknowledged_at IS NOT NULL);
CREATE INDEX operation_unfinished ON operation (started_at) WHERE finished_at IS NULL;
CREATE INDEX operation_leftover ON operation (finished_at) WHERE leftover IS NOT NULL;
CREATE INDEX operation_unacknowledged ON operation (finished_at)
    WHERE leftover IS NOT NULL AND acknowledged_at IS NULL;
CREATE INDEX operation_unclaimed ON operation (finished_at) WHERE kind = 'create' AND succeeded = 1 AND answered = 0;
CREATE INDEX operation_answer_lost ON operation (account, answer_lost_at) WHERE answer_lost_at IS NOT NULL;
CREATE INDEX operation_of_connection ON operation (account, connection, sequence) WHERE finished_at IS NOT NULL;

CREATE TABLE conference_text (
    sequence    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    -- A one-way digest of the id.
    link        TEXT NOT NULL UNIQUE,
    app         TEXT NOT NULL,
    account     TEXT NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    -- Encrypted, as are details, user and topic.
    join_url    BLOB NOT NULL,
    details     BLOB NOT NULL,
    user_id     TEXT NOT NULL,
    user        BLOB NOT NULL,
    topic       BLOB NOT NULL,
    -- Unsigned 64-bit numbers, stored bit for bit as SQLite's signed ones.
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    deleted_at  INTEGER
) STRICT;

INSERT INTO conference_text
    SELECT sequence, id, link, printf('%u', app), printf('%u', account), connection, provider_id, join_url, details,
        printf('%u', user_id), user, topic, starts_at, ends_at, created_at, deleted_at
    FROM conference;
DROP TABLE conference;
ALTER TABLE conference_text RENAME TO conference;

CREATE INDEX conference_gone ON conference (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX conference_at_provider ON conference (account, connection, provider_id, sequence)
    WHERE deleted_at IS NULL;

CREATE TABLE conference_name_text (
    account     TEXT NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    -- The conference's sequence number.
    sequence    INTEGER NOT NULL,
    conference  TEXT NOT NULL REFERENCES conference (id),
    PRIMARY KEY (account, connection, provider_id, sequence)
) STRICT, WITHOUT ROWID;

INSERT INTO conference_name_text
    SELECT printf('%u', account), connection, provider_id, sequence, conference FROM conference_name;
DROP TABLE conference_name;
ALTER TABLE conference_name_text RENAME TO conference_name;

CREATE INDEX conference_name_of_conference ON conference_name (conference);

CREATE TABLE alias_text (
    account     TEXT NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    original    TEXT NOT NULL,
    PRIMARY KEY (account, connection, provider_id)
) STRICT, WITHOUT ROWID;

INSERT INTO alias_text SELECT printf('%u', account), connection, provider_id, original FROM alias;
DROP TABLE alias;
ALTER TABLE alias_text RENAME TO alias;

CREATE INDEX alias_of_original ON alias (account, connection, original);

CREATE TABLE delivery_text (
    sequence    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    -- Empty for an app, whose id is in `connection`.
    account     TEXT NOT NULL,
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

INSERT INTO delivery_text
    SELECT sequence, id, CASE account WHEN 0 THEN '' ELSE printf('%u', account) END, connection, route, method, query,
        headers, received_at, verdict, detail, plug, body
    FROM delivery;
DROP TABLE delivery;
ALTER TABLE delivery_text RENAME TO delivery;

CREATE INDEX delivery_undigested ON delivery (account, connection, received_at)
    WHERE verdict IN ('unsupported', 'quarantined');
CREATE INDEX delivery_of_connection ON delivery (account, connection, sequence);

CREATE TABLE event_text (
    -- Numbers are never reused: readers resume after the last one they saw.
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery      TEXT NOT NULL,
    account       TEXT NOT NULL,
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

INSERT INTO event_text
    SELECT sequence, delivery, printf('%u', account), connection, route, dedupe_key, dedupe_within, received_at,
        provider_id, conference, event
    FROM event;
-- The newest events may have been pruned.
DELETE FROM sqlite_sequence WHERE name = 'event_text';
INSERT INTO sqlite_sequence SELECT 'event_text', seq FROM sqlite_sequence WHERE name = 'event';
DROP TABLE event;
ALTER TABLE event_text RENAME TO event;

CREATE INDEX event_of_key ON event (account, connection, route, dedupe_key, received_at);
CREATE INDEX event_of_account ON event (account);
CREATE INDEX event_of_conference ON event (conference) WHERE conference IS NOT NULL;
CREATE INDEX event_untied ON event (account, connection, provider_id)
    WHERE conference IS NULL AND provider_id IS NOT NULL;

CREATE TABLE verified_user_text (
    account    TEXT NOT NULL,
    connection TEXT NOT NULL,
    id         TEXT NOT NULL,
    PRIMARY KEY (account, connection, id)
) STRICT, WITHOUT ROWID;

INSERT INTO verified_user_text SELECT printf('%u', account), connection, id FROM verified_user;
DROP TABLE verified_user;
ALTER TABLE verified_user_text RENAME TO verified_user;

-- Encrypted values are bound to their row's key, so values whose key has the account are encrypted again. One that does
-- not decrypt stays as it is.
CREATE TABLE ingest_key_text (
    account     TEXT NOT NULL,
    connection  TEXT NOT NULL,
    -- Encrypted.
    key         BLOB NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,
    PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;

INSERT INTO ingest_key_text
    SELECT id, connection,
        CASE typeof(plain) WHEN 'text' THEN seal('ingest_key.key', plain, id, connection) ELSE key END, fingerprint
    FROM (
        SELECT printf('%u', account) AS id, connection, key, fingerprint,
            unseal('ingest_key.key', key, account, connection) AS plain
        FROM ingest_key
    );
DROP TABLE ingest_key;
ALTER TABLE ingest_key_text RENAME TO ingest_key;

-- Generations of connections and apps; an app has the empty account, and its id as the name.
CREATE TABLE generation_text (
    account     TEXT NOT NULL,
    connection  TEXT NOT NULL,
    number      INTEGER NOT NULL,
    plug        TEXT NOT NULL,
    name        TEXT NOT NULL,
    -- Encrypted.
    content     BLOB NOT NULL,
    fingerprint TEXT NOT NULL,
    cause       TEXT NOT NULL,
    made_by     TEXT NOT NULL,
    made_at     INTEGER NOT NULL,
    before      INTEGER,
    PRIMARY KEY (account, connection, number)
) STRICT, WITHOUT ROWID;

INSERT INTO generation_text
    SELECT CASE account WHEN 0 THEN '' ELSE printf('%u', account) END, connection, number, plug, name, content,
        fingerprint, cause, made_by, made_at, before
    FROM generation;
DROP TABLE generation;
ALTER TABLE generation_text RENAME TO generation;

CREATE TABLE serving_text (
    account         TEXT NOT NULL,
    connection      TEXT NOT NULL,
    live            INTEGER NOT NULL,
    candidate       TEXT,
    configured_plug TEXT NOT NULL,
    configured      TEXT NOT NULL,
    pinned          INTEGER NOT NULL,
    PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;

INSERT INTO serving_text
    SELECT CASE account WHEN 0 THEN '' ELSE printf('%u', account) END, connection, live, candidate, configured_plug,
        configured, pinned
    FROM serving;
DROP TABLE serving;
ALTER TABLE serving_text RENAME TO serving;

CREATE TABLE audit_text (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    what     TEXT NOT NULL,
    account  TEXT,
    target   TEXT NOT NULL,
    "from"   TEXT NOT NULL,
    "to"     TEXT NOT NULL
) STRICT;

INSERT INTO audit_text
    SELECT sequence, at, who, what, CASE WHEN account IS NOT NULL THEN printf('%u', account) END, target, "from", "to"
    FROM audit;
DELETE FROM sqlite_sequence WHERE name = 'audit_text';
INSERT INTO sqlite_sequence SELECT 'audit_text', seq FROM sqlite_sequence WHERE name = 'audit';
DROP TABLE audit;
ALTER TABLE audit_text RENAME TO audit;

CREATE INDEX audit_of_account ON audit (account);

CREATE TABLE difference_text (
    sequence   INTEGER PRIMARY KEY,
    account    TEXT NOT NULL,
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

INSERT INTO difference_text
    SELECT sequence, id, connection, candidate, operation, kind, after,
        CASE typeof(plain_live) WHEN 'text'
            THEN seal('difference.live', plain_live, id, connection, candidate, operation) ELSE live END,
        CASE typeof(plain_other) WHEN 'text'
            THEN seal('difference.other', plain_other, id, connection, candidate, operation) ELSE other END,
        seen_at
    FROM (
        SELECT sequence, printf('%u', account) AS id, connection, candidate, operation, kind, after, live, other,
            seen_at,
            unseal('difference.live', live, account, connection, candidate, operation) AS plain_live,
            unseal('difference.other', other, account, connection, candidate, operation) AS plain_other
        FROM difference
    );
DROP TABLE difference;
ALTER TABLE difference_text RENAME TO difference;

CREATE INDEX difference_of ON difference (account, connection, candidate);

CREATE TABLE account_usage_text (
    account TEXT PRIMARY KEY,
    bytes   INTEGER NOT NULL
) STRICT;

INSERT INTO account_usage_text SELECT printf('%u', account), bytes FROM account_usage;
DROP TABLE account_usage;
ALTER TABLE account_usage_text RENAME TO account_usage;
