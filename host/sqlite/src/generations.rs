//! Generations and rollouts, the audit log, and shadow differences.

use cordboard_core::AccountId;
use cordboard_store::{AuditEntry, Candidate, ConnectionId, DifferenceRecord, GenerationRecord, OwnerId, Serving};
use rusqlite::{Connection, Row, params};

use super::column::{Json, Ordered, Text, UnitVariant, connection_id, count, owner, owner_columns};
use super::fault::Result;
use super::query;

const GENERATION: &str =
    "account, connection, number, plug, name, content, fingerprint, cause, made_by, made_at, before";

/// Stores a generation. Fails if its number exists, since generations never change.
pub(super) fn put(connection: &Connection, record: &GenerationRecord) -> Result<()> {
    let (account, name) = owner_columns(&record.owner);
    let insert = format!("INSERT INTO generation ({GENERATION}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    let values = params![
        account,
        name,
        Ordered(record.number),
        record.plug,
        record.name,
        record.content,
        record.fingerprint,
        UnitVariant(record.cause),
        record.by,
        Ordered(record.made_at),
        record.before.map(Ordered),
    ];
    query::execute(connection, &insert, values).map(drop)
}

/// Returns a generation by its number.
pub(super) fn generation(connection: &Connection, id: &OwnerId, number: u64) -> Result<Option<GenerationRecord>> {
    let (account, name) = owner_columns(id);
    let query = format!("SELECT {GENERATION} FROM generation WHERE account = ?1 AND connection = ?2 AND number = ?3");
    query::row(connection, &query, params![account, name, Ordered(number)], read)
}

/// Returns generations, newest first.
pub(super) fn generations(connection: &Connection, id: &OwnerId, limit: usize) -> Result<Vec<GenerationRecord>> {
    let (account, name) = owner_columns(id);
    let query = format!(
        "SELECT {GENERATION} FROM generation WHERE account = ?1 AND connection = ?2 ORDER BY number DESC LIMIT ?3"
    );
    query::rows(connection, &query, params![account, name, count(limit)], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<GenerationRecord> {
    Ok(GenerationRecord {
        owner: owner(row, 0)?,
        number: row.get::<_, Ordered>(2)?.0,
        plug: row.get(3)?,
        name: row.get(4)?,
        content: row.get(5)?,
        fingerprint: row.get(6)?,
        cause: row.get::<_, UnitVariant<_>>(7)?.0,
        by: row.get(8)?,
        made_at: row.get::<_, Ordered>(9)?.0,
        before: row.get::<_, Option<Ordered>>(10)?.map(|Ordered(number)| number),
    })
}

/// Sets the live generation and the candidate of a connection or app.
pub(super) fn put_serving(connection: &Connection, serving: &Serving) -> Result<()> {
    let (account, name) = owner_columns(&serving.owner);
    let upsert =
        "INSERT OR REPLACE INTO serving (account, connection, live, candidate, configured_plug, configured, pinned)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let values = params![
        account,
        name,
        Ordered(serving.live),
        serving.candidate.map(Json),
        serving.configured_plug,
        serving.configured,
        serving.pinned,
    ];
    query::execute(connection, upsert, values).map(drop)
}

/// Returns the live generation and the candidate of each connection and app.
pub(super) fn servings(connection: &Connection) -> Result<Vec<Serving>> {
    let query = "SELECT account, connection, live, candidate, configured_plug, configured, pinned FROM serving";
    query::rows(connection, query, [], |row| {
        Ok(Serving {
            owner: owner(row, 0)?,
            live: row.get::<_, Ordered>(2)?.0,
            candidate: row.get::<_, Option<Json<Candidate>>>(3)?.map(|Json(candidate)| candidate),
            configured_plug: row.get(4)?,
            configured: row.get(5)?,
            pinned: row.get(6)?,
        })
    })
}

/// Returns the digests of the plugs of live generations, of candidates, and of up to `steps` generations before each
/// live one.
pub(super) fn plugs_in_use(connection: &Connection, steps: usize) -> Result<Vec<String>> {
    let query = "WITH RECURSIVE needed (account, connection, number, steps) AS (
             SELECT account, connection, live, 0 FROM serving
             UNION
             SELECT generation.account, generation.connection, generation.before, needed.steps + 1
             FROM needed JOIN generation USING (account, connection, number)
             WHERE generation.before IS NOT NULL AND needed.steps < ?1
         )
         SELECT generation.plug FROM needed JOIN generation USING (account, connection, number)
         UNION
         SELECT generation.plug FROM serving JOIN generation
             ON generation.account = serving.account AND generation.connection = serving.connection
                 AND generation.number = json_extract(serving.candidate, '$.number')";
    query::rows(connection, query, [count(steps)], |row| row.get(0))
}

