-- Why: what must outlive the process. A conversation with its turns, the cart it has come to, and the orders placed.
-- Carts name items and options by the shop's stable keys, so that a changed menu finds them again; the titles stand
-- beside them to say what has gone. Orders keep titles and prices as they were. Amounts are minor units of the currency.
-- Times are milliseconds since 1970, UTC. Choices, notes, acts and totals are JSON: they are read and written whole.

CREATE TABLE conversations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    channel     TEXT NOT NULL,
    shop        TEXT NOT NULL,
    -- Digest of the shop's keys: whether ids in `state` still mean the same.
    shop_digest TEXT NOT NULL,
    -- The dialogue's own JSON; NULL before the first turn.
    state       TEXT,
    turns       INTEGER NOT NULL DEFAULT 0,
    started_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    ended_at    INTEGER
) STRICT;

CREATE INDEX conversations_live ON conversations (channel, shop, updated_at) WHERE ended_at IS NULL;

-- A cart exists as long as its conversation has one, and goes when it expires.
CREATE TABLE carts (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversations ON DELETE CASCADE,
    next_line       INTEGER NOT NULL,
    customer_name   TEXT,
    choices         TEXT NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE cart_lines (
    conversation_id INTEGER NOT NULL REFERENCES carts ON DELETE CASCADE,
    line            INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    item            TEXT NOT NULL,
    title           TEXT NOT NULL,
    -- Pieces; thousandths of the unit where measured.
    quantity        INTEGER NOT NULL CHECK (quantity > 0),
    measured        INTEGER NOT NULL CHECK (measured IN (0, 1)),
    choices         TEXT NOT NULL,
    notes           TEXT NOT NULL,
    PRIMARY KEY (conversation_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    number          INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    shop            TEXT NOT NULL,
    currency        TEXT NOT NULL,
    customer_name   TEXT,
    options         TEXT NOT NULL,
    totals          TEXT NOT NULL,
    placed_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
    line     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item     TEXT NOT NULL,
    title    TEXT NOT NULL,
    price    INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    measured INTEGER NOT NULL CHECK (measured IN (0, 1)),
    unit     TEXT,
    options  TEXT NOT NULL,
    notes    TEXT NOT NULL,
    totals   TEXT NOT NULL,
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;

-- What happened to a line after the order was placed; only ever appended. What is fulfilled is the sum.
CREATE TABLE order_events (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('fulfilled', 'removed')),
    amount   INTEGER NOT NULL CHECK (amount > 0),
    at       INTEGER NOT NULL,
    FOREIGN KEY (order_id, line) REFERENCES order_lines ON DELETE CASCADE
) STRICT;

CREATE TABLE turns (
    conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    transcript      TEXT NOT NULL,
    acts            TEXT NOT NULL,
    reply           TEXT NOT NULL,
    times           TEXT NOT NULL,
    order_id        INTEGER REFERENCES orders,
    at              INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, number)
) STRICT, WITHOUT ROWID;

-- A key and its effect stand or fall together.
CREATE TABLE idempotency_keys (
    key             TEXT PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    order_id        INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
    at              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
