-- Why: orders are paid. A payment is recorded with its order, in the same transaction; what another machine must do for it is asked
-- afterwards, under an id that never changes, and settled when the answer is there. Until then the order is pending: it has its
-- number, its stock is taken, and nobody is told of it. Refused or given up, it is canceled, and all that it took comes back.

ALTER TABLE orders ADD COLUMN standing TEXT NOT NULL DEFAULT 'placed' CHECK (standing IN ('pending', 'placed', 'canceled'));

-- Money that the shop holds for somebody (a gift card, points) or lends (a house account), by a code that only its hash is kept of.
CREATE TABLE accounts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Stable key.
    shop       TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('gift_card', 'house_account', 'loyalty')),
    -- Whom or what it is for, as the owner calls it.
    title      TEXT NOT NULL,
    code_hash  TEXT NOT NULL,
    currency   TEXT NOT NULL,
    -- How far below nothing it may go.
    credit     INTEGER NOT NULL DEFAULT 0 CHECK (credit >= 0),
    blocked    INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)),
    created_at INTEGER NOT NULL,
    UNIQUE (shop, code_hash)
) STRICT;

-- What codes are hashed with: made of chance, once.
CREATE TABLE code_salt (salt TEXT NOT NULL) STRICT;
INSERT INTO code_salt VALUES (lower(hex(randomblob(16))));

CREATE TABLE payments (
    -- Made of chance; what the other side knows repeats by.
    id         TEXT PRIMARY KEY,
    order_id   INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    -- Stable key.
    shop       TEXT NOT NULL,
    method     TEXT NOT NULL CHECK (method IN ('counter', 'cash', 'card', 'account')),
    account_id INTEGER REFERENCES accounts,
    currency   TEXT NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    -- Cash that was promised.
    tendered   INTEGER,
    status     TEXT NOT NULL CHECK (status IN ('due', 'begun', 'pending', 'succeeded', 'declined', 'canceled')),
    -- What the other side says that it took, where it took anything.
    taken      INTEGER,
    -- Asked to be given up, should it not have gone through.
    canceling  INTEGER NOT NULL DEFAULT 0 CHECK (canceling IN (0, 1)),
    -- The other side's own name for it.
    reference  TEXT,
    -- Where somebody can pay it themselves.
    link       TEXT,
    decline    TEXT,
    -- What the order took off the stock, to be given back: JSON.
    takes      TEXT NOT NULL DEFAULT '[]',
    tries      INTEGER NOT NULL DEFAULT 0,
    -- In a row, that brought no answer.
    failures   INTEGER NOT NULL DEFAULT 0,
    -- Something of it may have reached the other side; 0 is certain.
    asked      INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1)),
    next_at    INTEGER NOT NULL,
    -- Why the other side could not be asked, or what a person must look at.
    trouble    TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX payments_of ON payments (order_id);
CREATE INDEX payments_talked ON payments (conversation_id);
CREATE INDEX payments_open ON payments (shop, next_at) WHERE status IN ('begun', 'pending');

-- What an account holds is their sum. Only ever appended.
CREATE TABLE account_entries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    payment_id TEXT REFERENCES payments,
    kind       TEXT NOT NULL CHECK (kind IN ('loaded', 'spent', 'given_back')),
    amount     INTEGER NOT NULL,
    at         INTEGER NOT NULL
) STRICT;

CREATE INDEX account_entries_of ON account_entries (account_id);

CREATE TABLE refunds (
    -- Made of chance; what the other side knows repeats by.
    id         TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES payments,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    why        TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('begun', 'succeeded', 'declined')),
    reference  TEXT,
    tries      INTEGER NOT NULL DEFAULT 0,
    failures   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER NOT NULL,
    trouble    TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_of ON refunds (payment_id);
CREATE INDEX refunds_open ON refunds (next_at) WHERE status = 'begun';
