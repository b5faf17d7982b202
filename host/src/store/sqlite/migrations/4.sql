-- Answers to creates: when it was known that nobody had one. Without either mark nobody can tell, as after a crash; of
-- what earlier versions left unmarked, nobody can.
ALTER TABLE operation ADD COLUMN answer_lost_at INTEGER;
CREATE INDEX operation_answer_lost ON operation (account, answer_lost_at) WHERE answer_lost_at IS NOT NULL;
CREATE INDEX operation_delete ON operation (conference) WHERE kind = 'delete';

-- Bytes that accounts have stored: as `usage.rs` counts them, and kept by the writer from here on.

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
