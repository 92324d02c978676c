//! What every handler is given: the store, the clock, and whatever else lives as long as the
//! process.
use std::fs;
use std::net::IpAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use zeroize::Zeroizing;

use crate::base::{
    Clock, Error, Hash, Keyed, Kind, MINUTE_MS, Millis, Network, OrFail, Passwords, Result, Turns,
    random,
};
use crate::intake::Intake;
use crate::model::{
    ApiKey, Attempt, By, Counters, Digester, Flood, OwnEvent, Pending, Rates, Reached, Seldom,
    Throttle, Tries, Waiting, metrics_digest,
};
use crate::store::{Store, write_private};

#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    intake: Intake,
    passwords: Passwords,
    /// Makes the form token of each session, so that none needs to be stored.
    forms: Keyed,
    /// Signs the cookie by which a browser is known to an account.
    devices: Keyed,
    digester: Digester,
    counters: Counters,
    folder: PathBuf,
    setup: Mutex<Option<Setup>>,
    flood: Mutex<Flood>,
    seldom: Mutex<Seldom>,
    attempts: Mutex<Throttle>,
    waiting: Mutex<Waiting>,
    invite_tries: Mutex<Tries>,
    rates: Mutex<Rates>,
    parsers: Turns,
    /// Those of the environment; they win over the settings.
    proxies: Option<Vec<Network>>,
    draining: Arc<AtomicBool>,
}

/// The one-time code of a first run, and how often it was tried in this minute.
struct Setup {
    code: Zeroizing<String>,
    minute: Millis,
    tries: u32,
}

const SETUP_TRIES_A_MINUTE: u32 = 10;
/// 60 bits: with so few tries, and for so long as nobody has an account, more than enough.
const SETUP_CODE_GROUPS: usize = 3;

impl App {
    pub fn new(
        store: Store,
        clock: Clock,
        folder: PathBuf,
        proxies: Option<Vec<Network>>,
        draining: Arc<AtomicBool>,
    ) -> Self {
        let intake = Intake::new(store.digest_key(), &store.derived_key("annals/items/1"));
        let digester = Digester::new(store.digest_key());
        let forms = Keyed::new(&store.derived_key("annals/forms/1"));
        let devices = Keyed::new(&store.derived_key("annals/devices/1"));
        Self(Arc::new(Inner {
            store,
            clock,
            intake,
            passwords: Passwords::new(),
            forms,
            devices,
            digester,
            counters: Counters::default(),
            folder,
            setup: Mutex::default(),
            flood: Mutex::default(),
            seldom: Mutex::default(),
            attempts: Mutex::default(),
            waiting: Mutex::default(),
            invite_tries: Mutex::default(),
            rates: Mutex::default(),
            parsers: Turns::new(processors()),
            proxies,
            draining,
        }))
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn intake(&self) -> &Intake {
        &self.0.intake
    }

    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub fn forms(&self) -> &Keyed {
        &self.0.forms
    }

    pub fn devices(&self) -> &Keyed {
        &self.0.devices
    }

    pub fn counters(&self) -> &Counters {
        &self.0.counters
    }

    pub fn digester(&self) -> &Digester {
        &self.0.digester
    }

    /// Makes a new one-time code while no owner exists, and keeps it in a file that only the
    /// host's user can read. Returns the file; none when there is an owner.
    pub fn open_setup(&self) -> Result<Option<PathBuf>> {
        let file = self.setup_code_file();
        if !self.0.store.operators.is_empty() {
            return Ok(None);
        }
        let code = random::readable(SETUP_CODE_GROUPS);
        write_private(&file, format!("{}\n", *code).as_bytes())
            .internal("cannot write the setup code")?;
        *lock(&self.0.setup) = Some(Setup {
            code,
            minute: 0,
            tries: 0,
        });
        Ok(Some(file))
    }

    /// Compares digests, so that the time says nothing about the code.
    pub fn try_setup_code(&self, sent: &str) -> Result<bool> {
        let minute = self.0.clock.now() / MINUTE_MS;
        let mut setup = lock(&self.0.setup);
        let Some(setup) = setup.as_mut() else {
            return Ok(false);
        };
        if setup.minute != minute {
            (setup.minute, setup.tries) = (minute, 0);
        }
        setup.tries += 1;
        if setup.tries > SETUP_TRIES_A_MINUTE {
            return Err(Error::new(
                Kind::RateLimited,
                "Too many tries. Wait a minute.",
            ));
        }
        let digest = |text: &str| self.0.forms.digest(&[text.as_bytes()]);
        Ok(digest(sent) == digest(&setup.code))
    }

    /// After the first owner exists, nobody needs the code again.
    pub fn forget_setup_code(&self) {
        *lock(&self.0.setup) = None;
        if fs::remove_file(self.setup_code_file()).is_err() {
            tracing::warn!("cannot remove the file setup-code; its code is void");
        }
    }

    /// Counts something that may come in floods; some when it is to be written down.
    pub fn note_flood(&self, what: &str) -> Option<u64> {
        lock(&self.0.flood).note(what, self.0.clock.now())
    }

    /// Counts something that is written down once in `window`; how often it happened since the
    /// last time, when it is to be written down.
    pub fn note_seldom(&self, what: &str, times: u64, window: Millis) -> Option<u64> {
        lock(&self.0.seldom).note(what, times, window, self.0.clock.now())
    }

    /// Records what happened already.
    pub async fn note(&self, by: By, event: OwnEvent) {
        self.count_unrecorded(self.0.store.record(by, event).await);
    }

    /// Records what is refused whether or not that can be recorded.
    pub async fn note_refused(&self, by: By, event: OwnEvent) {
        self.count_unrecorded(self.0.store.refuse(by, event).await);
    }

    /// Counts an attempt to prove who one is. None while it is paused.
    pub fn admit(&self, attempt: &Attempt) -> Option<Vec<Reached>> {
        lock(&self.0.attempts).admit(attempt, self.0.clock.now())
    }

    /// The attempt was no failure.
    pub fn succeed(&self, attempt: &Attempt) {
        lock(&self.0.attempts).succeed(attempt);
    }

    /// Nothing was compared after all.
    pub fn take_back(&self, attempt: &Attempt) {
        lock(&self.0.attempts).take_back(attempt);
    }

    /// Whether somebody may open a link of an invite now.
    pub fn may_try_invite(&self, from: &str) -> bool {
        lock(&self.0.invite_tries).may_ask(from, self.0.clock.now())
    }

    /// There was no such link.
    pub fn miss_invite(&self, from: &str) {
        lock(&self.0.invite_tries).miss(from, self.0.clock.now());
    }

    /// Lets a key deliver, or says after how many seconds it may. Costs a look at the settings
    /// where no limit is set.
    pub fn admit_delivery(&self, key: &ApiKey) -> Result<(), i64> {
        match self.0.store.settings.current().ingest_limit {
            Some(limit) => lock(&self.0.rates).admit(key.no, limit, self.0.clock.now()),
            None => Ok(()),
        }
    }

    /// Runs what keeps a processor busy, off the threads that answer, and no more of it at once
    /// than there are processors.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.parsers.wait().await?.compute(work).await?
    }

