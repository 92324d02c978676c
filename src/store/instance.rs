//! The data directory: its lock, and the keys beside the database.
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, named_params};
use zeroize::Zeroizing;

use super::sql::OrSql;
use crate::base::disk::{Disk, disk};
use crate::base::{Error, Hash, Keyed, Kind, OrFail, Result, random};

/// Held for as long as a process uses the directory. The file is never deleted: another process
/// could hold a lock on the deleted one.
pub struct Lock(#[expect(dead_code, reason = "kept open: closing it gives the lock back")] File);

/// The instance's keys. They are never in the database, a backup or an export.
pub struct Keys {
    /// Signs what this instance hands out and recognises what it has seen.
    pub instance: Zeroizing<Hash>,
    /// Digests texts that the label gate refused (`redaction.md` §5).
    pub digest: Zeroizing<Hash>,
    /// Seals what must be readable again: seeds of authenticator apps, secrets of upstreams.
    pub secrets: Zeroizing<Hash>,
}

pub fn database(folder: &Path) -> PathBuf {
    folder.join("annals.db")
}

pub fn write_ahead_log(folder: &Path) -> PathBuf {
    folder.join("annals.db-wal")
}

/// Refuses a place without a database, and says what is the matter with it.
pub fn require(file: &Path) -> Result<()> {
    use io::ErrorKind::{NotADirectory, NotFound};
    match fs::metadata(file) {
        Ok(it) if it.is_file() => Ok(()),
        Err(error) if !matches!(error.kind(), NotFound | NotADirectory) => {
            Err(closed(error, "the database's file cannot be read"))
        }
        Ok(_) | Err(_) => Err(Error::new(
            Kind::NotFound,
            "there is no database at this place",
        )),
    }
}

/// Makes a new database's file, so that nobody else can read it from its first byte on.
pub fn create_private(file: &Path) -> Result<()> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(file)
        .internal("cannot open the database's file")?;
    Ok(())
}

/// What a person on the host can mend, and is likely to meet.
const OTHERS: &str = "the data directory is closed to this user: run this as the server's user";

/// Where it does not exist yet.
pub fn create_data_directory(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|it| closed(it, "cannot create the data directory"))?;
    // A parent that we may not read is not ours to sync.
    if let Some(parent) = folder.parent().and_then(|it| File::open(it).ok()) {
        let _ = parent.sync_all();
    }
    Ok(())
}

/// Has the names of the files in a folder on disk: a file that was synced, but whose name was not,
/// is lost in a power cut all the same.
pub fn sync_names(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|it| it.sync_all())
        .or_fail(Kind::StorageFailed, "cannot sync a folder")
}

/// Where a lock and a sync are not what they say, nothing is acknowledged.
fn refuse_network(folder: &Path) -> Result<()> {
    match disk(folder) {
        Disk::OfNetwork => Err(Error::new(
            Kind::Internal,
            "the data directory lies on a network file system (NFS or SMB), which cannot keep \
             what is promised: use a local disk",
        )),
        Disk::OfContainer => {
            tracing::warn!(
                "the data directory lies in a container's own layer, and goes with it: mount one"
            );
            Ok(())
        }
        Disk::Usual => Ok(()),
    }
}

pub fn lock(folder: &Path) -> Result<Lock> {
    create_data_directory(folder)?;
    refuse_network(folder)?;
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(folder.join("annals.lock"))
        .map_err(|it| closed(it, "cannot open the lock file of the data directory"))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(fs::TryLockError::WouldBlock) => Err(Error::new(
            Kind::InUse,
            "the data directory is in use by another process",
        )),
        Err(fs::TryLockError::Error(error)) => {
            Err(error).internal("cannot lock the data directory")
        }
    }
}

fn closed(error: io::Error, otherwise: &'static str) -> Error {
    let message = match error.kind() {
        io::ErrorKind::PermissionDenied => OTHERS,
        io::ErrorKind::ReadOnlyFilesystem => "the data directory lies on a read-only file system",
        _ => otherwise,
    };
    Error::new(Kind::Internal, message).with_source(error)
}

/// Reads the keys, makes them for a new database, and refuses a file that is not the one the
/// database was made with.
pub fn keys(folder: &Path, conn: &Connection) -> Result<Keys> {
    let keys = folder.join("keys");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&keys)
        .internal("cannot create the folder of keys")?;
    refuse_wide(&keys, 0o700)?;
    Ok(Keys {
        instance: key(&keys, "instance.key", conn)?,
        digest: key(&keys, "digest-1.key", conn)?,
        secrets: key(&keys, "secrets-1.key", conn)?,
    })
}

fn key(folder: &Path, name: &str, conn: &Connection) -> Result<Zeroizing<Hash>> {
    let file = folder.join(name);
    let expected = check_value(conn, name)?;
    let key = match fs::read(&file).map(Zeroizing::new) {
        Ok(bytes) if bytes.len() == Hash::default().len() || expected.is_some() => {
            refuse_wide(&file, 0o600)?;
            let key: Hash = bytes[..].try_into().internal("a key file is damaged")?;
            Zeroizing::new(key)
        }
        // A crash while it was made, before anything could depend on it.
        Ok(_) => create_key(folder, &file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && expected.is_none() => {
            create_key(folder, &file)?
        }
        Err(error) => {
            return Err(error).internal(
                "a key file is missing or cannot be read: keys/ belongs beside the database",
            );
        }
    };
    let value = Keyed::new(&key).digest(&[b"annals/check/1"]);
    match expected {
        Some(expected) if expected != value => Err(Error::new(
            Kind::Internal,
            "a key file does not belong to this database",
        )),
        Some(_) => Ok(key),
        None => {
            conn.execute(
                "insert into key_check (file, value) values (:file, :value)",
                named_params! { ":file": name, ":value": value },
            )
            .sql("cannot note a key's check value")?;
            Ok(key)
        }
    }
}

fn check_value(conn: &Connection, name: &str) -> Result<Option<Hash>> {
    conn.query_row(
        "select value from key_check where file = :file",
        named_params! { ":file": name },
        |row| row.get("value"),
    )
    .optional()
    .sql("cannot read a key's check value")
}

fn create_key(folder: &Path, file: &Path) -> Result<Zeroizing<Hash>> {
    let key: Zeroizing<Hash> = Zeroizing::new(random::bytes());
    write_private(file, &key[..]).internal("cannot write a key file")?;
    sync_names(folder)?;
    Ok(key)
}

/// Writes a new file that only its owner may read, down to the disk.
pub fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(file)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn refuse_wide(path: &Path, allowed: u32) -> Result<()> {
    let mode = fs::metadata(path)
        .internal("cannot read the permissions of the keys")?
        .permissions()
        .mode();
    if mode & 0o777 & !allowed != 0 {
        return Err(Error::new(
            Kind::Internal,
            "other users can reach the keys: set keys/ to mode 0700 and its files to 0600",
        ));
    }
    Ok(())
}
