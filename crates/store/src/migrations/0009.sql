-- Where a statement of the payment's state goes under our own signature; nothing where the order named no address.
ALTER TABLE payments ADD COLUMN statement_to TEXT;
-- What a notice says, and the attempt that it names; notices from before there were statements name none.
ALTER TABLE notices ADD COLUMN kind TEXT NOT NULL DEFAULT 'fields';
ALTER TABLE notices ADD COLUMN attempt BIGINT;
-- Receipts that a shop attached to an order after it was paid, under numbers of its own, and how many an order has.
ALTER TABLE payments ADD COLUMN receipts_attached BIGINT NOT NULL DEFAULT 0;
CREATE TABLE attached_receipts (
    name TEXT NOT NULL,
    shop BIGINT NOT NULL,
    book BIGINT NOT NULL CHECK (book >= 0),
    payment BIGINT NOT NULL,
    receipt TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    attached_at BIGINT NOT NULL,
    PRIMARY KEY (name, shop, book)
);
