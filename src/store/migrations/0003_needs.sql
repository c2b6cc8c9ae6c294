-- Why: allergies and diets that were stated stand with the cart and on the order, for who makes it. JSON.

ALTER TABLE carts ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE orders ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