    /// An admitted delivery had more than one event.
    pub fn count_delivery(&self, key: &ApiKey, events: usize) {
        if events > 1 && self.0.store.settings.current().ingest_limit.is_some() {
            lock(&self.0.rates).take(key.no, events - 1);
        }
    }

    /// Whether this is the token that reads the metrics from another host.
    pub fn reads_metrics(&self, token: &str) -> Result<()> {
        let digest = self.0.store.settings.current().metrics_token;
        let digest = digest.or_fail(Kind::NotFound, "There is no such page.")?;
        // Digests are compared: the time says nothing about the token.
        if digest == metrics_digest(token) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Unauthenticated,
            "The token for metrics is required.",
        ))
    }

    /// Whether this address is a proxy whose word about its clients counts.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        let holds = |networks: &[Network]| networks.iter().any(|it| it.contains(address));
        match &self.0.proxies {
            Some(proxies) => holds(proxies),
            None => holds(&self.0.store.settings.current().trusted_proxies),
        }
    }

    /// The trusted proxies in words, where the environment decides about them.
    pub fn pinned_proxies(&self) -> Option<String> {
        let written = self.0.proxies.as_ref()?.iter().map(Network::to_string);
        Some(written.collect::<Vec<_>>().join(", "))
    }

    /// A password was right; a second factor is to follow.
    pub fn begin_pending(&self, digest: Hash, pending: Pending) {
        lock(&self.0.waiting).begin(digest, pending, self.0.clock.now());
    }

    pub fn pending_sign_in(&self, digest: &Hash) -> Option<Pending> {
        lock(&self.0.waiting).find(digest, self.0.clock.now())
    }

    /// Counts a try of a second factor. False: there was one too many.
    pub fn count_try(&self, digest: &Hash) -> bool {
        lock(&self.0.waiting).count_try(digest, self.0.clock.now())
    }

    pub fn end_pending(&self, digest: &Hash) {
        lock(&self.0.waiting).end(digest);
    }

    fn count_unrecorded(&self, recorded: Result<()>) {
        if let Err(error) = recorded {
            self.0.counters.unrecorded.add(1);
            tracing::warn!(?error, "an event of our own was not recorded");
        }
    }

    fn setup_code_file(&self) -> PathBuf {
        self.0.folder.join("setup-code")
    }

    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
