-- 001: what the loop of pulling, deriving and writing back remembers.
--
-- Everything belongs to a source, because two servers use the same ids for different people. Keys
-- therefore begin with `source`, and so does every reference between tables: a row cannot point
-- into another source. Times are ISO texts in UTC; an empty text means "none".

CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    base_url TEXT NOT NULL,
    last_mark INTEGER NOT NULL DEFAULT 0 -- the newest mark that a chain was given
) STRICT;

CREATE TABLE lease (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    holder TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT;

-- AUTOINCREMENT: a run's number is never given again, since resources name it for ever.
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES source (id),
    started TEXT NOT NULL,
    as_of TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    software_version TEXT NOT NULL,
    ended TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    summary TEXT NOT NULL DEFAULT '',
    UNIQUE (source, id)
) STRICT;

CREATE TABLE chain (
    source INTEGER NOT NULL REFERENCES source (id),
    chain TEXT NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (source, chain)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain_member (
    source INTEGER NOT NULL,
    member TEXT NOT NULL,
    chain TEXT NOT NULL,
    PRIMARY KEY (source, member),
    FOREIGN KEY (source, chain) REFERENCES chain (source, chain) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX chain_member_chain ON chain_member (source, chain);

-- Append-only. A copy stays as it came; only `gone_run` and `gone_reason` are filled in once, when
-- it stops being the current one: "superseded" by the next row of its reference, "deleted",
-- "moved".
CREATE TABLE resource (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    reference TEXT NOT NULL,
    version TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    last_updated TEXT NOT NULL,
    first_run INTEGER NOT NULL,
    gone_run INTEGER,
    gone_reason TEXT,
    body TEXT NOT NULL,
    CHECK ((gone_run IS NULL) = (gone_reason IS NULL)),
    FOREIGN KEY (source, first_run) REFERENCES run (source, id),
    FOREIGN KEY (source, gone_run) REFERENCES run (source, id)
) STRICT;

CREATE UNIQUE INDEX resource_current ON resource (source, reference) WHERE gone_run IS NULL;

-- Which search of which chain finds a current resource, and the last run in which it did. A
-- resource that is gone has no row here.
CREATE TABLE found (
    source INTEGER NOT NULL,
    chain TEXT NOT NULL,
    search TEXT NOT NULL,
    reference TEXT NOT NULL,
    last_run INTEGER NOT NULL,
    PRIMARY KEY (source, chain, search, reference),
    FOREIGN KEY (source, chain) REFERENCES chain (source, chain),
    FOREIGN KEY (source, last_run) REFERENCES run (source, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX found_reference ON found (source, reference, chain);

CREATE TABLE cursor (
    source INTEGER NOT NULL,
    chain TEXT NOT NULL,
    search TEXT NOT NULL,
    since TEXT NOT NULL,
    full_pull TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (source, chain, search),
    FOREIGN KEY (source, chain) REFERENCES chain (source, chain) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What was unreadable in the pages of a search, with the last run that met it.
CREATE TABLE page_issue (
    source INTEGER NOT NULL,
    chain TEXT NOT NULL,
    search TEXT NOT NULL,
    issue TEXT NOT NULL,
    last_run INTEGER NOT NULL,
    PRIMARY KEY (source, chain, search, issue),
    FOREIGN KEY (source, chain) REFERENCES chain (source, chain),
    FOREIGN KEY (source, last_run) REFERENCES run (source, id)
) STRICT, WITHOUT ROWID;

-- One per chain. `records`, `timeline` and `issues` are JSON lines, each ended by a newline.
CREATE TABLE derivation (
    source INTEGER NOT NULL,
    chain TEXT NOT NULL,
    run INTEGER NOT NULL,
    rules_version TEXT NOT NULL,
    as_of TEXT NOT NULL,
    stable INTEGER NOT NULL CHECK (stable IN (0, 1)),
    mark INTEGER NOT NULL,
    records TEXT NOT NULL,
    timeline TEXT NOT NULL,
    issues TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (source, chain),
    FOREIGN KEY (source, chain) REFERENCES chain (source, chain) ON DELETE CASCADE,
    FOREIGN KEY (source, run) REFERENCES run (source, id)
) STRICT;

CREATE TABLE outbox (
    source INTEGER NOT NULL,
    identifier TEXT NOT NULL,
    chain TEXT NOT NULL,
    patient TEXT NOT NULL,
    param TEXT NOT NULL,
    course INTEGER NOT NULL,
    wanted TEXT NOT NULL,
    wanted_fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    server_id TEXT NOT NULL,
    server_version TEXT NOT NULL,
    server_status TEXT NOT NULL,
    sent TEXT NOT NULL,
    sent_fingerprint TEXT NOT NULL,
    sent_hash TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (source, identifier),
    FOREIGN KEY (source, chain) REFERENCES chain (source, chain)
) STRICT;

CREATE INDEX outbox_chain ON outbox (source, chain);
