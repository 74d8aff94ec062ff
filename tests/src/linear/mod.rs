//! What a hostile service may send, at any size: each input becomes work whose instructions can be counted. The binary
//! `linear` runs each at n, 2n and 4n under valgrind; what grows faster than the input is a finding.
//!
//! The caps are taken away here: it is the code under them that must be linear.

mod answers;
mod machines;
mod parts;

/// What is counted: everything else was made before.
pub struct Work(Box<dyn FnOnce()>);

/// One kind of input.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Names it.
    pub name: &'static str,
    /// The smallest size that is measured: large enough that fixed costs hide nothing.
    pub size: usize,
    /// Makes the work for an input of this size.
    pub prepare: fn(usize) -> Work,
}

/// All of them.
pub fn all() -> impl Iterator<Item = Input> {
    [answers::INPUTS, parts::INPUTS, machines::INPUTS].into_iter().flatten().copied()
}

/// Does the work. Its instructions are the ones that callgrind counts, so it must stay a function.
#[inline(never)]
pub fn measured(work: Work) {
    (work.0)();
}

const fn input(name: &'static str, size: usize, prepare: fn(usize) -> Work) -> Input {
    Input { name, size, prepare }
}
