//! The objects of the CRM: meetings and notes, each of one account.

mod property;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::delayed::Delayed;
use super::lock;
use crate::hubspot::{RequestError, clock};

pub use property::{OUTCOMES, PropertyKind, READ_ONLY, is_known, kind};

/// The maximum number of objects of all accounts.
const MAX_OBJECTS: usize = 10_000;

/// The maximum number of properties of an object.
const MAX_PROPERTIES: usize = 500;

/// The first id; ids are sequential.
const FIRST_ID: u64 = 1001;

/// Names and values of the properties that are set.
pub type Properties = BTreeMap<String, String>;

/// The type of an object.
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
    /// The id, which is unique across types and accounts.
    pub id: u64,
    /// The account.
    pub account: u64,
    /// The type.
    pub object_type: ObjectType,
    /// The latest properties, or the indexed ones in a search result.
    pub properties: Properties,
    /// Associations with objects of other types.
    pub associations: Vec<Association>,
    /// The time of creation, in epoch milliseconds.
    pub created_at: u64,
    /// The time of the last update, in epoch milliseconds.
    pub updated_at: u64,
    /// The time of archiving, in epoch milliseconds.
    pub archived_at: Option<u64>,
}

/// An association with another object, which need not exist here.
#[derive(Clone, Debug, PartialEq)]
pub struct Association {
    /// The id of the other object.
    pub to: String,
    /// HubSpot's association type.
    pub type_id: u64,
}

/// All objects.
pub struct Objects {
    delay: Duration,
    table: Mutex<Table>,
}

struct Table {
    next_id: u64,
    objects: BTreeMap<u64, Entry>,
}

/// An object with its indexed properties.
struct Entry {
    object: Object,
    index: Delayed<Option<Properties>>,
}

impl Objects {
    /// Creates an empty store in which search sees writes after this delay.
    pub fn new(delay: Duration) -> Self {
        Self { delay, table: Mutex::new(Table { next_id: FIRST_ID, objects: BTreeMap::new() }) }
    }

    /// Reserves a new id.
    pub fn reserve(&self) -> u64 {
        let mut table = lock(&self.table);
        table.next_id += 1;
        table.next_id - 1
    }

    /// Creates an object with a reserved id.
    ///
    /// # Errors
    /// Returns an error if there are too many objects.
    pub fn create(
        &self,
        id: u64,
        account: u64,
        object_type: ObjectType,
        properties: Properties,
        associations: Vec<Association>,
    ) -> Result<Object, RequestError> {
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
        let mut table = lock(&self.table);
        if table.objects.len() >= MAX_OBJECTS {
            table.objects.retain(|_, entry| entry.object.archived_at.is_none());
        }
        if table.objects.len() >= MAX_OBJECTS {
            return Err(RequestError::LimitReached(format!(
                "there are already {MAX_OBJECTS} objects: archive some or restart the emulator"
            )));
        }
        let object = entry.object.clone();
        table.objects.insert(id, entry);
        Ok(object)
    }

    /// Returns an object of an account that is archived or not, as requested.
    pub fn get(&self, account: u64, object_type: ObjectType, archived: bool, id: u64) -> Option<Object> {
        let table = lock(&self.table);
        let object = table.objects.get(&id).map(|entry| &entry.object);
        object.filter(|object| object.is(account, object_type) && object.archived_at.is_some() == archived).cloned()
    }

    /// Sets properties; an empty value clears one. Returns `None` if the account has no such object or it is archived.
    ///
    /// # Errors
    /// Returns an error if the object would have too many properties.
    pub fn update(
        &self,
        account: u64,
        object_type: ObjectType,
        id: u64,
        properties: Properties,
    ) -> Result<Option<Object>, RequestError> {
        let mut table = lock(&self.table);
        let found = table.objects.get_mut(&id).filter(|entry| entry.object.is(account, object_type));
        let Some(entry) = found.filter(|entry| entry.object.archived_at.is_none()) else { return Ok(None) };
        let old = &entry.object.properties;
        let new = properties.keys().filter(|name| !old.contains_key(*name)).count();
        if old.len() + new > MAX_PROPERTIES {
            return Err(RequestError::LimitReached(format!(
                "an object may have at most {MAX_PROPERTIES} properties: clear some"
            )));
        }
        entry.write(properties, clock::now(), self.delay);
        Ok(Some(entry.object.clone()))
    }

    /// Archives an object, which removes it from search. Returns false if the account has no such object.
    pub fn archive(&self, account: u64, object_type: ObjectType, id: u64) -> bool {
        let mut table = lock(&self.table);
        let object = table.objects.get_mut(&id).map(|entry| &mut entry.object);
        let found = object.filter(|object| object.is(account, object_type));
        found.map(|object| object.archived_at = object.archived_at.or_else(|| Some(clock::now()))).is_some()
    }

    /// Returns up to `max` objects of an account with an id above `after`, in order of their ids.
    pub fn list(&self, account: u64, object_type: ObjectType, archived: bool, after: u64, max: usize) -> Vec<Object> {
        let table = lock(&self.table);
        let objects = table.objects.range(after.saturating_add(1)..).map(|(_, entry)| &entry.object);
        let fit = objects.filter(|object| object.is(account, object_type) && object.archived_at.is_some() == archived);
        fit.take(max).cloned().collect()
    }

    /// Returns the objects of an account whose indexed properties match.
    pub fn search(&self, account: u64, object_type: ObjectType, matches: impl Fn(&Properties) -> bool) -> Vec<Object> {
        let mut table = lock(&self.table);
        let of_type = table.objects.values_mut().filter(|entry| entry.object.is(account, object_type));
        let found = of_type.filter(|entry| entry.object.archived_at.is_none()).filter_map(|Entry { object, index }| {
            let properties = index.visible().as_ref().filter(|properties| matches(properties))?.clone();
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
