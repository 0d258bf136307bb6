-- Somebody else's.
CREATE TABLE letters (body text);
