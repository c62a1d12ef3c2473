-- 008: used tokens stand in a file of their own (token_store.hpp).
DROP TABLE used_token;
