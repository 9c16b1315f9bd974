-- What is given back, for the fiscal service, where the shop said it.
ALTER TABLE refunds ADD COLUMN receipt TEXT;
-- Which refund a shop's signed token brought.
CREATE TABLE refund_tokens (
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    book BIGINT NOT NULL CHECK (book >= 0),
    refund BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (digest, book)
);
-- Payment links that shops issue, with what their payments say as JSON. `words` is what is searched, in small
-- letters.
CREATE TABLE invoices (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    shop BIGINT NOT NULL,
    order_number BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('one_time', 'reusable')),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    amount BIGINT NOT NULL CHECK (amount > 0),
    terms TEXT NOT NULL,
    allowed TEXT NOT NULL,
    receipt TEXT,
    comment TEXT NOT NULL,
    words TEXT NOT NULL,
    no_free_sale BIGINT NOT NULL CHECK (no_free_sale IN (0, 1)),
    content BLOB NOT NULL CHECK (length(content) = 32),
    ends_at BIGINT,
    payment BIGINT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
CREATE INDEX invoices_of_shop ON invoices (shop, book, number);
CREATE INDEX invoices_by_order ON invoices (shop, book, order_number);
-- Which link opened a payment.
CREATE TABLE invoice_payments (
    payment BIGINT NOT NULL CHECK (payment >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    invoice BIGINT NOT NULL,
    PRIMARY KEY (payment, book)
);
CREATE INDEX invoice_payments_of_invoice ON invoice_payments (invoice, book);
