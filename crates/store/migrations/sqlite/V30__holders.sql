-- By which the same person is known again: 32 bytes of a keyed hash over name and document, then the name with all but its first
-- letter hidden. Whose an account, a card and a binding are, so that nobody pays with somebody else's card.

ALTER TABLE accounts ADD COLUMN holder BLOB;
ALTER TABLE bindings ADD COLUMN holder BLOB;
ALTER TABLE cards ADD COLUMN holder BLOB;
