//! [`Progress`]: a moving line on stderr while something is waited for, and nothing where stderr is no terminal.

use clore_core::excerpt::Excerpt;
use core::time::Duration;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The moving line.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// None yet.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Shows the line, or changes it.
    pub fn say(&self, text: &str) {
        if self.0.is_hidden() {
            return;
        }
        // A `{` is no placeholder in a message, only in a template.
        self.0.set_message(Excerpt::new(text, 100).as_str().to_owned());
        self.0.enable_steady_tick(Duration::from_millis(120));
    }

    /// Does `print` with the line out of the way.
    pub fn aside(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    /// Takes it away.
    pub fn clear(&self) {
        self.0.disable_steady_tick();
        self.0.set_message("");
        self.0.finish_and_clear();
        self.0.reset();
    }
}
