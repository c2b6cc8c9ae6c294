-- Why: what is counted is never sold twice. `things` are items by their key, and options by `list/option`; `amount` is in
-- pieces or thousandths of the unit, and NULL where it is not counted. What is gone may be back at a time. A reservation
-- holds part of the amount for a conversation at its checkout, until it expires.

CREATE TABLE stock (
    shop       TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('item', 'option')),
    thing      TEXT NOT NULL,
    amount     INTEGER CHECK (amount >= 0),
    -- Gone, and until when; the largest number where nobody knows.
    gone_until INTEGER,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (shop, kind, thing)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
    conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    shop            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    thing           TEXT NOT NULL,
    amount          INTEGER NOT NULL CHECK (amount > 0),
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (shop, kind, thing, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reservations_of ON reservations (conversation_id);
