-- Bank cards: their bindings step by step, the bound ones, and the codes that their banks are asked for.
-- No column here holds a card's number, a document's, a whole phone number or a code.

-- Times of the last day at which a code was sent, one after the other with a blank between.
ALTER TABLE accounts ADD COLUMN codes_sent text COLLATE "C";

CREATE TABLE bindings (
  shard smallint NOT NULL,
  id text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  begun_at text COLLATE "C" NOT NULL,
  terms text COLLATE "C",
  bank text COLLATE "C",
  card_kind text COLLATE "C" CHECK (card_kind IN ('debit', 'credit', 'prepaid')),
  bin text COLLATE "C",
  last_four text COLLATE "C",
  phone text COLLATE "C",
  card_hash bytea CHECK (length(card_hash) = 32),
  opening text COLLATE "C",
  code_sent_at text COLLATE "C",
  refused_at text COLLATE "C",
  causes text COLLATE "C" CHECK ((causes IS NULL) = (refused_at IS NULL)),
  state text COLLATE "C" NOT NULL
    CHECK (state IN ('terms', 'card_details', 'sms_code', 'sending', 'opening', 'bound', 'abandoned')),
  state_at text COLLATE "C" NOT NULL,
  CHECK ((bank IS NULL) = (card_hash IS NULL)),
  PRIMARY KEY (shard, id)
);
CREATE UNIQUE INDEX bindings_by_opening ON bindings (shard, opening) WHERE opening IS NOT NULL;

CREATE TABLE cards (
  shard smallint NOT NULL,
  instrument text COLLATE "C" NOT NULL,
  bank text COLLATE "C" NOT NULL,
  card_kind text COLLATE "C" NOT NULL CHECK (card_kind IN ('debit', 'credit', 'prepaid')),
  bin text COLLATE "C" NOT NULL,
  last_four text COLLATE "C" NOT NULL CHECK (length(last_four) = 4),
  phone text COLLATE "C" NOT NULL,
  card_hash bytea NOT NULL CHECK (length(card_hash) = 32),
  token text COLLATE "C" NOT NULL,
  token_ends_at text COLLATE "C",
  opening text COLLATE "C" NOT NULL,
  bound_at text COLLATE "C" NOT NULL,
  last_good_use text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('bound', 'switched_off', 'stale', 'unbinding', 'unbound')),
  state_at text COLLATE "C" CHECK ((state = 'bound') = (state_at IS NULL)),
  PRIMARY KEY (shard, instrument)
);

-- The bank's code that a leg waits for; `code_asked_at` is kept as long as its sendings count.
ALTER TABLE legs ADD COLUMN code_attempt text COLLATE "C";
ALTER TABLE legs ADD COLUMN code_instrument text COLLATE "C";
ALTER TABLE legs ADD COLUMN code_asked_at text COLLATE "C";
ALTER TABLE legs ADD COLUMN code_answered boolean;
ALTER TABLE legs ADD COLUMN codes_sent text COLLATE "C";

ALTER TABLE instruments DROP CONSTRAINT instruments_kind_check;
ALTER TABLE instruments ADD CONSTRAINT instruments_kind_check CHECK (kind IN ('wallet', 'mandate', 'confirmed', 'card'));

ALTER TABLE attempts DROP CONSTRAINT attempts_permission_check;
ALTER TABLE attempts ADD CONSTRAINT attempts_permission_check
CHECK (permission IN ('mandate', 'channel_page', 'payment_code', 'token'));

-- A job without a payment may also be about a binding or an instrument.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check
CHECK (kind IN ('resolve_attempt', 'return_late_success', 'end_fold', 'send_bank_code', 'resolve_opening', 'delete_token'));
ALTER TABLE jobs DROP CONSTRAINT jobs_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_check CHECK ((subject IS NOT NULL) = (kind IN ('end_fold', 'resolve_opening', 'delete_token')));
