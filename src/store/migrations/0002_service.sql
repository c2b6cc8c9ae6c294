-- Why: many conversations at once, and people who come in. A channel may have several points (kiosks, tables), each with
-- a conversation of its own. Channels and shops had the names that are shown; now they have keys: channels get theirs here,
-- a shop's when it opens the database. What is put aside at parting is found again by its code. A hand-over waits for a
-- person: pending, then claimed, then released or closed. `cart` and `orders` are JSON, as they were when it was opened.

ALTER TABLE conversations ADD COLUMN point TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN code INTEGER;

-- No key has a colon: what is found under a shown name is told from what is under a key.
UPDATE conversations SET shop = 'name:' || shop;
UPDATE conversations SET channel = 'voice' WHERE channel IN ('local', 'microphone');
UPDATE conversations SET channel = 'typed' WHERE channel = 'chat';
UPDATE conversations SET channel = 'recordings' WHERE channel = 'wav';

DROP INDEX conversations_live;
CREATE INDEX conversations_live ON conversations (shop, channel, point) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX conversations_put_aside ON conversations (shop, code) WHERE code IS NOT NULL;
CREATE INDEX carts_by_age ON carts (updated_at);

CREATE TABLE handovers (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    -- The turn that asked for it: a turn that is tried again opens no second one.
    turn            INTEGER NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('asked', 'accepted')),
    summary         TEXT NOT NULL,
    cart            TEXT NOT NULL,
    orders          TEXT NOT NULL,
    opened_at       INTEGER NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('pending', 'claimed', 'released', 'closed')),
    claimed_by      TEXT,
    -- Somebody was told of it.
    told            INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
    changed_at      INTEGER NOT NULL,
    UNIQUE (conversation_id, turn)
) STRICT;

CREATE INDEX handovers_by_status ON handovers (status, id);
