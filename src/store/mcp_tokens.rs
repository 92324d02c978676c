//! MCP tokens: who holds one, and the changes that its operator makes.
use super::change::{Done, Proposal, Stop};
use super::db::{Credential, Db};
use super::{mcp_token_rows, setting_rows};
use crate::base::{Error, Hash, Kind, Millis, Result, random};
use crate::model::safe::{Detail, Label, SafePrefix};
use crate::model::{
    Action, By, McpToken, McpTokenState, Operator, OwnEvent, Reason, RecordId, RecordKind, Token,
};

/// Tokens that one operator can have; those that are over are not counted.
const TOKENS_MAX: usize = 20;

#[derive(Clone)]
pub struct McpTokens(Db);

pub struct NewMcpToken {
    pub operator_no: i64,
    pub name: Label,
    pub expires_ms: Option<Millis>,
}

/// Which token, and whose it has to be.
pub struct McpTokenAsked {
    pub operator_no: i64,
    pub id: RecordId,
    /// The `recorded_seq` that was looked at.
    pub version: i64,
}

impl McpTokens {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The token behind a credential and its operator, as of the last commit, in whatever state.
    pub fn by_digest(&self, digest: &Hash) -> Option<(McpToken, Operator)> {
        let standing = self.0.standing();
        let token = standing.mcp_token(digest)?;
        let operator = standing.operator(token.operator_no)?;
        Some((token.clone(), operator.clone()))
    }

    /// The operator's own, newest first, without deleted ones.
    pub async fn list(&self, operator_no: i64) -> Result<Vec<McpToken>> {
        let mut tokens = self.0.read(mcp_token_rows::all).await?;
        tokens.retain(|it| is_there(it, operator_no));
        Ok(tokens)
    }

    /// None for one that does not exist, for a deleted one and for somebody else's alike.
    pub fn find(&self, operator_no: i64, id: RecordId) -> Option<McpToken> {
        let standing = self.0.standing();
        let mut there = standing.mcp_tokens();
        there
            .find(|it| it.id == id && is_there(it, operator_no))
            .cloned()
    }

    /// Whether the operator had such a token.
    pub fn is_deleted(&self, operator_no: i64, id: RecordId) -> bool {
        let standing = self.0.standing();
        let own = standing.mcp_tokens().find(|it| it.id == id);
        own.is_some_and(|it| it.operator_no == operator_no && it.state == McpTokenState::Deleted)
    }

    /// Makes a token. It is returned once and kept nowhere.
    pub async fn create(&self, by: By, new: NewMcpToken) -> Result<(McpToken, Token)> {
        self.0
            .change(by, move |proposal| create(proposal, new))
            .await
    }

    pub async fn rename(&self, by: By, asked: McpTokenAsked, name: Label) -> Result<()> {
        self.0
            .change(by, move |proposal| rename(proposal, &asked, &name))
            .await
    }

    pub async fn delete(&self, by: By, asked: McpTokenAsked) -> Result<()> {
        self.0
            .change(by, move |proposal| delete(proposal, &asked))
            .await
    }

    /// Writes down which tokens are past their date, each on its own, and returns how many.
    pub async fn expire(&self, now: Millis) -> Result<usize> {
        let is_due = |it: &&McpToken| {
            it.state == McpTokenState::Active && it.state_at(now) == McpTokenState::Expired
        };
        let standing = self.0.standing();
        let due: Vec<_> = standing
            .mcp_tokens()
            .filter(is_due)
            .map(|it| it.id)
            .collect();
        for id in &due {
            let id = *id;
            self.0
                .change(By::itself("expiry"), move |proposal| expire(proposal, id))
                .await?;
        }
        Ok(due.len())
    }

    /// Notes that a token was used; written down once a minute.
    pub async fn note_use(&self, token: &McpToken, now: Millis) {
        self.0.note_use(Credential::McpToken, token.no, now).await;
    }
}

fn create(proposal: Proposal<'_, '_>, new: NewMcpToken) -> Result<Done<(McpToken, Token)>, Stop> {
    let event = OwnEvent::new(Action::McpTokenCreate);
    let settings = setting_rows::all(proposal.conn())?;
    let own = active(&proposal, new.operator_no)?;
    let reason = if !settings.mcp_enabled {
        Some(Reason::InvalidState)
    } else if own.iter().any(|it| it.name == new.name.as_str()) {
        Some(Reason::NameTaken)
    } else if own.len() >= TOKENS_MAX {
        Some(Reason::OutOfRange)
    } else {
        None
    };
    if let Some(reason) = reason {
        return Err(Stop::refused(event, reason, Kind::InvalidState));
    }
    let secret = Token::for_agents(random::bytes(), &random::bytes());
    let token = McpToken {
        no: 0,
        id: RecordId::new(RecordKind::McpToken, random::bytes()),
        operator_no: new.operator_no,
        name: new.name.as_str().to_owned(),
        state: McpTokenState::Active,
        prefix: secret.prefix().to_owned(),
        expires_ms: new.expires_ms,
        created_ms: proposal.now(),
        used_ms: None,
        recorded_seq: 0,
    };
    let event = event
        .on(&token.id, Some(new.name))
        .prefix("token_prefix", SafePrefix::parse(&token.prefix).ok())
        .time("expires_at", token.expires_ms);
    let recorded = proposal.record(event)?;
    mcp_token_rows::insert(&recorded, &token, &secret.digest())?;
    Ok(recorded.done((token, secret)))
}

