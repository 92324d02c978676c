-- The whole database, as of today. A new database is created from this file; in an older one
-- src/store/schema.rs makes anew what differs from it. So a new column has a default.
--
-- Names ending in `_ms` are Unix milliseconds, UTC. Record ids are 16 random bytes, shown with a
-- prefix and 26 characters (`pool_…`). Digests are SHA-256. Nothing here is a secret in clear.

pragma user_version = 2;

-- 1. The log: one row per event in order of arrival. Nothing is looked up by another key: a
--    secondary index costs three to twelve times the rate of durable inserts.
create table event (
  seq          integer primary key check (seq >= 0),            -- dense from 0: address, leaf index, feed cursor
  kind         integer not null check (kind between 1 and 3),   -- 1 delivered, 2 own, 3 own and about the log's content
  received_ms  integer not null,                                -- never less than in the row before
  pool_no      integer references pool (no) deferrable initially deferred,  -- null: global
  pool_seq     integer not null check (pool_seq >= 0),          -- dense from 0 within the Pool, or among global events
  item         blob    check (length(item) = 32),               -- keyed digests of the sender's id and of the item as sent; null without an id
  salt         blob    check (length(salt) = 32),               -- random; null: erased
  payload      text    check (length(cast(payload as blob)) between 1 and 32768),  -- JSON, exactly as hashed; null: erased
  commitment   blob    not null check (length(commitment) = 32),-- of salt and payload
  leaf         blob    not null check (length(leaf) = 32),      -- of the entry's 83-byte header
  check ((salt is null) = (payload is null))
) strict;

create trigger event_is_never_deleted before delete on event
begin select raise(abort, 'events are never deleted'); end;

create trigger event_is_only_ever_erased before update on event
when new.salt is not null or new.payload is not null or old.kind = 3
  or new.seq is not old.seq or new.kind is not old.kind or new.received_ms is not old.received_ms
  or new.pool_no is not old.pool_no or new.pool_seq is not old.pool_seq
  or new.item is not old.item or new.commitment is not old.commitment or new.leaf is not old.leaf
begin select raise(abort, 'events are never changed'); end;

-- 2. Derived from the log, and rebuilt from it when missing: the texts that the column index
--    refers to by number, and its sealed segments.
create table term (
  vocabulary integer not null check (vocabulary between 1 and 4), -- 1 action, 2 target kind, 3 actor, 4 target
  no         integer not null check (no > 0),                     -- dense from 1 within the vocabulary
  text       text    not null,                                    -- a name; or a snapshot's fields, one a line
  primary key (vocabulary, no)
) strict, without rowid;

create table segment (
  no      integer primary key check (no >= 0),                  -- dense from 0; covers seq no*65536 to no*65536+65535
  columns blob not null,                                        -- the segment's columns, in Annals' own coding
  seen    blob not null,                                        -- 65,536 × 8 bytes: digests of the senders' ids, zeros without
  root    blob not null check (length(root) = 32)               -- the Merkle root over the segment's leaves
) strict;

-- 3. Administration. `recorded_seq` is the event that recorded the row's latest change: it proves
--    that the change was recorded, it is the version that an edit must name, and it links the
--    record to its history. The triggers at the end hold it.
create table pool (
  no           integer primary key check (no between 1 and 65535),
  id           blob    not null unique check (length(id) = 16), -- in every ledger entry of the Pool
  slug         text    not null unique,                         -- fixed, and never used again
  name         text    not null,
  state        text    not null check (state in ('active', 'disabled', 'archived', 'deleted')),
  mode         text    not null default 'gated' check (mode in ('gated', 'sealed')),  -- sealed: all its sources are
  retention_days integer check (retention_days > 0),            -- null: the instance's
  created_ms   integer not null,
  recorded_seq integer not null
) strict;

create table pool_detail_key (                                  -- names of details that a Pool keeps beyond the documented ones
  pool_no      integer not null references pool (no),
  key          text    not null,
  kind         text    not null check (kind in ('bool', 'count', 'timestamp', 'word', 'label', 'id')),
  active       integer not null check (active in (0, 1)),
  recorded_seq integer not null,
  primary key (pool_no, key)
) strict, without rowid;

