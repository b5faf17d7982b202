//! Objects of the CRM: meetings and notes, each of one account.

mod property;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::delayed::Delayed;
use super::lock;
use crate::hubspot::{Refusal, clock};

pub use property::{OUTCOMES, PropertyKind, READ_ONLY, is_known, kind};

/// Objects that are held, of all accounts.
const MAX_OBJECTS: usize = 10_000;

/// Properties of an object.
const PROPERTIES: usize = 500;

/// The first id; the next object has the next one.
const FIRST: u64 = 1001;

/// Names and their values; what has no value is not in it.
pub type Properties = BTreeMap<String, String>;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectType {
    /// `meetings`
    Meeting,
    /// `notes`
    Note,
}

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// One for all types and accounts.
    pub id: u64,
    /// Whose.
    pub account: u64,
    /// What it is.
    pub object_type: ObjectType,
    /// As they were written last; where search gives the object out, as they are indexed.
    pub properties: Properties,
    /// What it is tied to, of other types.
    pub associations: Vec<Association>,
    /// Epoch milliseconds.
    pub created_at: u64,
    /// Epoch milliseconds.
    pub updated_at: u64,
    /// When it was archived, in epoch milliseconds.
    pub archived_at: Option<u64>,
}

/// A tie to another object, which need not be held here.
#[derive(Clone, Debug, PartialEq)]
pub struct Association {
    /// The other's id.
    pub to: String,
    /// HubSpot's number of what ties them.
    pub type_id: u64,
}

/// All objects.
pub struct Objects {
    delay: Duration,
    held: Mutex<Held>,
}

struct Held {
    next: u64,
    objects: BTreeMap<u64, Entry>,
}

/// An object, and what search finds of it.
struct Entry {
    object: Object,
    index: Delayed<Option<Properties>>,
}

impl Objects {
    /// None yet. Search finds what is written after this delay.
    pub fn new(delay: Duration) -> Self {
        Self { delay, held: Mutex::new(Held { next: FIRST, objects: BTreeMap::new() }) }
    }

    /// An id that no object has or gets.
    pub fn reserve(&self) -> u64 {
        let mut held = lock(&self.held);
        held.next += 1;
        held.next - 1
    }

    /// Makes an object with an id that was reserved.
    ///
    /// # Errors
    /// Where no more are held.
    pub fn create(
        &self,
        id: u64,
        account: u64,
        object_type: ObjectType,
        properties: Properties,
        associations: Vec<Association>,
    ) -> Result<Object, Refusal> {
        let now = clock::now();
        let mut object = Object {
            id,
            account,
            object_type,
            properties: Properties::new(),
            associations,
            created_at: now,
            updated_at: now,
            archived_at: None,
        };
        object.properties.insert("hs_object_id".to_owned(), id.to_string());
        object.properties.insert("hs_createdate".to_owned(), clock::iso(now).unwrap_or_default());
        let mut entry = Entry { object, index: Delayed::new(None) };
        entry.write(properties, now, self.delay);
        let mut held = lock(&self.held);
        if held.objects.len() >= MAX_OBJECTS {
            held.objects.retain(|_, entry| entry.object.archived_at.is_none());
        }
        if held.objects.len() >= MAX_OBJECTS {
            return Err(Refusal::Full(format!(
                "{MAX_OBJECTS} objects are held and no more: archive some, or start afresh"
            )));
        }
        let object = entry.object.clone();
        held.objects.insert(id, entry);
        Ok(object)
    }

    /// An object of this account, where it is archived or not as is asked for.
    pub fn get(&self, account: u64, object_type: ObjectType, archived: bool, id: u64) -> Option<Object> {
        let held = lock(&self.held);
        let object = held.objects.get(&id).map(|entry| &entry.object);
        object.filter(|object| object.is(account, object_type) && object.archived_at.is_some() == archived).cloned()
    }

    /// Sets properties; an empty value clears one. None where the account has no such object, or it is archived.
    ///
    /// # Errors
    /// Where the object would get too many.
    pub fn update(
        &self,
        account: u64,
        object_type: ObjectType,
        id: u64,
        properties: Properties,
    ) -> Result<Option<Object>, Refusal> {
        let mut held = lock(&self.held);
        let found = held.objects.get_mut(&id).filter(|entry| entry.object.is(account, object_type));
        let Some(entry) = found.filter(|entry| entry.object.archived_at.is_none()) else { return Ok(None) };
        let old = &entry.object.properties;
        let new = properties.keys().filter(|name| !old.contains_key(*name)).count();
        if old.len() + new > PROPERTIES {
            return Err(Refusal::Full(format!("an object has {PROPERTIES} properties and no more: clear some")));
        }
        entry.write(properties, clock::now(), self.delay);
        Ok(Some(entry.object.clone()))
    }

    /// Archives an object, which search finds no more. False where the account has no such object.
    pub fn archive(&self, account: u64, object_type: ObjectType, id: u64) -> bool {
        let mut held = lock(&self.held);
        let object = held.objects.get_mut(&id).map(|entry| &mut entry.object);
        let found = object.filter(|object| object.is(account, object_type));
        found.map(|object| object.archived_at = object.archived_at.or_else(|| Some(clock::now()))).is_some()
    }

    /// Objects of an account above an id, by their ids, at most so many.
    pub fn list(&self, account: u64, object_type: ObjectType, archived: bool, after: u64, max: usize) -> Vec<Object> {
        let held = lock(&self.held);
        let objects = held.objects.range(after.saturating_add(1)..).map(|(_, entry)| &entry.object);
        let fit = objects.filter(|object| object.is(account, object_type) && object.archived_at.is_some() == archived);
        fit.take(max).cloned().collect()
    }

    /// Objects of an account as they are indexed, where these properties fit.
    pub fn search(&self, account: u64, object_type: ObjectType, fits: impl Fn(&Properties) -> bool) -> Vec<Object> {
        let mut held = lock(&self.held);
        let of_type = held.objects.values_mut().filter(|entry| entry.object.is(account, object_type));
        let found = of_type.filter(|entry| entry.object.archived_at.is_none()).filter_map(|Entry { object, index }| {
            let properties = index.shown().as_ref().filter(|properties| fits(properties))?.clone();
            Some(Object { properties, associations: object.associations.clone(), ..*object })
        });
        found.collect()
    }
}

impl Object {
    fn is(&self, account: u64, object_type: ObjectType) -> bool {
        self.account == account && self.object_type == object_type
    }
}

impl Entry {
    fn write(&mut self, properties: Properties, now: u64, delay: Duration) {
        let object = &mut self.object;
        for (name, value) in properties {
            if value.is_empty() {
                object.properties.remove(&name);
            } else {
                object.properties.insert(name, value);
            }
        }
        object.updated_at = now;
        object.properties.insert("hs_lastmodifieddate".to_owned(), clock::iso(now).unwrap_or_default());
        self.index.write(Some(object.properties.clone()), delay);
    }
}
