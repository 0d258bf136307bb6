-- As a later version of tantu leaves it.
INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
SELECT 999, name, applied_on, checksum FROM refinery_schema_history LIMIT 1;
