#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| clore_tests::fuzzed::numbers(bytes));
