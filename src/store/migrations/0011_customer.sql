-- Why: who has an account is known by its code: promotions are for groups of them, and for a first order. Which orders are whose
-- tells whether one is the first.

ALTER TABLE accounts ADD COLUMN groups TEXT NOT NULL DEFAULT '[]';
-- JSON, NULL as JSON where nobody is known.
ALTER TABLE carts ADD COLUMN customer TEXT NOT NULL DEFAULT 'null';
ALTER TABLE orders ADD COLUMN customer_id INTEGER REFERENCES accounts;

UPDATE orders SET customer_id =
    (SELECT account_id FROM payments WHERE order_id = orders.id AND account_id IS NOT NULL LIMIT 1);

CREATE INDEX orders_of ON orders (customer_id) WHERE customer_id IS NOT NULL;
