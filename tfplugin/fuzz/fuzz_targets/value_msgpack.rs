//! Hands what the fuzzer makes to `tfplugin::fuzzing::value_msgpack`, which the unit tests replay. Judges nothing itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tfplugin::fuzzing::value_msgpack(data));
