-- What one currency is worth in another, from a moment on: only ever added, and its own key. A shop of zero is
-- everybody's.
CREATE TABLE rates (
    number BIGINT NOT NULL CHECK (number >= 0),
    priced_in TEXT NOT NULL CHECK (length(priced_in) BETWEEN 3 AND 4),
    paid_in TEXT NOT NULL CHECK (length(paid_in) BETWEEN 3 AND 4),
    units BIGINT NOT NULL CHECK (units > 0),
    decimals BIGINT NOT NULL CHECK (decimals BETWEEN 0 AND 9),
    shop BIGINT NOT NULL CHECK (shop >= 0),
    shop_book BIGINT NOT NULL CHECK (shop_book >= 0),
    valid_from BIGINT NOT NULL,
    book BIGINT NOT NULL CHECK (book = 0),
    PRIMARY KEY (number, priced_in, paid_in, units, decimals, shop, shop_book, valid_from, book),
    CHECK (priced_in <> paid_in)
);
CREATE INDEX rates_in_force ON rates (book, priced_in, paid_in, shop, valid_from, number);

-- The price in another currency that a sum was made from, what other shops get of it, and how much of it ever
-- left for their books.
ALTER TABLE payments ADD COLUMN price TEXT;
ALTER TABLE payments ADD COLUMN split TEXT;
ALTER TABLE payments ADD COLUMN passed BIGINT NOT NULL DEFAULT 0 CHECK (passed >= 0);

-- Money between two books: the sender's side, and what it came to on the receiver's.
CREATE TABLE moves (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    payment BIGINT NOT NULL,
    to_shop BIGINT NOT NULL,
    to_book BIGINT NOT NULL CHECK (to_book >= 0),
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    amount BIGINT NOT NULL CHECK (amount > 0),
    method TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'in_transit' OR state = 'arrived' OR state = 'returned'),
    tries BIGINT NOT NULL CHECK (tries >= 0),
    sent_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (number, book)
);
CREATE INDEX moves_of_payment ON moves (payment, book);
CREATE INDEX moves_under_way ON moves (number, book) WHERE state = 'in_transit';

CREATE TABLE move_ends (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    from_book BIGINT NOT NULL CHECK (from_book >= 0),
    payment BIGINT,
    method TEXT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
