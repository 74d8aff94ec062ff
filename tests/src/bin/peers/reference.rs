//! Whether the reference page names everything the peers have: each method, each option, each default.

use serde_json::Value;
use std::path::{Path, PathBuf};

/// What the check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reference {
    /// The page is not there, so nothing was checked.
    Missing(PathBuf),
    /// How many names and defaults were looked for, and those that are not in it.
    Read { looked_for: usize, missing: Vec<String> },
}

/// The page of the manual that tells users of the peers what ours is called.
pub(crate) fn check(surfaces: &[(String, Value)]) -> Result<Reference, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../blocking/src/from_python.md");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(compare(&text, surfaces)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Reference::Missing(PathBuf::from("blocking/src/from_python.md")))
        }
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn compare(text: &str, surfaces: &[(String, Value)]) -> Reference {
    let (mut looked_for, mut missing) = (0, Vec::new());
    let mut look = |found: bool, what: String| {
        looked_for += 1;
        if !found {
            missing.push(what);
        }
    };
    for (class, methods) in surfaces {
        look(has_word(text, class), class.clone());
        for (method, options) in methods.as_object().into_iter().flatten() {
            // The constructor is named by its class.
            look(method == "__init__" || has_word(text, method), format!("{class}.{method}"));
            for (option, default) in options.as_object().into_iter().flatten() {
                let lines = || text.lines().filter(|line| has_word(line, option));
                look(lines().next().is_some(), format!("{class}.{method}({option}=)"));
                // `None` means "not given"; every other default is a choice the page must tell.
                if let Some(default) = default.as_str().filter(|default| *default != "None") {
                    let found = lines().any(|line| line.to_lowercase().contains(&bare(default)));
                    look(found, format!("{class}.{method}({option}={default})"));
                }
            }
        }
    }
    missing.sort();
    missing.dedup();
    Reference::Read { looked_for, missing }
}

/// A default as it can stand in prose: without quotes, `30.0` as `30`, in any case.
fn bare(default: &str) -> String {
    let text = default.trim_matches(['\'', '"']).to_lowercase();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// Whether the text has the name as a word of its own.
fn has_word(text: &str, name: &str) -> bool {
    let part_of_a_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part_of_a_name) && !after.is_some_and(part_of_a_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn surfaces() -> Vec<(String, Value)> {
        let methods = json!({
            "__init__": {"api_key": null, "timeout": "30.0"},
            "get_orders": {"include_completed": "False", "gpu": "None"},
        });
        vec![("CloreClient".to_owned(), methods)]
    }

    #[test]
    fn a_page_that_names_everything_misses_nothing() {
        let page = "`CloreClient(api_key, timeout=30)`\n`get_orders(include_completed=False, gpu=None)`";
        assert_eq!(compare(page, &surfaces()), Reference::Read { looked_for: 9, missing: Vec::new() });
    }

    #[test]
    fn a_name_inside_another_word_or_another_default_is_missing() {
        let page = "`CloreClient(api_key, timeout=60)`\n`get_orders_all(include_completed=False)` gpu";
        let Reference::Read { missing, .. } = compare(page, &surfaces()) else { panic!("it was read") };
        assert_eq!(missing, ["CloreClient.__init__(timeout=30.0)", "CloreClient.get_orders"]);
    }
}
