-- 007: when the newest pass that pulled all of a chain began (UTC). One that the server refuses keeps
-- what was known of it, and nobody is to take that for news. '' of what was pulled before this step.
ALTER TABLE chain ADD COLUMN pulled TEXT NOT NULL DEFAULT '';