create table operator (
  no           integer primary key check (no > 0),
  id           blob    not null unique check (length(id) = 16),
  email        text    not null,                                -- as typed
  email_key    text    not null unique,                         -- the same, lower case: one account an address
  name         text    not null,
  role         text    not null check (role in ('owner', 'admin')),
  state        text    not null check (state in ('active', 'deactivated', 'deleted')),
  password     text    not null,                                -- Argon2id, in PHC form
  temporary_until_ms integer,                                   -- a password that only opens the page to change it; null: the person's own
  created_ms   integer not null,
  recorded_seq integer not null
) strict;

create table assignment (
  operator_no  integer not null references operator (no),
  pool_no      integer not null references pool (no),
  active       integer not null check (active in (0, 1)),
  recorded_seq integer not null,
  primary key (operator_no, pool_no)
) strict, without rowid;

create table second_factor (
  operator_no  integer primary key references operator (no),
  secret       blob,                                            -- the app's seed, sealed; null: there is no second factor
  step         integer not null,                                -- the latest time step that was accepted
  failures     integer not null,                                -- wrong codes in a row
  recorded_seq integer not null
) strict;

create table recovery_code (
  digest       blob    primary key check (length(digest) = 32),
  operator_no  integer not null references operator (no),
  state        text    not null check (state in ('unused', 'used', 'void')),
  recorded_seq integer not null
) strict, without rowid;

create table invite (
  no           integer primary key check (no > 0),
  id           blob    not null unique check (length(id) = 16),
  digest       blob    not null unique check (length(digest) = 32),  -- of the link's secret
  email        text    not null,
  email_key    text    not null,                                -- the same, lower case
  role         text    not null check (role in ('owner', 'admin')),
  state        text    not null check (state in ('active', 'accepted', 'revoked', 'expired')),
  expires_ms   integer not null,
  created_ms   integer not null,
  created_by   integer references operator (no),
  accepted_by  integer references operator (no) deferrable initially deferred,  -- who came of it
  recorded_seq integer not null
) strict;
create unique index invite_of_email on invite (email_key) where state = 'active';

create table invite_pool (                                      -- where an invited admin will be assigned
  invite_no    integer not null references invite (no),
  pool_no      integer not null references pool (no),
  recorded_seq integer not null,
  primary key (invite_no, pool_no)
) strict, without rowid;

create table session (
  no           integer primary key check (no > 0),
  id           blob    not null unique check (length(id) = 16),
  digest       blob    not null unique check (length(digest) = 32),  -- of the cookie's value
  operator_no  integer not null references operator (no),
  started_ms   integer not null,
  expires_ms   integer not null,                                -- the absolute limit; idleness ends it sooner
  ended_ms     integer,                                         -- signed out, revoked or replaced
  confirmed_ms integer not null default 0,                      -- when a factor was last proved
  client       text,                                            -- the browser that opened it: family and major version
  ip           text,                                            -- from where
  recorded_seq integer not null
) strict;
create index session_of_operator on session (operator_no) where ended_ms is null;

create table pool_key (
  no           integer primary key check (no > 0),
  id           blob    not null unique check (length(id) = 16),
  pool_no      integer not null references pool (no),
  name         text    not null,
  permission   text    not null check (permission in ('write', 'read')),
  mode         text    not null check (mode in ('gated', 'sealed')),
  state        text    not null check (state in ('active', 'paused', 'revoked', 'expired', 'deleted')),
  prefix       text    not null,                                -- the public part: anp_ and 8 characters
  digest       blob    not null unique check (length(digest) = 32),  -- of the whole token
  old_prefix   text,                                            -- the one before, while both open
  old_digest   blob    check (length(old_digest) = 32),
  old_until_ms integer,
  expires_ms   integer,                                         -- null: never
  created_ms   integer not null,
  recorded_seq integer not null
) strict;

create table upstream (
  no           integer primary key check (no > 0),
  id           blob    not null unique check (length(id) = 16),
  pool_no      integer not null references pool (no),           -- for life
  name         text    not null,
  format       text    not null,
  mode         text    not null check (mode in ('gated', 'sealed')),
  state        text    not null check (state in ('active', 'paused', 'failing', 'deleted')),
  secret       blob,                                            -- sealed; null: deleted
  old_secret   blob,                                            -- the one before, sealed, while both are taken
  old_until_ms integer,
  created_ms   integer not null,
  recorded_seq integer not null
) strict;

