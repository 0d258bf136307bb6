-- As a backup of an earlier time brings it back.
DELETE FROM refinery_schema_history WHERE version > 1;
