-- Ids that conferences have or had at their providers, ordered by conference. A permanent room gives thousands of
-- conferences one id, and the writer must not look at all of them for each.
CREATE TABLE conference_name_ordered (
    account     INTEGER NOT NULL,
    connection  TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    -- The conference's sequence number.
    sequence    INTEGER NOT NULL,
    conference  TEXT NOT NULL REFERENCES conference (id),
    PRIMARY KEY (account, connection, provider_id, sequence)
) STRICT, WITHOUT ROWID;

INSERT INTO conference_name_ordered
    SELECT name.account, name.connection, name.provider_id, conference.sequence, name.conference
    FROM conference_name AS name JOIN conference ON conference.id = name.conference;
DROP TABLE conference_name;
ALTER TABLE conference_name_ordered RENAME TO conference_name;

CREATE INDEX conference_name_of_conference ON conference_name (conference);
CREATE INDEX conference_at_provider ON conference (account, connection, provider_id, sequence)
    WHERE deleted_at IS NULL;
