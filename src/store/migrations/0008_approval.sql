-- Why: what only a person may let go (an age, a large order) is let go by giving the hand-over back, approved: for the cart that it
-- holds, and no other.

ALTER TABLE handovers ADD COLUMN approved INTEGER NOT NULL DEFAULT 0 CHECK (approved IN (0, 1));