/// Appends an entry to the audit log.
pub(super) fn append_audit_entry(connection: &Connection, entry: &AuditEntry) -> Result<()> {
    let insert =
        "INSERT INTO audit (at, who, what, account, target, \"from\", \"to\") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let AuditEntry { at, actor, action, account, target, from, to, .. } = entry;
    let account = account.as_ref().map(AccountId::as_str);
    query::execute(connection, insert, params![Ordered(*at), actor, action, account, target, from, to]).map(drop)
}

/// Returns audit entries of an account, or of all, newest first. With `before`, only those with a smaller sequence
/// number.
pub(super) fn audits(
    connection: &Connection,
    account: Option<&AccountId>,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<AuditEntry>> {
    const ENTRY: &str = "sequence, at, who, what, account, target, \"from\", \"to\"";
    // Two statements, so that the index on the account is used; it is in sequence order, too.
    let which = match account {
        Some(_) => "account = ?1",
        None => "?1 IS NULL",
    };
    let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let query = format!("SELECT {ENTRY} FROM audit WHERE {which} AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3");
    query::rows(connection, &query, params![account.map(AccountId::as_str), before, count(limit)], |row| {
        Ok(AuditEntry {
            sequence: row.get::<_, Ordered>(0)?.0,
            at: row.get::<_, Ordered>(1)?.0,
            actor: row.get(2)?,
            action: row.get(3)?,
            account: row.get::<_, Option<Text<_>>>(4)?.map(|Text(account)| account),
            target: row.get(5)?,
            from: row.get(6)?,
            to: row.get(7)?,
        })
    })
}

/// Stores a difference of a shadow candidate.
pub(super) fn put_difference(connection: &Connection, record: &DifferenceRecord) -> Result<()> {
    let insert = "INSERT INTO difference (account, connection, candidate, operation, kind, after, live, other, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, seal('difference.live', ?7, ?1, ?2, ?3, ?4),
             seal('difference.other', ?8, ?1, ?2, ?3, ?4), ?9)";
    let values = params![
        record.connection.account.as_str(),
        record.connection.name,
        Ordered(record.candidate),
        record.operation,
        record.kind,
        count(record.after),
        record.live,
        record.other,
        Ordered(record.seen_at),
    ];
    query::execute(connection, insert, values).map(drop)
}

/// Returns the differences of a candidate, newest first.
pub(super) fn differences(
    connection: &Connection,
    id: &ConnectionId,
    candidate: u64,
    limit: usize,
) -> Result<Vec<DifferenceRecord>> {
    let query = "SELECT account, connection, candidate, operation, kind, after,
             unseal('difference.live', live, account, connection, candidate, operation),
             unseal('difference.other', other, account, connection, candidate, operation), seen_at
         FROM difference WHERE account = ?1 AND connection = ?2 AND candidate = ?3 ORDER BY sequence DESC LIMIT ?4";
    let bounds = params![id.account.as_str(), id.name, Ordered(candidate), count(limit)];
    query::readable_rows(connection, "difference", query, bounds, |row| {
        Ok(DifferenceRecord {
            connection: connection_id(row, 0)?,
            candidate: row.get::<_, Ordered>(2)?.0,
            operation: row.get(3)?,
            kind: row.get(4)?,
            after: usize::try_from(row.get::<_, Ordered>(5)?.0).unwrap_or(usize::MAX),
            live: row.get(6)?,
            other: row.get(7)?,
            seen_at: row.get::<_, Ordered>(8)?.0,
        })
    })
}
