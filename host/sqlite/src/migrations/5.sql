-- Bytes that accounts have stored: aliases and verified users count as well.
INSERT INTO account_usage (account, bytes)
    SELECT account, SUM(bytes) FROM (
        SELECT account, 256 + octet_length(provider_id) + octet_length(original) AS bytes FROM alias
        UNION ALL
        SELECT account, 256 + octet_length(id) FROM verified_user
    )
    -- Without a condition, SQLite would parse `ON` as part of a join.
    WHERE account <> 0
    GROUP BY account
    ON CONFLICT (account) DO UPDATE SET bytes = bytes + excluded.bytes;
