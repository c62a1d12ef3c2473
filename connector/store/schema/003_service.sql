-- 003: what people and the service remember.
--
-- One row per source: whether its schedule is paused, and whether somebody asked for a pass at once
-- that has not begun yet.
CREATE TABLE service (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    run_wanted INTEGER NOT NULL DEFAULT 0 CHECK (run_wanted IN (0, 1))
) STRICT;

-- What users did with the cards of CDS Hooks; the newest word on a card. No comments: they may say
-- anything of a patient.
CREATE TABLE card_feedback (
    source INTEGER NOT NULL REFERENCES source (id),
    service TEXT NOT NULL,
    card TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    suggestions INTEGER NOT NULL,
    received TEXT NOT NULL,
    PRIMARY KEY (source, service, card)
) STRICT, WITHOUT ROWID;
