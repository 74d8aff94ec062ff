//! A stateful offline Clore.
