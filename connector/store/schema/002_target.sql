-- 002: the outbox belongs to one target; what was refused is tried again; what is to be forgotten.
--
-- `target`: the base URL of the server that the outbox knows about, empty: not yet said. What was
-- known before this step is of the target that the next pass names.
ALTER TABLE source ADD COLUMN target TEXT NOT NULL DEFAULT '';

-- The patient opted out: what is there is taken back, whoever has signed or edited it.
ALTER TABLE outbox ADD COLUMN forget INTEGER NOT NULL DEFAULT 0 CHECK (forget IN (0, 1));

-- Day and software version of the last refusal.
ALTER TABLE outbox ADD COLUMN refused_on TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN refused_by TEXT NOT NULL DEFAULT '';
