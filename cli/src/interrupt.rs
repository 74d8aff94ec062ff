//! Ctrl-C: says what may be billing, leaves every intent open, and ends the program with 130.

use crate::watch::{Watch, report};
use std::sync::Arc;

/// From now on Ctrl-C ends the program this way.
pub fn on_interrupt(watch: &Arc<Watch>, json: bool) {
    let watch = Arc::clone(watch);
    let set = ctrlc::set_handler(move || {
        if watch.interrupt_guard() {
            return;
        }
        watch.progress.clear();
        let failure = watch.interrupted();
        report(&failure, json);
        std::process::exit(i32::from(failure.exit.code()));
    });
    if set.is_err() {
        crate::output::warn("Ctrl-C cannot be caught; if you press it, run `clore resume` afterwards");
    }
}