create table mcp_token (
  no           integer primary key check (no > 0),
  id           blob    not null unique check (length(id) = 16),
  operator_no  integer not null references operator (no),
  name         text    not null,
  state        text    not null check (state in ('active', 'expired', 'deleted')),
  prefix       text    not null,                                -- the public part: anm_ and 8 characters
  digest       blob    not null unique check (length(digest) = 32),  -- of the whole token
  expires_ms   integer,                                         -- null: never
  created_ms   integer not null,
  recorded_seq integer not null
) strict;

create table setting (                                          -- one that is not here has its default
  name         text    primary key,
  value        text    not null,
  recorded_seq integer not null
) strict, without rowid;

-- 4. Not audited: what a person prefers, and when a credential was last used.
create table preference (
  operator_no integer primary key references operator (no),
  time_zone   text,                                             -- an IANA name; null: the instance's
  shortcuts   integer not null check (shortcuts in (0, 1))      -- whether single keys do something
) strict;

create table saved_view (                                       -- a name for a filter of the audit logs
  no          integer primary key check (no > 0),
  operator_no integer not null references operator (no),        -- whose
  name        text    not null,
  query       text    not null,                                 -- of the address, without position and event
  shared      integer not null check (shared in (0, 1)),        -- by an owner, with everybody
  unique (operator_no, name)
) strict;

create table last_use (
  credential text    not null check (credential in ('key', 'session', 'mcp_token')),
  no         integer not null,                                  -- of the pool_key, session or mcp_token
  used_ms    integer not null,                                  -- written at most once a minute
  primary key (credential, no)
) strict, without rowid;

-- 5. This instance: a check value for each key file beside the database, so that a wrong or
--    missing key is noticed at start.
create table key_check (
  file  text primary key,
  value blob not null check (length(value) = 32)
) strict, without rowid;

-- Three triggers a table: a record's row names the event that is being written with it, changes
-- only together with a newer one, and never disappears.
create trigger pool_insert_names_its_event before insert on pool
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger pool_update_names_its_event before update on pool
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger pool_is_never_deleted before delete on pool
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger pool_detail_key_insert_names_its_event before insert on pool_detail_key
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger pool_detail_key_update_names_its_event before update on pool_detail_key
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger pool_detail_key_is_never_deleted before delete on pool_detail_key
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger operator_insert_names_its_event before insert on operator
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger operator_update_names_its_event before update on operator
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger operator_is_never_deleted before delete on operator
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger assignment_insert_names_its_event before insert on assignment
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger assignment_update_names_its_event before update on assignment
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger assignment_is_never_deleted before delete on assignment
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger second_factor_insert_names_its_event before insert on second_factor
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger second_factor_update_names_its_event before update on second_factor
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger second_factor_is_never_deleted before delete on second_factor
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger recovery_code_insert_names_its_event before insert on recovery_code
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger recovery_code_update_names_its_event before update on recovery_code
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger recovery_code_is_never_deleted before delete on recovery_code
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger invite_insert_names_its_event before insert on invite
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger invite_update_names_its_event before update on invite
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger invite_is_never_deleted before delete on invite
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger invite_pool_insert_names_its_event before insert on invite_pool
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger invite_pool_update_names_its_event before update on invite_pool
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger invite_pool_is_never_deleted before delete on invite_pool
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger session_insert_names_its_event before insert on session
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger session_update_names_its_event before update on session
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger session_is_never_deleted before delete on session
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger pool_key_insert_names_its_event before insert on pool_key
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger pool_key_update_names_its_event before update on pool_key
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger pool_key_is_never_deleted before delete on pool_key
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger upstream_insert_names_its_event before insert on upstream
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger upstream_update_names_its_event before update on upstream
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger upstream_is_never_deleted before delete on upstream
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger mcp_token_insert_names_its_event before insert on mcp_token
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger mcp_token_update_names_its_event before update on mcp_token
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger mcp_token_is_never_deleted before delete on mcp_token
begin select raise(abort, 'records end, they do not disappear'); end;

create trigger setting_insert_names_its_event before insert on setting
when new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger setting_update_names_its_event before update on setting
when new.recorded_seq <= old.recorded_seq or new.recorded_seq is not (select max(seq) from event)
begin select raise(abort, 'a change without its event'); end;
create trigger setting_is_never_deleted before delete on setting
begin select raise(abort, 'records end, they do not disappear'); end;
