//! The Clore.ai protocol, without input or output.
