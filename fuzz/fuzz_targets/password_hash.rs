#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::password_hash::check(bytes));
