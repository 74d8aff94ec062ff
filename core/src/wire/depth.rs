//! How deep the brackets of a JSON text nest, told before anything is parsed.

use crate::error::Found;

/// Walks over all bytes once, without recursion; brackets inside strings do not count.
///
/// # Errors
/// [`Found::TooDeep`] beyond `max`. Whether the brackets match is the parser's business.
pub(crate) fn check(json: &[u8], max: usize) -> Result<(), Found> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                if depth > max {
                    return Err(Found::TooDeep);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}
