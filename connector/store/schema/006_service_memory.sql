-- 006: what the service must not forget when it is ended or cut off.
--
-- Whether the pass that somebody asked for has begun and not come to its end: after a restart it is
-- asked for again.
ALTER TABLE service ADD COLUMN run_begun INTEGER NOT NULL DEFAULT 0 CHECK (run_begun IN (0, 1));

-- When the user did what the feedback tells (UTC), as the client says: of two words on a card the
-- later one counts, whichever comes first. '' of what came before this step.
ALTER TABLE card_feedback ADD COLUMN told TEXT NOT NULL DEFAULT '';

-- Tokens of CDS Hooks that were used, by SHA-256 of issuer and jti, until they would no longer be
-- taken (seconds since 1970).
CREATE TABLE used_token (
    id TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_token_until ON used_token (until);
