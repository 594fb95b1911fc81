//! Hands what the fuzzer makes to `plancheck::fuzzing::plan_text`, which the unit tests replay. Judges nothing itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plancheck::fuzzing::plan_text(data));
