-- Generations of connections and apps; an app has account 0, and its number as the name.
CREATE TABLE generation (
    account     INTEGER NOT NULL,
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

CREATE TABLE serving (
    account         INTEGER NOT NULL,
    connection      TEXT NOT NULL,
    live            INTEGER NOT NULL,
    candidate       TEXT,
    configured_plug TEXT NOT NULL,
    configured      TEXT NOT NULL,
    pinned          INTEGER NOT NULL,
    PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    what     TEXT NOT NULL,
    account  INTEGER,
    target   TEXT NOT NULL,
    "from"   TEXT NOT NULL,
    "to"     TEXT NOT NULL
) STRICT;

CREATE INDEX audit_of_account ON audit (account);

CREATE TABLE difference (
    sequence   INTEGER PRIMARY KEY,
    account    INTEGER NOT NULL,
    connection TEXT NOT NULL,
    candidate  INTEGER NOT NULL,
    operation  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    after      INTEGER NOT NULL,
    live       TEXT NOT NULL,
    other      TEXT NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX difference_of ON difference (account, connection, candidate);

CREATE INDEX operation_of_connection ON operation (account, connection, sequence) WHERE finished_at IS NOT NULL;
CREATE INDEX delivery_of_connection ON delivery (account, connection, sequence);