fn rename(
    proposal: Proposal<'_, '_>,
    asked: &McpTokenAsked,
    name: &Label,
) -> Result<Done<()>, Stop> {
    let before = find(&proposal, asked, Action::McpTokenRename)?;
    if before.name == name.as_str() {
        return Ok(proposal.unchanged(()));
    }
    let event = guard(asked, &before, about(Action::McpTokenRename, &before))?;
    let own = active(&proposal, asked.operator_no)?;
    if own.iter().any(|it| it.name == name.as_str()) {
        return Err(Stop::refused(event, Reason::NameTaken, Kind::InvalidState));
    }
    let from = Label::gate(&before.name).ok().map(Detail::Label);
    let event = event.changed("name", from, Some(Detail::Label(name.clone())));
    let recorded = proposal.record(event)?;
    let name = name.as_str().to_owned();
    mcp_token_rows::update(&recorded, &McpToken { name, ..before })?;
    Ok(recorded.done(()))
}

fn delete(proposal: Proposal<'_, '_>, asked: &McpTokenAsked) -> Result<Done<()>, Stop> {
    let token = find(&proposal, asked, Action::McpTokenDelete)?;
    let event = about(Action::McpTokenDelete, &token)
        .prefix("token_prefix", SafePrefix::parse(&token.prefix).ok());
    let event = guard(asked, &token, event)?;
    let recorded = proposal.record(event)?;
    let state = McpTokenState::Deleted;
    mcp_token_rows::update(&recorded, &McpToken { state, ..token })?;
    Ok(recorded.done(()))
}

fn expire(proposal: Proposal<'_, '_>, id: RecordId) -> Result<Done<()>, Stop> {
    let now = proposal.now();
    let mut all = mcp_token_rows::all(proposal.conn())?.into_iter();
    let is_due = |it: &McpToken| {
        it.id == id
            && it.state == McpTokenState::Active
            && it.state_at(now) == McpTokenState::Expired
    };
    let Some(token) = all.find(is_due) else {
        return Ok(proposal.unchanged(()));
    };
    let recorded = proposal.record(about(Action::McpTokenExpire, &token))?;
    let state = McpTokenState::Expired;
    mcp_token_rows::update(&recorded, &McpToken { state, ..token })?;
    Ok(recorded.done(()))
}

/// Somebody else's answers like one that is not there, and owners see that somebody tried.
fn find(
    proposal: &Proposal<'_, '_>,
    asked: &McpTokenAsked,
    action: Action,
) -> Result<McpToken, Stop> {
    let nothing = || Error::new(Kind::NotFound, "There is no such MCP token.");
    let mut all = mcp_token_rows::all(proposal.conn())?.into_iter();
    let there = |it: &McpToken| it.id == asked.id && it.state != McpTokenState::Deleted;
    let token = all.find(there).ok_or_else(nothing)?;
    if token.operator_no == asked.operator_no {
        return Ok(token);
    }
    let event = about(action, &token).failed(Reason::Denied);
    Err(Stop::Refused(Box::new(event), nothing()))
}

fn guard(asked: &McpTokenAsked, token: &McpToken, event: OwnEvent) -> Result<OwnEvent, Stop> {
    if asked.version == token.recorded_seq {
        return Ok(event);
    }
    let (reason, kind) = (Reason::Conflict, Kind::ChangedMeanwhile);
    Err(Stop::refused(event, reason, kind))
}

fn about(action: Action, token: &McpToken) -> OwnEvent {
    OwnEvent::new(action).on(&token.id, Label::gate(&token.name).ok())
}

/// The operator's tokens that open something, or would if the gates stood open.
fn active(proposal: &Proposal<'_, '_>, operator_no: i64) -> Result<Vec<McpToken>> {
    let now = proposal.now();
    let mut tokens = mcp_token_rows::all(proposal.conn())?;
    tokens.retain(|it| it.operator_no == operator_no && it.state_at(now) == McpTokenState::Active);
    Ok(tokens)
}

fn is_there(token: &McpToken, operator_no: i64) -> bool {
    token.operator_no == operator_no && token.state != McpTokenState::Deleted
}
