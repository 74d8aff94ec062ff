//! How the GPUs' clocks go out: a list, one object per GPU (api-facts 3.13 `oc`).

use crate::error::{InvalidRequest, Why};
use crate::model::GpuOverclock;
use serde::Serialize;

/// One GPU's object.
#[derive(Serialize)]
pub(super) struct Clocks {
    pl: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    core_lock: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mem_lock: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mem_offset: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    core_offset: Option<i32>,
}

/// The list; a server has at least one GPU, and a GPU at 0 W is a mistake.
pub(super) fn clocks(gpus: &[GpuOverclock]) -> Result<Vec<Clocks>, InvalidRequest> {
    if gpus.is_empty() {
        return Err(InvalidRequest::new("oc", Why::Empty));
    }
    if gpus.iter().any(|gpu| gpu.power_limit == 0) {
        return Err(InvalidRequest::new("oc (pl)", Why::OutOfRange));
    }
    let row = |gpu: &GpuOverclock| Clocks {
        pl: gpu.power_limit,
        core_lock: gpu.core_lock,
        mem_lock: gpu.mem_lock,
        mem_offset: gpu.mem_offset,
        core_offset: gpu.core_offset,
    };
    Ok(gpus.iter().map(row).collect())
}
