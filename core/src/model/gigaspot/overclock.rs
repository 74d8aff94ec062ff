//! [`GpuOverclock`]: the clocks and the power limit that one GPU is to run with (api-facts 3.13).

/// What one GPU is to run with. Its place in the list is the GPU's; what is allowed stands in the snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct GpuOverclock {
    /// The power limit in watts (`pl`).
    pub power_limit: u32,
    /// Locks the core clock at so many MHz.
    pub core_lock: Option<u32>,
    /// Locks the memory clock at so many MHz.
    pub mem_lock: Option<u32>,
    /// Moves the memory clock by so many MHz.
    pub mem_offset: Option<i32>,
    /// Moves the core clock by so many MHz.
    pub core_offset: Option<i32>,
}

impl GpuOverclock {
    /// A GPU that may draw `power_limit` watts, with its clocks left as they are.
    #[must_use]
    pub fn new(power_limit: u32) -> Self {
        Self { power_limit, core_lock: None, mem_lock: None, mem_offset: None, core_offset: None }
    }

    /// Locks the core clock at `mhz`.
    #[must_use]
    pub fn core_lock(mut self, mhz: u32) -> Self {
        self.core_lock = Some(mhz);
        self
    }

    /// Locks the memory clock at `mhz`.
    #[must_use]
    pub fn mem_lock(mut self, mhz: u32) -> Self {
        self.mem_lock = Some(mhz);
        self
    }

    /// Moves the memory clock by `mhz`.
    #[must_use]
    pub fn mem_offset(mut self, mhz: i32) -> Self {
        self.mem_offset = Some(mhz);
        self
    }

    /// Moves the core clock by `mhz`.
    #[must_use]
    pub fn core_offset(mut self, mhz: i32) -> Self {
        self.core_offset = Some(mhz);
        self
    }
}
