//! Hands what the fuzzer makes to `tfplugin::fuzzing::rpc`, which the unit tests replay. Judges nothing itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tfplugin::fuzzing::rpc(data));
