-- 005: a run may be of some patients only, whom notifications told of. It counts for nothing that
-- asks how old the data are or when the next run is due.
ALTER TABLE run ADD COLUMN partial INTEGER NOT NULL DEFAULT 0 CHECK (partial IN (0, 1));
