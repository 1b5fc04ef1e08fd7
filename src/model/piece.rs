//! The identity of a piece: an id derived from what it is, and a serial in the order of output.

use crate::digest::Digest;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A piece's number in its job, from 1, in output order. It never changes; a remake keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Serial(pub u32);

impl fmt::Display for Serial {
    /// Seven digits, zero-padded, as printed on every slot.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:07}", self.0)
    }
}

/// Crockford's base 32: no letter that is read as a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The identity of a piece: 16 characters derived from tenant, job and the record's key, so that
/// the same notice has the same id on every machine and no id tells whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PieceId([u8; 16]);

impl PieceId {
    /// The id of the piece for the record with `key` in the job `job_id` of `tenant`.
    #[must_use]
    pub fn derive(tenant: &str, job_id: &str, key: &str) -> Self {
        let digest = Digest::of_parts(&[
            b"tayori piece",
            tenant.as_bytes(),
            job_id.as_bytes(),
            key.as_bytes(),
        ]);
        let mut id = [0; 16];
        base32(digest.as_bytes(), &mut id);
        Self(id)
    }

    /// An id from its text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 16] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|b| ALPHABET.contains(b)).then_some(Self(bytes))
    }

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl fmt::Display for PieceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for PieceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PieceId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a piece id is 16 characters"))
    }
}

/// The job's short code, printed in every slot mark: four base-32 characters derived from tenant
/// and job, so that a leaf of another job or tenant gives itself away.
#[must_use]
pub fn job_code(tenant: &str, job_id: &str) -> String {
    let digest = Digest::of_parts(&[b"tayori job", tenant.as_bytes(), job_id.as_bytes()]);
    let mut code = [0; 4];
    base32(digest.as_bytes(), &mut code);
    code.iter().map(|&b| char::from(b)).collect()
}

/// The job's number, at most four digits, for machines that read digits only: derived as its code is. Two jobs may
/// share one.
#[must_use]
pub fn job_number(tenant: &str, job_id: &str) -> u16 {
    let digest = Digest::of_parts(&[b"tayori job number", tenant.as_bytes(), job_id.as_bytes()]);
    let bytes = digest.as_bytes();
    u16::from_be_bytes([bytes[0], bytes[1]]) % 10_000
}

/// Fills `out` with five bits of `bytes` a character, most significant first.
fn base32(bytes: &[u8; 32], out: &mut [u8]) {
    let (mut window, mut bits, mut next) = (0_u32, 0, bytes.iter());
    for character in out {
        while bits < 5 {
            window = window << 8 | u32::from(*next.next().expect("32 bytes hold 51 characters"));
            bits += 8;
        }
        bits -= 5;
        *character = ALPHABET[(window >> bits & 31) as usize];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_parse_back() {
        let id = PieceId::derive("kasumigahara", "property-tax-2026", "0000012345");
        assert_eq!(PieceId::parse(id.as_str()), Some(id));
        assert_ne!(id, PieceId::derive("kasumigahara", "property-tax-2026", "0000012346"));
        assert_eq!(PieceId::parse("too short"), None);
        assert_eq!(job_code("a", "b").len(), 4);
        assert_eq!(Serial(42).to_string(), "0000042");
    }
}
