use crate::{Advisory, Collection};
use std::collections::HashMap;
use std::sync::Arc;

/// Where advisories are looked up, package by package: so that a database need not be read whole.
pub trait Advisories {
    /// All advisories about a package, at any version, withdrawn ones too, in an order that is always the same. Where
    /// several describe one weakness, the first is what reports are about.
    fn about(&self, collection: Collection, package: &str) -> Vec<Arc<Advisory>>;
}

/// Advisories in memory.
#[derive(Clone, Debug, Default)]
pub struct Database {
    by_package: HashMap<(Collection, String), Vec<Arc<Advisory>>>,
}

impl Database {
    /// Adds an advisory.
    pub fn add(&mut self, advisory: Advisory) {
        let advisory = Arc::new(advisory);
        for affected in &advisory.affected {
            let known = self.by_package.entry((affected.collection, affected.package.clone())).or_default();
            // Some records name a package once for each range.
            if !known.iter().any(|known| Arc::ptr_eq(known, &advisory)) {
                known.push(Arc::clone(&advisory));
            }
        }
    }
}

impl Extend<Advisory> for Database {
    fn extend<T: IntoIterator<Item = Advisory>>(&mut self, advisories: T) {
        advisories.into_iter().for_each(|advisory| self.add(advisory));
    }
}

impl FromIterator<Advisory> for Database {
    fn from_iter<T: IntoIterator<Item = Advisory>>(advisories: T) -> Self {
        let mut database = Self::default();
        database.extend(advisories);
        database
    }
}

/// In the order of their ids, so that it does not matter in which order they were added.
impl Advisories for Database {
    fn about(&self, collection: Collection, package: &str) -> Vec<Arc<Advisory>> {
        let found = self.by_package.get(&(collection, package.to_owned()));
        let mut found = found.cloned().unwrap_or_default();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    }
}
