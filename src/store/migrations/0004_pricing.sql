-- Why: what a customer said of the price stands with the cart: keys of promotions whose codes were given, and the tip. An
-- order keeps the tax that its prices held already, which is no part of any sum. All are JSON.

ALTER TABLE carts ADD COLUMN vouchers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE carts ADD COLUMN tip TEXT NOT NULL DEFAULT 'null';
ALTER TABLE orders ADD COLUMN included_taxes TEXT NOT NULL DEFAULT '[]';
