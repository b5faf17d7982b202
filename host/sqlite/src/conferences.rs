//! Conferences, and the ids by which providers know them.
//!
//! A provider's id leads to a conference directly if the conference has or had that id, and otherwise through aliases.
//! An event is linked to its conference once both are stored, in either order, and stays linked: a provider may reuse
//! an id for a later conference, as it does for permanent rooms.

use std::collections::HashSet;

use cordboard_store::{Conference, ConnectionId, StoreError};
use rusqlite::{Connection, Row, params};

use super::column::{Number, Ordered, Text, connection_id, count};
use super::fault::Result;
use super::query;
use super::usage::{Usage, size};

/// The maximum number of aliases between an id and its conference. A longer chain is a loop or an attack.
pub(super) const MAX_HOPS: i64 = 8;

/// How many of the newest conferences that have had an id are considered.
const MAX_CANDIDATES: i64 = 64;

/// The maximum number of ids that are traced back to earlier events. More would be an attack, and the writer serves
/// every account.
const MAX_LINKED_IDS: usize = 256;

/// The columns of `conference` that [`read`] expects.
pub(super) const COLUMNS: &str = "conference.id, conference.app, conference.account, conference.connection, \
     conference.provider_id, unseal('conference.join_url', conference.join_url, conference.id), \
     unseal('conference.details', conference.details, conference.id), conference.user_id, \
     unseal('conference.user', conference.user, conference.id), \
     unseal('conference.topic', conference.topic, conference.id), conference.starts_at, conference.ends_at, conference.created_at, conference.deleted_at";

/// Stores a conference, replacing one with the same id, and links events to it. A deleted conference stays deleted,
/// even if an update was in progress at the time.
pub(super) fn put(connection: &Connection, conference: &Conference, usage: &mut Usage) -> Result<()> {
    let query = format!("SELECT {} FROM conference WHERE id = ?1", size::CONFERENCE);
    let before: i64 = query::row(connection, &query, [&conference.id], |row| row.get(0))?.unwrap_or_default();
    let upsert = format!(
        "INSERT INTO conference (id, app, account, connection, provider_id, join_url, details, user_id, user, topic,
             starts_at, ends_at, created_at, deleted_at, link)
         VALUES (?1, ?2, ?3, ?4, ?5, seal('conference.join_url', ?6, ?1), seal('conference.details', ?7, ?1), ?8,
             seal('conference.user', ?9, ?1), seal('conference.topic', ?10, ?1), ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET app = excluded.app, account = excluded.account,
             connection = excluded.connection, provider_id = excluded.provider_id, join_url = excluded.join_url,
             details = excluded.details, user_id = excluded.user_id, user = excluded.user, topic = excluded.topic,
             starts_at = excluded.starts_at, ends_at = excluded.ends_at, created_at = excluded.created_at,
             deleted_at = COALESCE(conference.deleted_at, excluded.deleted_at)
         RETURNING {}",
        size::CONFERENCE
    );
    let values = params![
        conference.id,
        conference.app.as_str(),
        conference.connection.account.as_str(),
        conference.connection.name,
        conference.provider_id,
        conference.join_url,
        conference.details,
        conference.user_id.as_str(),
        conference.user,
        conference.topic,
        Number(conference.start),
        Number(conference.end),
        Ordered(conference.created_at),
        conference.deleted_at.map(Ordered),
        conference.link(),
    ];
    let bytes: i64 = query::one(connection, &upsert, values, |row| row.get(0))?;
    usage.add(&conference.connection.account, bytes - before);
    let insert_name = "INSERT OR IGNORE INTO conference_name
         SELECT account, connection, provider_id, sequence, id FROM conference WHERE id = ?1";
    query::execute(connection, insert_name, [&conference.id])?;
    link_events(connection, &conference.connection, &conference.provider_id)
}

