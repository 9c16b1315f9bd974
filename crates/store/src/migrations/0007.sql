-- Payers' methods that a provider keeps: under the number of the attempt that had them kept. The token is sealed.
CREATE TABLE stored_methods (
    number BIGINT NOT NULL,
    book BIGINT NOT NULL,
    shop BIGINT NOT NULL,
    provider BIGINT NOT NULL,
    payment BIGINT NOT NULL,
    method TEXT NOT NULL,
    token TEXT NOT NULL,
    mask TEXT NOT NULL,
    state TEXT NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
-- Whether a payment or an attempt has a method kept, or uses a kept one, and which; nothing means neither.
ALTER TABLE payments ADD COLUMN reuse TEXT;
ALTER TABLE payments ADD COLUMN stored BIGINT;
ALTER TABLE attempts ADD COLUMN reuse TEXT;
ALTER TABLE attempts ADD COLUMN stored BIGINT;
