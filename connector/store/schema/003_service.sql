-- 003: what people and the service remember.
--
-- One row per source: whether its schedule is paused, and whether somebody asked for a pass at once
-- that has not begun yet.
CREATE TABLE service (
    source INTEGER PRIMARY KEY REFERENCES source (id),
    paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    run_wanted INTEGER NOT NULL DEFAULT 0 CHECK (run_wanted IN (0, 1))
) STRICT;
