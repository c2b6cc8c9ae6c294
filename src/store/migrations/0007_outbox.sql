-- Why: what is to be told elsewhere of an order (a ticket, a webhook) is recorded with it, in the same transaction, and brought
-- there afterwards, as often as it takes. `id` stays the same at every try. `payload` goes once it has arrived.

CREATE TABLE outbox (
    id         TEXT PRIMARY KEY,
    order_id   INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
    -- Stable key.
    shop       TEXT NOT NULL,
    -- Of the ticket or webhook, as the shop's description calls it.
    outlet     TEXT NOT NULL,
    payload    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'arrived', 'given_up')),
    tries      INTEGER NOT NULL DEFAULT 0,
    -- When it is tried next.
    next_at    INTEGER NOT NULL,
    -- Why the last try failed.
    trouble    TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_waiting ON outbox (shop, outlet, next_at) WHERE state = 'waiting';
CREATE INDEX outbox_of ON outbox (order_id);
