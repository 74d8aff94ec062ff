//! Events as `tracing` events. No field holds a secret, because no event does.

use clore_core::event::Event;

/// Tells one event.
pub(crate) fn event(event: &Event) {
    match event {
        Event::OrderPlaced { order, server, inferred } => {
            tracing::info!(%order, %server, inferred, "order placed");
        }
        Event::OrderCancelled { order } => tracing::info!(%order, "order cancelled"),
        Event::StatusChanged { order, status } => tracing::info!(%order, %status, "status changed"),
        Event::RetryScheduled { attempt, why, .. } => tracing::warn!(attempt, %why, "attempt failed, retry"),
        Event::OutcomeUnclear { intent, .. } => tracing::warn!(%intent, "outcome unclear"),
        Event::JournalWarning { intent } => tracing::warn!(%intent, "the journal could not be written"),
        Event::WaitBegan { why, .. } => tracing::debug!(why = why.words(), "wait"),
        other => tracing::debug!(event = ?other),
    }
}
