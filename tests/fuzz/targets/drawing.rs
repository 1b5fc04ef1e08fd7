#![no_main]
libfuzzer_sys::fuzz_target!(|text: &str| tayori_fuzz::drawing(text));
