//! The page with the Python class: read at run time, nothing of it is kept in the project.

use std::path::{Path, PathBuf};

/// What the run needs of the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Page {
    /// The source of the module with `class CloreClient`.
    pub(crate) class: String,
    /// Every other block that uses the class, in the page's order.
    pub(crate) examples: Vec<Example>,
    /// The blocks below `## Migration…` that use the official SDK.
    pub(crate) sdk_examples: Vec<Example>,
}

/// One Python block of the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Example {
    /// The heading above it.
    pub(crate) title: String,
    /// The code as it stands there.
    pub(crate) code: String,
}

impl Example {
    /// Whether it runs a command over SSH, which this run leaves out.
    pub(crate) fn is_ssh(&self) -> bool {
        self.code.contains("connect_ssh")
    }
}

/// A fenced block with the headings above it.
struct Block<'a> {
    section: &'a str,
    title: &'a str,
    language: &'a str,
    code: String,
}

/// The page's file: the one named, or the only text file of the folder named.
pub(crate) fn find(named: Option<PathBuf>) -> Result<PathBuf, String> {
    let place = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seed"));
    if place.is_file() {
        return Ok(place);
    }
    let entries = std::fs::read_dir(&place).map_err(|error| {
        format!(
            "the page with the Python class is not there ({error}): set CLORE_SEED_PAGE to its file; looked in {}",
            place.display()
        )
    })?;
    let texts = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut texts: Vec<PathBuf> = texts
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt" || ending == "md"))
        .collect();
    texts.sort();
    texts.into_iter().next().ok_or_else(|| format!("there is no .txt or .md file in {}", place.display()))
}

impl Page {
    /// Takes the class and the examples out of the page's text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let blocks = blocks(text);
        let python = || blocks.iter().filter(|block| block.language == "python");
        let class = python()
            .find(|block| block.code.contains("class CloreClient"))
            .map(|block| block.code.clone())
            .ok_or("the page has no Python block with `class CloreClient`")?;
        let example = |block: &Block<'_>| Example { title: block.title.to_owned(), code: block.code.clone() };
        if !python().any(|block| block.section == "Examples") {
            return Err("the page has no Python block below `## Examples`".to_owned());
        }
        let uses = |block: &&Block<'_>| {
            !block.code.contains("class CloreClient") && !block.code.contains("import CloreAI")
        };
        let examples = python().filter(uses).map(example).collect();
        let sdk = |block: &&Block<'_>| {
            block.section.starts_with("Migration") && block.code.contains("import CloreAI")
        };
        let sdk_examples = python().filter(sdk).map(example).collect();
        Ok(Self { class, examples, sdk_examples })
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let (mut section, mut title) = ("", "");
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.code.push_str(line);
                block.code.push('\n');
            }
            (None, Some(language)) => {
                open = Some(Block { section, title, language: language.trim(), code: String::new() });
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("### ") {
                    title = heading.trim();
                } else if let Some(heading) = line.strip_prefix("## ") {
                    (section, title) = (heading.trim(), heading.trim());
                }
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# T\n## Quick\n```python\nimport x\n```\n## The Class\n```python\nclass CloreClient:\n    \
        pass\n```\n## Examples\n### One\n```python\nprint(1)\n```\n```bash\nls\n```\n### SSH\n```python\n\
        ssh = client.connect_ssh(running)\n```\n## Migration to SDK\n### After:\n```python\n\
        from clore_ai import CloreAI\n```\n";

    #[test]
    fn the_class_and_the_examples_are_found_by_their_headings() {
        let page = Page::parse(TEXT).unwrap();
        assert_eq!(page.class, "class CloreClient:\n    pass\n");
        let titles: Vec<_> = page.examples.iter().map(|one| (one.title.as_str(), one.is_ssh())).collect();
        assert_eq!(titles, [("Quick", false), ("One", false), ("SSH", true)]);
        assert_eq!(page.examples.get(1).unwrap().code, "print(1)\n");
        assert_eq!(page.sdk_examples.len(), 1);
    }

    #[test]
    fn a_page_without_the_class_or_without_examples_is_refused() {
        assert!(Page::parse("# nothing").unwrap_err().contains("class CloreClient"));
        assert!(Page::parse("```python\nclass CloreClient: ...\n```").unwrap_err().contains("Examples"));
    }

    #[test]
    fn the_real_page_has_its_seven_examples() {
        let Ok(path) = find(std::env::var_os("CLORE_SEED_PAGE").map(PathBuf::from)) else {
            println!("skipped: the page is not here");
            return;
        };
        let page = Page::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let ssh = page.examples.iter().filter(|example| example.is_ssh()).count();
        assert_eq!((page.examples.len(), ssh, page.sdk_examples.len()), (7, 1, 1));
        assert!(page.class.contains("def set_spot_price"));
    }
}