/// Marks a conference as deleted; one that already is keeps its time.
pub(super) fn delete(connection: &Connection, id: &str, at: u64) -> Result<()> {
    let update = "UPDATE conference SET deleted_at = COALESCE(deleted_at, ?2) WHERE id = ?1";
    if query::execute(connection, update, params![id, Ordered(at)])? == 0 {
        let why = format!("conference {id} does not exist, so it cannot be marked as deleted");
        return Err(StoreError::conflict(why).into());
    }
    Ok(())
}

/// Stores an alias, replacing the id's previous target, and links events to the conference that it leads to.
pub(super) fn alias(
    connection: &Connection,
    id: &ConnectionId,
    provider_id: &str,
    original: &str,
    usage: &mut Usage,
) -> Result<()> {
    let key = params![id.account.as_str(), id.name, provider_id];
    let query = format!(
        "SELECT original, {} FROM alias WHERE account = ?1 AND connection = ?2 AND provider_id = ?3",
        size::ALIAS
    );
    let before: Option<(String, i64)> = query::row(connection, &query, key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    // An identical alias has already linked its events.
    if before.as_ref().is_some_and(|(led_to, _)| led_to == original) {
        return Ok(());
    }
    let upsert = format!(
        "INSERT INTO alias (account, connection, provider_id, original) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET original = excluded.original RETURNING {}",
        size::ALIAS
    );
    let values = params![id.account.as_str(), id.name, provider_id, original];
    let bytes: i64 = query::one(connection, &upsert, values, |row| row.get(0))?;
    usage.add(&id.account, bytes - before.map_or(0, |(_, bytes)| bytes));
    link_events(connection, id, provider_id)
}

/// Returns a conference by the last segment of our link to it.
pub(super) fn by_link(connection: &Connection, link: &str) -> Result<Option<Conference>> {
    query::row(connection, &format!("SELECT {COLUMNS} FROM conference WHERE link = ?1"), [link], |row| read(row, 0))
}

/// Returns a conference by our id.
pub(super) fn conference(connection: &Connection, id: &str) -> Result<Option<Conference>> {
    query::row(connection, &format!("SELECT {COLUMNS} FROM conference WHERE id = ?1"), [id], |row| read(row, 0))
}

/// Returns the conference that a provider's id leads to.
pub(super) fn by_provider_id(
    connection: &Connection,
    id: &ConnectionId,
    provider_id: &str,
) -> Result<Option<Conference>> {
    match resolve(connection, id, provider_id)? {
        Some((ours, _)) => conference(connection, &ours),
        None => Ok(None),
    }
}

/// Returns our id of the conference that a provider's id leads to, and the number of aliases in between.
///
/// If several conferences have had the id, the newest existing one that has it now wins. Without one, it is chosen from
/// the newest conferences that had the id, preferring an existing one, then one that has the id now, then the newest.
pub(super) fn resolve(connection: &Connection, id: &ConnectionId, provider_id: &str) -> Result<Option<(String, i64)>> {
    let query = "WITH RECURSIVE chain (provider_id, hops) AS (
             VALUES (?3, 0)
             UNION ALL
             SELECT alias.original, hops + 1 FROM chain JOIN alias
                 ON alias.account = ?1 AND alias.connection = ?2 AND alias.provider_id = chain.provider_id
                 WHERE hops < ?4
         )
         SELECT found, hops FROM (SELECT hops, COALESCE((
                 SELECT id FROM conference
                 WHERE account = ?1 AND connection = ?2 AND provider_id = chain.provider_id AND deleted_at IS NULL
                 ORDER BY sequence DESC LIMIT 1
             ), (
                 SELECT conference.id FROM (
                     SELECT conference FROM conference_name AS name
                     WHERE name.account = ?1 AND name.connection = ?2 AND name.provider_id = chain.provider_id
                     ORDER BY name.sequence DESC LIMIT ?5
                 ) AS named CROSS JOIN conference ON conference.id = named.conference
                 ORDER BY conference.deleted_at IS NOT NULL, conference.provider_id <> chain.provider_id,
                     conference.sequence DESC
                 LIMIT 1
             )) AS found FROM chain)
         WHERE found IS NOT NULL ORDER BY hops LIMIT 1";
    let parameters = params![id.account.as_str(), id.name, provider_id, MAX_HOPS, MAX_CANDIDATES];
    query::row(connection, query, parameters, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Links events without a conference, if they carry this id or one that leads to it, to the conference that it leads
/// to.
fn link_events(connection: &Connection, id: &ConnectionId, provider_id: &str) -> Result<()> {
    if !has_events_or_aliases(connection, id, provider_id)? {
        return Ok(());
    }
    let Some((conference, hops)) = resolve(connection, id, provider_id)? else { return Ok(()) };
    let update = "UPDATE event SET conference = ?4
         WHERE account = ?1 AND connection = ?2 AND provider_id = ?3 AND conference IS NULL";
    for provider_id in ids_leading_to(connection, id, provider_id, hops)? {
        query::execute(connection, update, params![id.account.as_str(), id.name, provider_id, conference])?;
    }
    Ok(())
}

/// Returns whether there are events without a conference that carry this id, or aliases that lead to it. A new
/// conference rarely has any, and looking only at the indexes is cheap.
fn has_events_or_aliases(connection: &Connection, id: &ConnectionId, provider_id: &str) -> Result<bool> {
    let query = "SELECT 1 WHERE EXISTS (SELECT 1 FROM event WHERE account = ?1 AND connection = ?2 AND provider_id = ?3
                 AND conference IS NULL)
             OR EXISTS (SELECT 1 FROM alias WHERE account = ?1 AND connection = ?2 AND original = ?3)";
    query::exists(connection, query, params![id.account.as_str(), id.name, provider_id])
}

/// Returns an id and the ids that lead to it, nearest first, given that it is `hops` aliases from its conference.
fn ids_leading_to(connection: &Connection, id: &ConnectionId, provider_id: &str, hops: i64) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT provider_id FROM alias WHERE account = ?1 AND connection = ?2 AND original = ?3 LIMIT ?4",
    )?;
    let mut found = vec![provider_id.to_owned()];
    let mut seen: HashSet<String> = found.iter().cloned().collect();
    let mut nearest = found.clone();
    for _ in hops..MAX_HOPS {
        let mut next = Vec::new();
        for original in nearest {
            let room = MAX_LINKED_IDS.saturating_sub(found.len());
            let aliases =
                statement.query_map(params![id.account.as_str(), id.name, original, count(room)], |row| row.get(0))?;
            for alias in aliases {
                let alias: String = alias?;
                if seen.insert(alias.clone()) {
                    found.push(alias.clone());
                    next.push(alias);
                }
            }
        }
        nearest = next;
    }
    Ok(found)
}

/// Reads a conference from a row whose [`COLUMNS`] start at index `from`.
pub(super) fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<Conference> {
    Ok(Conference {
        id: row.get(from)?,
        app: row.get::<_, Text<_>>(from + 1)?.0,
        connection: connection_id(row, from + 2)?,
        provider_id: row.get(from + 4)?,
        join_url: row.get(from + 5)?,
        details: row.get(from + 6)?,
        user_id: row.get::<_, Text<_>>(from + 7)?.0,
        user: row.get(from + 8)?,
        topic: row.get(from + 9)?,
        start: row.get::<_, Number>(from + 10)?.0,
        end: row.get::<_, Number>(from + 11)?.0,
        created_at: row.get::<_, Ordered>(from + 12)?.0,
        deleted_at: row.get::<_, Option<Ordered>>(from + 13)?.map(|Ordered(time)| time),
    })
}

/// Reads a conference that an outer join may have left out.
pub(super) fn read_if_any(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<Conference>> {
    let id: Option<String> = row.get(from)?;
    id.map(|_| read(row, from)).transpose()
}
