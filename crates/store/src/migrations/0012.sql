-- Money on its way out of a seller's balance. The number that it goes to is sealed in `account`; `mask` is what
-- people may see of it. `request` is the call by which it was sent, without secrets. Entries and exchanges of a
-- payout name it where others name their payment: both are numbered from one source.
CREATE TABLE payouts (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    shop BIGINT NOT NULL,
    own_number TEXT NOT NULL,
    description TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    amount BIGINT NOT NULL CHECK (amount > 0),
    fee BIGINT NOT NULL CHECK (fee >= 0),
    kind TEXT NOT NULL CHECK (kind = 'card' OR kind = 'phone' OR kind = 'wallet'),
    account TEXT NOT NULL,
    mask TEXT NOT NULL,
    bank TEXT,
    provider BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'asked' OR state = 'approved' OR state = 'sent' OR state = 'settled'
        OR state = 'bounced'),
    reason TEXT,
    request TEXT,
    request_saved_at BIGINT,
    memo TEXT,
    checks BIGINT NOT NULL CHECK (checks >= 0),
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (number, book),
    CHECK ((reason IS NOT NULL) = (state = 'bounced')),
    CHECK ((request IS NULL) = (request_saved_at IS NULL))
);
CREATE INDEX payouts_of_shop ON payouts (shop, book, number);
CREATE INDEX payouts_under_way ON payouts (number, book)
    WHERE state = 'asked' OR state = 'approved' OR state = 'sent';

-- Which payout a shop's own number means.
CREATE TABLE payout_numbers (
    own_number TEXT NOT NULL,
    shop BIGINT NOT NULL,
    book BIGINT NOT NULL CHECK (book >= 0),
    payout BIGINT NOT NULL,
    PRIMARY KEY (own_number, shop, book)
);
