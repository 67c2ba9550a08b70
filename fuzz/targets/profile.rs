//! Profiles: what reads writes to the same, and merges with itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_profiles::Profile;

fuzz_target!(|bytes: &[u8]| {
    let Ok(profile) = Profile::read(bytes) else { return };
    let again = Profile::read(profile.write().as_bytes()).expect("reads what it writes");
    assert_eq!(again, profile);
    let mut sum = profile.clone();
    sum.merge(&profile).expect("is of the same program");
});
