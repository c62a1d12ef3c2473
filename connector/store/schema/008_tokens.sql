-- 008: used tokens stand in a file of their own (token_store.hpp).
DROP TABLE used_token;

-- Changed to see whether anything can be: SQLite writes nothing of a row that stays as it was.
ALTER TABLE service ADD COLUMN probed INTEGER NOT NULL DEFAULT 0;
