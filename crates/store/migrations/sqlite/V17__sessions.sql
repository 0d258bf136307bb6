-- A link ends when it is used, and a session when its payer signs out.
ALTER TABLE sessions RENAME COLUMN used_at TO ended_at;
