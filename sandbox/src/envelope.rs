//! Answers of the service: the envelope, the code table and the HTTP status each code comes with.

use crate::json_text::Object;

/// The HTTP status of each code, 0 to 6 (api-facts 1.3: documented, and as seen where it was seen).
pub(crate) const DEFAULT_HTTP_STATUS: [u16; 7] = [200, 500, 400, 401, 404, 429, 200];

/// An answer before it becomes HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u8,
    /// The whole JSON text.
    pub(crate) body: String,
    /// Why the sandbox refused, for the request log; never sent.
    pub(crate) why: Option<String>,
}

impl Answer {
    /// Code 0 and what `fields` holds. api-facts 1.1: `code` comes last.
    pub(crate) fn done(mut fields: Object) -> Answer {
        fields.integer("code", 0);
        Answer { code: 0, body: fields.finish(), why: None }
    }

    /// A code without any text: api-facts 1.2, codes 1 to 5 usually carry no `error`.
    pub(crate) fn code(code: u8, why: impl Into<String>) -> Answer {
        Answer { code, body: format!("{{\"code\":{code}}}"), why: Some(why.into()) }
    }

    /// api-facts 1.2: code 6 with its reason.
    pub(crate) fn refused(error: &'static str) -> Answer {
        Answer::refused_with(6, error, |_| {})
    }

    /// A reason with more keys, which carry its data.
    pub(crate) fn refused_with(code: u8, error: &'static str, more: impl FnOnce(&mut Object)) -> Answer {
        let mut body = Object::new();
        body.integer("code", u64::from(code)).text("error", error);
        more(&mut body);
        Answer { code, body: body.finish(), why: Some(error.to_owned()) }
    }
}
