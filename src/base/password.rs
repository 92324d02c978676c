//! Argon2id, with the parameters of the day and a bound on how many run at once.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::error::{Error, Kind, OrFail, Result};
use super::turns::Turns;

const MEMORY_KIB: u32 = 47_104;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Each takes 46 MiB and a core for about 50 ms.
const AT_ONCE: usize = 2;
const WAITING_MAX: usize = 16;
const WAIT_MAX: Duration = Duration::from_secs(3);

/// A password hash in PHC form; the only form in which a password is kept.
#[derive(Clone, Eq, PartialEq)]
pub struct Phc(String);

/// Hashes and verifies off the reactor, two at a time.
#[derive(Clone)]
pub struct Passwords {
    running: Turns,
    waiting: Arc<Semaphore>,
    /// So many were computed.
    computed: Arc<AtomicU64>,
    /// Verified when there is no account, so that both cases take the same time.
    dummy: Phc,
}

impl Phc {
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Passwords {
    pub fn new() -> Self {
        Self {
            running: Turns::new(AT_ONCE),
            waiting: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            computed: Arc::default(),
            dummy: nobodys(),
        }
    }

    pub async fn hash(&self, password: Zeroizing<String>) -> Result<Phc> {
        self.run(move || hash(password.as_bytes())).await?
    }

    /// Takes as long without a hash as with one.
    pub async fn verify(&self, password: Zeroizing<String>, against: Option<Phc>) -> Result<bool> {
        let known = against.is_some();
        let phc = against.unwrap_or_else(|| self.dummy.clone());
        let matches = self
            .run(move || verify(password.as_bytes(), &phc))
            .await??;
        Ok(matches && known)
    }

    /// How many hashes were computed since the process began.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn run<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let busy = || Error::new(Kind::Unavailable, "Too many sign-ins at once. Try again.");
        let Ok(_place) = self.waiting.try_acquire() else {
            return Err(busy());
        };
        let Ok(turn) = timeout(WAIT_MAX, self.running.wait()).await else {
            return Err(busy());
        };
        let turn = turn?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        turn.compute(work).await
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).internal("Argon2 parameters")?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Like any other, of zeros: hashing something for it would take every start 50 ms and 46 MiB.
fn nobodys() -> Phc {
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    Phc(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}"
    ))
}

fn hash(password: &[u8]) -> Result<Phc> {
    let salt: [u8; 16] = super::random::bytes();
    let phc = argon2()?
        .hash_password_with_salt(password, &salt)
        .internal("cannot hash a password")?;
    Ok(Phc(phc.to_string()))
}

fn verify(password: &[u8], phc: &Phc) -> Result<bool> {
    let parsed = PasswordHash::new(phc.as_str()).internal("a stored password hash is damaged")?;
    Ok(argon2()?.verify_password(password, &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else somebody could tell from the time whether there is an account.
    #[test]
    fn nobodys_hash_is_verified_with_the_same_work_as_anybodys() {
        let (dummy, real) = (nobodys(), hash(b"correct horse battery").unwrap());
        let parts = |it: &Phc| {
            let parsed = PasswordHash::new(it.as_str()).unwrap();
            let lengths = [
                parsed.salt.unwrap().as_ref().len(),
                parsed.hash.unwrap().len(),
            ];
            (parsed.algorithm, parsed.version, parsed.params, lengths)
        };
        assert_eq!(parts(&dummy), parts(&real));
        assert!(!verify(b"correct horse battery", &dummy).unwrap());
        assert!(verify(b"correct horse battery", &real).unwrap());
    }
}
