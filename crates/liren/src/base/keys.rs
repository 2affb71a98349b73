//! Encryption of identifiers and phones, and the keyed indexes by which they can be found.
//!
//! The data folder holds one master key. Each community has a key wrapped by it; each person a data key
//! wrapped by the community's. Destroying a person's data key makes their numbers unreadable for good.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How ciphertexts are made today; stored beside each so that it can change.
pub const ALGORITHM: &str = "aes-256-gcm";
/// The generation of the master key; stored beside each ciphertext.
pub const KEY_ID: &str = "k1";

/// A 256-bit key.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// The keys of one community.
#[derive(Clone)]
pub struct CommunityKeys {
    wrapping: Key,
    index: Key,
}

impl Key {
    pub fn random() -> Key {
        Key(rand::random())
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Key> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Key(bytes))
    }

    pub fn to_hex(&self) -> String {
        self.0.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Nonce and ciphertext.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; 12] = rand::random();
        let cipher = Aes256Gcm::new(&self.0.into());
        let Ok(sealed) = cipher.encrypt(&Nonce::from(nonce), plain) else {
            // Only a message of 64 GB cannot be sealed, and none comes near. Whatever is written without its
            // ciphertext is lost, so the transaction must not go on.
            unreachable!("a message of {} bytes cannot be sealed", plain.len());
        };
        [nonce.as_slice(), &sealed].concat()
    }

    /// What was sealed, unless the key or the bytes are wrong.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, cipher) = sealed.split_at_checked(12)?;
        let nonce: [u8; 12] = nonce.try_into().ok()?;
        Aes256Gcm::new(&self.0.into()).decrypt(&Nonce::from(nonce), cipher).ok()
    }

    /// A signature that only this key makes, under a key of its own for each purpose.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        mac(&self.derive(purpose).0, bytes)
    }

    fn derive(&self, purpose: &str) -> Key {
        Key(mac(&self.0, purpose.as_bytes()))
    }
}

impl CommunityKeys {
    /// A new community's key, wrapped by the master key.
    pub fn create(master: &Key) -> Vec<u8> {
        master.seal(&Key::random().0)
    }

    pub fn open(master: &Key, wrapped: &[u8]) -> Option<CommunityKeys> {
        let root = Key(master.open(wrapped)?.try_into().ok()?);
        Some(CommunityKeys { wrapping: root.derive("wrap"), index: root.derive("index") })
    }

    /// A new person's data key, and the same wrapped for storing.
    pub fn person(&self) -> (Key, Vec<u8>) {
        let key = Key::random();
        let wrapped = self.wrapping.seal(&key.0);
        (key, wrapped)
    }

    pub fn person_key(&self, wrapped: &[u8]) -> Option<Key> {
        Some(Key(self.wrapping.open(wrapped)?.try_into().ok()?))
    }

    /// Keyed index of a whole normalised number.
    pub fn whole(&self, number: &str) -> Vec<u8> {
        mac(&self.index.0, format!("whole:{number}").as_bytes())[..16].to_vec()
    }

    /// Keyed index of a number's last four characters.
    pub fn tail(&self, number: &str) -> Vec<u8> {
        let tail: String = {
            let mut last: Vec<char> = number.chars().rev().take(4).collect();
            last.reverse();
            last.into_iter().collect()
        };
        mac(&self.index.0, format!("tail:{}", tail.to_uppercase()).as_bytes())[..16].to_vec()
    }
}

fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(text);
            mac.finalize().into_bytes().into()
        }
        // HMAC takes keys of any length.
        Err(_) => [0; 32],
    }
}
