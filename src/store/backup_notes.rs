//! What a backup did, while only the server may write: a small file in the data directory until
//! the server, or whoever opens the store next, has recorded it.
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};

use super::instance::write_private;
use crate::base::{Error, Kind, Millis, Result, hex, random};
use crate::model::Reason;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Note {
    pub at_ms: Millis,
    /// The size of the copy.
    pub done: Result<i64, Reason>,
}

/// A note that was left. None: what it says is not one.
pub struct Left {
    pub note: Option<Note>,
    file: PathBuf,
}

const BEGIN: &str = "backup-";
const END: &str = ".note";
const ID_LEN: usize = 16;
const BYTES_MAX: u64 = 128;
/// In one look; others wait for the next.
const NOTES_MAX: usize = 100;

/// The whole note or none of it: it is named once it is on disk.
pub fn leave(folder: &Path, note: &Note) -> Result<()> {
    let unique: [u8; ID_LEN / 2] = random::bytes();
    let file = folder.join(format!("{BEGIN}{}{END}", hex(&unique)));
    let unnamed = file.with_extension("tmp");
    let left = write(folder, &unnamed, note)
        .and_then(|()| fs::rename(&unnamed, &file))
        .and_then(|()| File::open(folder)?.sync_all());
    left.map_err(|error| {
        let _ = fs::remove_file(&unnamed);
        let message = "the backup could not be noted for the log in the data directory";
        Error::new(Kind::Internal, message).with_source(error)
    })
}

/// The notes, oldest first. A folder without any costs one look.
pub fn waiting(folder: &Path) -> Vec<Left> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
    let names = names.filter(|it| is_name(it)).take(NOTES_MAX);
    let files = names.map(|it| folder.join(it));
    let left = files.map(|file| Left {
        note: read(&file).and_then(|it| Note::parse(&it)),
        file,
    });
    let mut left: Vec<_> = left.collect();
    left.sort_by_key(|it| it.note.map(|it| it.at_ms));
    left
}

impl Left {
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.file)
    }
}

impl Note {
    fn text(&self) -> String {
        let at = self.at_ms;
        match self.done {
            Ok(bytes) => format!("1 {at} done {bytes}\n"),
            Err(reason) => format!("1 {at} failed {}\n", reason.as_str()),
        }
    }

    /// Exactly what `text` writes, and nothing else.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim_ascii_end().split(' ').skip(1);
        let at_ms = parts.next()?.parse().ok().filter(|it| *it >= 0)?;
        let (outcome, what) = (parts.next()?, parts.next()?);
        let note = Self {
            at_ms,
            done: match outcome {
                "done" => Ok(what.parse().ok().filter(|it| *it >= 0)?),
                _ => Err(Reason::parse(what)?),
            },
        };
        (note.text() == text).then_some(note)
    }
}

fn write(folder: &Path, file: &Path, note: &Note) -> io::Result<()> {
    write_private(file, note.text().as_bytes())?;
    // Root leaves it to the server's user, which could not read it otherwise.
    let (owner, file) = (fs::metadata(folder)?, File::open(file)?);
    if file.metadata()?.uid() != owner.uid() {
        fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let id = name.strip_prefix(BEGIN).and_then(|it| it.strip_suffix(END));
    id.is_some_and(|it| it.len() == ID_LEN && it.bytes().all(|it| it.is_ascii_hexdigit()))
}

/// A pipe or a folder under this name is not waited for.
fn read(file: &Path) -> Option<String> {
    fs::symlink_metadata(file)
        .ok()
        .filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    let mut file = File::open(file).ok()?.take(BYTES_MAX + 1);
    file.read_to_string(&mut text).ok()?;
    (text.len() as u64 <= BYTES_MAX).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_as_what_it_was() {
        for done in [Ok(0), Ok(1 << 40), Err(Reason::DiskFull)] {
            let note = Note { at_ms: 7, done };
            assert_eq!(Note::parse(&note.text()), Some(note));
        }
    }

    #[test]
    fn what_is_not_written_exactly_so_is_no_note() {
        fn case(text: &str) {
            assert_eq!(Note::parse(text), None, "{text:?}");
        }
        case("");
        case("\n");
        case("1 7 done 5");
        case("1 7 done 5\n\n");
        case("1 7 done 5 \n");
        case("1  7 done 5\n");
        case("2 7 done 5\n");
        case("1 +7 done 5\n");
        case("1 07 done 5\n");
        case("1 -7 done 5\n");
        case("1 7 done -5\n");
        case("1 7 done 5 6\n");
        case("1 7 done 99999999999999999999\n");
        case("1 7 failed zebra\n");
        case("1 7 zebra disk_full\n");
    }

    #[test]
    fn only_files_named_as_notes_are_read() {
        assert!(is_name("backup-0123456789abcdef.note"));
        for other in [
            "backup-.note",
            "annals.db",
            "backup-0123456789abcdef.tmp",
            "a",
        ] {
            assert!(!is_name(other), "{other}");
        }
    }
}
