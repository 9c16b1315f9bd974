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
