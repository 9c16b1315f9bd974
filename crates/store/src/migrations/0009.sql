-- Where a statement of the payment's state goes under our own signature; nothing where the order named no address.
ALTER TABLE payments ADD COLUMN statement_to TEXT;
-- What a notice says, and the attempt that it names; notices from before there were statements name none.
ALTER TABLE notices ADD COLUMN kind TEXT NOT NULL DEFAULT 'fields';
ALTER TABLE notices ADD COLUMN attempt BIGINT;
