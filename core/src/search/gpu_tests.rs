use super::*;
use crate::model::{Rates, Server};
use crate::search::Filter;

fn server(gpu: &str, vram: u32, array: &[&str]) -> Gpus {
    let array: Vec<String> = array.iter().map(|name| format!("{name:?}")).collect();
    let row =
        format!(r#"{{"id":1,"specs":{{"gpu":{gpu:?},"gpuram":{vram}}},"gpu_array":[{}]}}"#, array.join(","));
    Server::decode(row.as_bytes()).unwrap().gpus
}

fn exact(query: &str, gpu: &str, vram: u32) -> bool {
    GpuQuery::new(query, GpuMode::Exact).matches(&server(gpu, vram, &[]))
}

/// Reliability S21: the seed rented an RTX A1000 for "A100", by a fragment of the name. With the names of api-facts 7
/// that no recording holds.
#[test]
fn gpu_match_is_token_exact() {
    for (query, gpu, vram, matches) in [
        ("A100", "1x NVIDIA A100-SXM4-80GB", 80, true),
        ("A100", "1x NVIDIA RTX A1000", 8, false),
        ("A10", "1x NVIDIA A100-PCIE-40GB", 40, false),
        ("A10", "1x NVIDIA A10", 24, true),
        ("L4", "1x NVIDIA L40S", 48, false),
        ("L4", "1x NVIDIA L40", 48, false),
        ("L40", "1x NVIDIA L40S", 48, false),
        ("L40S", "1x NVIDIA L40S", 48, true),
        ("RTX 4090", "1x NVIDIA GeForce RTX 4090 D", 24, false),
        ("RTX 4090D", "1x NVIDIA GeForce RTX 4090 D", 24, true),
        ("RTX 6000", "1x NVIDIA RTX 6000 Ada Generation", 48, false),
        ("RTX 6000 Ada", "1x NVIDIA RTX 6000 Ada Generation", 48, true),
        ("H100", "8x NVIDIA H100 80GB HBM3", 79, true),
        ("H100 80GB", "8x NVIDIA H100 80GB HBM3", 79, true),
        ("H100 80GB", "8x NVIDIA H100 PCIe", 79, true),
        ("H100 80 GB", "8x NVIDIA H100 PCIe", 79, true),
        ("H100 NVL", "8x NVIDIA H100 PCIe", 79, false),
        ("a100-80gb", "1x NVIDIA A100-SXM4-80GB", 80, true),
        ("a100-80gb", "1x NVIDIA A100-PCIE-40GB", 40, false),
        ("A100 SXM4", "1x NVIDIA A100-SXM4-80GB", 80, true),
        ("A100 PCIe", "1x NVIDIA A100-SXM4-80GB", 80, false),
        ("V100 32GB", "1x V100SXM232GB", 32, true),
        ("V100", "1x Tesla V100-SXM2-16GB", 16, true),
        ("V100 32GB", "1x Tesla V100-SXM2-16GB", 16, false),
        ("RTX 3080 12GB", "1x NVIDIA GeForce RTX 3080", 10, false),
        ("RTX 3080 12GB", "1x NVIDIA GeForce RTX 3080", 12, true),
        ("4070tisuper", "1x NVIDIA GeForce RTX 4070 Ti SUPER", 16, true),
        ("4070 ti", "1x NVIDIA GeForce RTX 4070 Ti SUPER", 16, false),
        ("rtxa5000", "1x NVIDIA RTX A5000", 24, true),
        ("RTX 2080", "1x NVIDIA GeForce RTX 2080 with Max-Q Design", 8, false),
        ("1x RTX 4090", "4x NVIDIA GeForce RTX 4090", 24, true),
        ("RX 6800", "1x AMD Radeon RX 6800 XT", 16, false),
        ("NVIDIA", "1x NVIDIA GeForce RTX 4090", 24, true),
        ("Quadro", "1x Quadro P620", 2, true),
        ("Quadro", "1x NVIDIA GeForce RTX 4090", 24, false),
        ("", "1x NVIDIA GeForce RTX 4090", 24, false),
        ("  ", "1x NVIDIA GeForce RTX 4090", 24, false),
    ] {
        assert_eq!(exact(query, gpu, vram), matches, "{query:?} in {gpu:?} with {vram} GB");
    }
    // A filter is exact unless it is told otherwise by name.
    let fits = |filter: Filter, gpu: &str| {
        let row = format!(r#"{{"id":1,"rented":false,"specs":{{"gpu":{gpu:?}}}}}"#);
        filter.find(Server::decode(row.as_bytes()).unwrap(), &Rates::new()).is_some()
    };
    assert!(fits(Filter::new().gpu("A100"), "1x NVIDIA A100-PCIE-40GB"));
    assert!(!fits(Filter::new().gpu("A100"), "1x NVIDIA RTX A1000"));
    assert!(fits(Filter::new().gpu_like("A100"), "1x NVIDIA RTX A1000"));
}

#[test]
fn family_takes_the_variants_and_fragment_anything() {
    let laptop = server("1x NVIDIA GeForce RTX 4090 Laptop GPU", 16, &[]);
    assert!(GpuQuery::new("RTX 4090", GpuMode::Family).matches(&laptop));
    assert!(GpuQuery::new("tx 409", GpuMode::Fragment).matches(&laptop));
    assert!(!GpuQuery::new("tx 409", GpuMode::Family).matches(&laptop));
}

#[test]
fn any_gpu_is_enough_unless_all_are_asked_for() {
    let mixed = server("2x mixed", 24, &["NVIDIA GeForce RTX 3090", "NVIDIA GeForce RTX 4090"]);
    let query = GpuQuery::new("RTX 4090", GpuMode::Exact);
    assert!(mixed.are_mixed());
    assert!(query.matches(&mixed));
    assert!(!query.clone().all(true).matches(&mixed));
    let pair = server("2x NVIDIA GeForce RTX 4090", 24, &["RTX 4090", "RTX 4090"]);
    assert!(!pair.are_mixed() && query.clone().all(true).matches(&pair));
    assert!(query.all(true).matches(&server("2x NVIDIA GeForce RTX 4090", 24, &[])));
}

#[test]
fn a_match_is_found_in_either_place() {
    let query = GpuQuery::new("H100", GpuMode::Exact);
    assert!(query.matches(&server("", 79, &[" H100 80GB HBM3"])));
    assert!(query.matches(&server("8x NVIDIA H100 80GB HBM3", 79, &["?"])));
}

#[test]
fn the_needle_is_digits_only_since_names_differ_in_case() {
    for (query, needle) in [
        ("rtx4090", Some("4090")),
        ("A100 80GB", Some("100")),
        ("P106-100", Some("106")),
        ("RTX", None),
        ("80GB", None),
    ] {
        let query = GpuQuery::new(query, GpuMode::Exact);
        let found = query.needle().map(|n| String::from_utf8(n.to_vec()).unwrap());
        // Of several runs of the same length either will do.
        assert_eq!(found.map(|n| n.len()), needle.map(str::len), "{query:?}");
    }
}
