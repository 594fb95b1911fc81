//! Hands what the fuzzer makes to `tfplugin::fuzzing::type_json`, which the unit tests replay. Judges nothing itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tfplugin::fuzzing::type_json(data));
