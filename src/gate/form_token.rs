//! What every form of a session carries, so that no other site can send one.
use crate::base::{Error, Keyed, Kind, Result, hex, unhex};
use crate::http::{Form, Request, Response};
use crate::model::RecordId;

const SALT_LEN: usize = 16;
const MAC_LEN: usize = 16;

/// Makes and knows the tokens of one session; none is stored.
///
/// A token follows from the page that it stands on: the same page has the same, and whatever
/// changes on a page changes all of it. With one token for all pages, their compressed lengths
/// would tell it, letter by letter, to somebody who can put guesses on a page and sees how long it
/// becomes. Here a guess is on a page with another token than the guess before.
#[derive(Clone)]
pub struct FormTokens(Keyed);

impl FormTokens {
    pub fn of(forms: &Keyed, session: &RecordId) -> Self {
        Self(Keyed::new(&forms.digest(&[session.bytes()])))
    }

    /// What pages are written with until they are whole. It never leaves this process, so nobody
    /// can have it on a page in another place.
    pub fn blank(&self) -> String {
        hex(&self.0.digest(&[b"blank\0"]))
    }

    /// Puts the page's own token where its blanks are.
    pub fn fill(&self, response: Response) -> Response {
        response.filled(&self.blank(), |page| self.make(page))
    }

    /// Reads a form that carries a token of this session.
    pub async fn form(&self, request: &mut Request, limit: usize) -> Result<Form> {
        let form = request.form(limit).await?;
        let sent = form.get("csrf");
        if sent.is_some_and(|it| self.knows(it)) {
            return Ok(form);
        }
        Err(Error::new(
            Kind::NotPermitted,
            "This form is out of date. Load the page again.",
        ))
    }

    pub fn knows(&self, sent: &str) -> bool {
        let sent = unhex(sent).unwrap_or_default();
        let Some((salt, mac)) = sent.split_first_chunk::<SALT_LEN>() else {
            return false;
        };
        // Digests are compared, so that the time says nothing about the token.
        self.0.digest(&[mac]) == self.0.digest(&[&self.mac(salt)])
    }

    fn make(&self, page: &[u8]) -> String {
        let digest = self.0.digest(&[b"page\0", page]);
        let salt = &digest[..SALT_LEN];
        hex(&[salt, &self.mac(salt)].concat())
    }

    fn mac(&self, salt: &[u8]) -> Vec<u8> {
        self.0.digest(&[b"token\0", salt])[..MAC_LEN].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RecordKind;

    fn tokens(session: u8) -> FormTokens {
        let session = RecordId::new(RecordKind::Session, [session; 16]);
        FormTokens::of(&Keyed::new(&[7; 32]), &session)
    }

    #[test]
    fn every_page_has_a_token_of_its_own_and_each_is_known() {
        let tokens = tokens(1);
        let (one, other) = (tokens.make(b"a page"), tokens.make(b"b page"));
        assert_eq!(one, tokens.make(b"a page"), "the same page stays the same");
        // No piece of one is a piece of the other.
        assert!(one.as_bytes().windows(8).all(|it| {
            let piece = std::str::from_utf8(it).unwrap();
            !other.contains(piece)
        }));
        assert!(tokens.knows(&one) && tokens.knows(&other));
    }

    #[test]
    fn a_token_of_another_session_or_of_nobody_is_not_known() {
        let token = tokens(1).make(b"a page");
        assert!(!tokens(2).knows(&token));
        let blank = tokens(1).blank();
        let zeros = "0".repeat(64);
        let long = format!("{token}00");
        for wrong in ["", "00", "ä", &token[..62], &long, &zeros, &blank] {
            assert!(!tokens(1).knows(wrong), "{wrong}");
        }
    }
}
