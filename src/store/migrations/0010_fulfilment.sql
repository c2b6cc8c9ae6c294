-- Why: where an order goes (a table, a name and a time, an address) stands with the cart and on the order. JSON. `due` is when an
-- order is wanted, in minutes since 1970 by the clocks of the shop, and NULL for as soon as can be: what is wanted much later
-- does not stand in the queue yet.

ALTER TABLE carts ADD COLUMN destination TEXT NOT NULL DEFAULT '{}';
ALTER TABLE orders ADD COLUMN fulfillment TEXT NOT NULL DEFAULT 'null';
ALTER TABLE orders ADD COLUMN due INTEGER;
