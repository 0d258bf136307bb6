-- What is used of an account's windows in a month is one row: the month's sum, and each day's. Payments change it together.

LOCK TABLE limit_uses IN ACCESS EXCLUSIVE MODE;

-- `days` begins at the first day that was counted in, as its lower bound says. Nothing stands where nothing was counted.
CREATE TABLE limit_months (
  shard smallint NOT NULL,
  account text COLLATE "C" NOT NULL,
  product text COLLATE "C" NOT NULL,
  month text COLLATE "C" NOT NULL,
  used bigint CHECK (used >= 0),
  days bigint[] NOT NULL CHECK (0 <= ALL (days)),
  currency text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, account, product, month)
) WITH (fillfactor = 70);

INSERT INTO limit_months
SELECT shard, account, product, month, max(used) FILTER (WHERE span = 'month'),
  (SELECT array_agg(of_day.used ORDER BY day) FROM generate_series(1, 31) AS day LEFT JOIN limit_uses AS of_day
   ON of_day.shard = counted.shard AND of_day.account = counted.account AND of_day.product = counted.product AND of_day.span = 'day'
   AND of_day.starts_on = left(month, 8) || lpad(day::text, 2, '0')),
  min(currency)
FROM (SELECT *, left(starts_on, 8) || '01' AS month FROM limit_uses) AS counted GROUP BY shard, account, product, month;

DROP TABLE limit_uses;
CREATE VIEW limit_uses AS
SELECT shard, account, product, 'month'::text COLLATE "C" AS span, month AS starts_on, used, currency FROM limit_months WHERE used IS NOT NULL
UNION ALL
SELECT shard, account, product, 'day', left(month, 8) || lpad(day.number::text, 2, '0'), day.used, currency
FROM limit_months, LATERAL (SELECT generate_subscripts(days, 1) AS number, unnest(days) AS used) AS day WHERE day.used IS NOT NULL;
