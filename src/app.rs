//! What every handler is given: the store, the clock, and whatever else lives as long as the
//! process.
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::{Clock, Keyed, Passwords, Result};
use crate::intake::Intake;
use crate::store::Store;

#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    intake: Intake,
    passwords: Passwords,
    /// Makes the form token of each session, so that none needs to be stored.
    forms: Keyed,
    folder: PathBuf,
    draining: Arc<AtomicBool>,
}

impl App {
    pub fn new(
        store: Store,
        clock: Clock,
        folder: PathBuf,
        draining: Arc<AtomicBool>,
    ) -> Result<Self> {
        let intake = Intake::new(store.digest_key(), &store.derived_key("annals/items/1"));
        let forms = Keyed::new(&store.derived_key("annals/forms/1"));
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            intake,
            passwords: Passwords::new()?,
            forms,
            folder,
            draining,
        })))
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

    /// The file that holds the one-time code while no owner exists.
    pub fn setup_code_file(&self) -> PathBuf {
        self.0.folder.join("setup-code")
    }

    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }
}
