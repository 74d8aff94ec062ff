//! The GPUs of a row under the short names of the seed's page, such as `RTX 4090` (api-facts 4.5).

use serde_json::Value;

/// What makers put before a model's name; the first that fits goes.
const MAKERS: [&str; 2] = ["NVIDIA GeForce ", "NVIDIA "];
/// How deep a nested `gpu_array` is followed.
const DEEPEST: usize = 4;
/// More GPUs than any server has; a row that claims more is not believed.
const MOST: usize = 256;

/// `RTX 4090` of `NVIDIA GeForce RTX 4090`.
pub(super) fn short(name: &str) -> &str {
    let name = name.trim();
    MAKERS.iter().find_map(|maker| name.strip_prefix(maker)).unwrap_or(name)
}

/// The short names of all GPUs: of `gpu_array`, else of `specs.gpu`.
pub(super) fn of_row(row: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    flatten(&row["gpu_array"], DEEPEST, &mut names);
    if names.is_empty()
        && let Some((count, name)) = row["specs"]["gpu"].as_str().and_then(|gpu| gpu.split_once("x "))
    {
        let count = count.trim().parse::<usize>().ok().filter(|count| *count <= MOST);
        names.extend(std::iter::repeat_n(short(name), count.unwrap_or_default()));
    }
    names
}

fn flatten<'a>(value: &'a Value, deeper: usize, names: &mut Vec<&'a str>) {
    match value {
        Value::String(name) => names.push(short(name)),
        Value::Array(values) if deeper > 0 => {
            values.iter().for_each(|value| flatten(value, deeper - 1, names));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of_row;

    #[test]
    fn names_are_short_whichever_field_has_them() {
        for (row, names) in [
            (
                json!({"gpu_array": [" NVIDIA GeForce RTX 4090", "NVIDIA RTX A4000"]}),
                vec!["RTX 4090", "RTX A4000"],
            ),
            (json!({"gpu_array": [["GTX 745"], 5, [[[["too deep"]]]]]}), vec!["GTX 745"]),
            (json!({"specs": {"gpu": "2x Tesla P40"}, "gpu_array": []}), vec!["Tesla P40", "Tesla P40"]),
            (json!({"specs": {"gpu": "99999999x RTX 4090"}}), vec![]),
            (json!({"specs": {"gpu": "no count"}}), vec![]),
            (json!(5), vec![]),
        ] {
            assert_eq!(of_row(&row), names, "{row}");
        }
    }
}
