-- 004: what a past report was made from, so that it can be made again and compared with another.
--
-- Nothing is kept twice: a row of `past_derivation` serves every report from `first_run` until
-- `gone_run` (NULL: it is still so), and rows are made only for what a report has used, so that the
-- table grows with what changes and not with the number of passes.

-- What a report reads of a chain's derivation, packed, without the cut: a stable derivation is shown
-- with the cut of each report. `members`: the chain's identities then, each between two newlines, so
-- that whoever opts out later is found (R9.6). `held`: there was something in it.
CREATE TABLE past_derivation (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    chain TEXT NOT NULL,
    members TEXT NOT NULL,
    first_run INTEGER NOT NULL,
    gone_run INTEGER,
    hash TEXT NOT NULL,
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    body BLOB NOT NULL,
    FOREIGN KEY (source, first_run) REFERENCES run (source, id),
    FOREIGN KEY (source, gone_run) REFERENCES run (source, id)
) STRICT;

CREATE UNIQUE INDEX past_derivation_now ON past_derivation (source, chain) WHERE gone_run IS NULL;

-- What else a report was made with (settings, versions, hashes of its files), packed; by its hash,
-- because passes that change nothing have the same. Nothing of a patient stands in it.
CREATE TABLE report_account (
    source INTEGER NOT NULL REFERENCES source (id),
    hash TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (source, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
    source INTEGER NOT NULL,
    run INTEGER NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (source, run),
    FOREIGN KEY (source, run) REFERENCES run (source, id),
    FOREIGN KEY (source, account) REFERENCES report_account (source, hash)
) STRICT, WITHOUT ROWID;

-- Chains that could not be pulled in the run and kept the cut of an earlier one.
CREATE TABLE report_left_alone (
    source INTEGER NOT NULL,
    run INTEGER NOT NULL,
    chain TEXT NOT NULL,
    as_of TEXT NOT NULL,
    PRIMARY KEY (source, run, chain),
    FOREIGN KEY (source, run) REFERENCES report (source, run)
) STRICT, WITHOUT ROWID;

-- Records of the same chain by other longest gaps between rounds, where they differ.
ALTER TABLE derivation ADD COLUMN otherwise TEXT NOT NULL DEFAULT '{}';

-- What was derived before this step has none of these: the next pass derives it again.
UPDATE derivation SET mark = -1;
