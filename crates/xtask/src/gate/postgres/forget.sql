-- The control: every transaction that changes a row ends before it is on the disk. A setting of the cluster, the database or
-- the role would not do: every connection of ours insists on synchronous_commit, so it is taken back inside the transaction.
CREATE FUNCTION gate_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  RETURN NULL;
END $$;

DO $$
DECLARE
  kept regclass;
BEGIN
  FOR kept IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('CREATE TRIGGER gate_forget BEFORE INSERT OR UPDATE OR DELETE ON %s EXECUTE FUNCTION gate_forget()', kept);
  END LOOP;
END $$;
