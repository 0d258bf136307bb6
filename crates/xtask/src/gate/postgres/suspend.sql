-- The control: the writer behind the commits sleeps. By itself it hands every full page of the write log to the kernel, where
-- no stop of the server can lose it; then a stop loses a commit or two, and now and then none.
COPY (SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter') TO PROGRAM 'read -r writer && kill -STOP "$writer"';
