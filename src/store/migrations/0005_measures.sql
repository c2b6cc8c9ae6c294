-- Why: a measure is kept so finely that it is priced exactly (an ounce of what is sold by the pound). `quantity` stays in
-- thousandths; `over` is what these leave over, in millionths of the unit, and may be less than nothing.

ALTER TABLE cart_lines ADD COLUMN over INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN over INTEGER NOT NULL DEFAULT 0;
