-- A server whose clock is wrong: whoever asks for the time finds this function before the server's own.
CREATE SCHEMA IF NOT EXISTS wrong;
CREATE OR REPLACE FUNCTION wrong.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
$$ SELECT pg_catalog.clock_timestamp() + interval '{ahead}' $$;
