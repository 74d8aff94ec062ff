//! [`Progress`]: a moving line on stderr while something is waited for, and nothing where stderr is no terminal.

use clore_core::excerpt::Excerpt;
use core::time::Duration;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The moving line, while there is one.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Option<ProgressBar>>);

impl Progress {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the line, or changes it.
    pub fn say(&self, text: &str) {
        if !std::io::stderr().is_terminal() {
            return;
        }
        let text = Excerpt::new(text, 100).as_str().to_owned();
        self.bar().get_or_insert_with(moving).set_message(text);
    }

    /// Does `print` with the line out of the way.
    pub fn aside(&self, print: impl FnOnce()) {
        match &*self.bar() {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes it away.
    pub fn clear(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }
}

fn moving() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
