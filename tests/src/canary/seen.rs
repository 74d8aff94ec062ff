//! Which words stood in all that was searched: `Debug` writes the names of types and variants, so they tell what was
//! shown.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

static WORDS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Keeps the words of `text` that begin as names of types do.
pub fn note(text: &str) {
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    let names = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for name in names.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
        if !words.contains(name) {
            words.insert(name.to_owned());
        }
    }
}

/// Keeps the name of `T`, a value of which is printed here: some print without their name. Not those of its parameters,
/// of which none need be in it.
pub fn note_type<T: ?Sized>() {
    let name = core::any::type_name::<T>();
    note(name.split('<').next().unwrap_or(name));
}

/// The words so far, of this process.
#[must_use]
pub fn words() -> BTreeSet<String> {
    WORDS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
