//! Takes the API key out of the service's own words: a refusal that names the key must not show it.

use super::{Error, ErrorKind, Reason};

impl Error {
    /// The same error without `key` in what the service said.
    pub(crate) fn hiding(mut self, key: &str) -> Self {
        self.0.kind.hide(key);
        self.0.detail.hide(key);
        self
    }
}

impl ErrorKind {
    /// Takes `key` out of what the service said.
    pub(crate) fn hide(&mut self, key: &str) {
        let refusal = match self {
            Self::Refused(refusal) => refusal,
            Self::Address(refused) => return refused.hide(key),
            Self::Redirected { host: Some(host), .. } => return host.hide(key),
            _ => return,
        };
        refusal.text.hide(key);
        if let Reason::Other(text) = &mut refusal.reason {
            text.hide(key);
        }
        refusal.numbers.iter_mut().for_each(|(name, _)| name.hide(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Refusal};
    use crate::excerpt::Excerpt;

    #[test]
    fn a_refusal_that_names_the_key_does_not_show_it() {
        let text = Excerpt::new("the key abc-123-def may not; abc-123-def!", 512);
        let refusal = Refusal::new(Code::Refused, Reason::Other(text.clone()), text);
        let error = Error::new(ErrorKind::Refused(Box::new(refusal))).hiding("abc-123-def");
        assert!(!format!("{error} {error:?}").contains("abc-123-def"), "{error}");
        assert!(error.to_string().contains("the key (hidden) may not; (hidden)!"), "{error}");
    }

    #[test]
    fn a_host_or_a_detail_that_names_the_key_does_not_show_it() {
        let host = || Excerpt::new("abc-123-def.evil.example", 100);
        let redirected = Error::new(ErrorKind::Redirected { status: 302, host: Some(host()) });
        let detailed = Error::new(ErrorKind::Http { status: 404 }).with_detail(host());
        for error in [redirected, detailed] {
            let error = error.hiding("abc-123-def");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("abc-123-def") && shown.contains("evil.example"), "{shown}");
        }
    }

    #[test]
    fn a_key_that_may_be_a_common_word_garbles_no_text() {
        let mut text = Excerpt::new("the key", 512);
        text.hide("key");
        assert_eq!(text.as_str(), "the key");
    }
}
