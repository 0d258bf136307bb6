-- Fills a small disk to the last page.
CREATE TABLE filler (page text) TABLESPACE small;
ALTER TABLE filler ALTER COLUMN page SET STORAGE PLAIN;
CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$
BEGIN
  FOR pages IN REVERSE 9..0 LOOP
    LOOP
      BEGIN
        INSERT INTO filler SELECT repeat('x', 8000) FROM generate_series(1, (2 ^ pages)::integer);
      EXCEPTION WHEN disk_full THEN EXIT;
      END;
      COMMIT;
    END LOOP;
  END LOOP;
END $$;
