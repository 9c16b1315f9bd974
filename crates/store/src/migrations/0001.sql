-- The first schema. Types are those that every engine knows: TEXT, BIGINT, BLOB. Flags are 0 and 1,
-- times microseconds UTC, amounts minor units beside the code of their currency. Every key contains
-- the book, save for small reference tables, directories and rows of nodes. Lists of three and more
-- words are written out: for IN, SQLite fills a table of its own with them, anew for every row it checks.

CREATE TABLE nodes (
    node BIGINT NOT NULL PRIMARY KEY CHECK (node BETWEEN 0 AND 63),
    reserved_until BIGINT NOT NULL
);

CREATE TABLE writers (
    writer BIGINT NOT NULL PRIMARY KEY,
    turn BIGINT NOT NULL CHECK (turn >= 0)
);

CREATE TABLE sealed_keys (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
);

CREATE TABLE installation (
    book BIGINT NOT NULL PRIMARY KEY CHECK (book = 0),
    kind TEXT NOT NULL CHECK (kind IN ('live', 'test')),
    next_seller BIGINT NOT NULL CHECK (next_seller >= 0)
);

CREATE TABLE sellers (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    name TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    zone TEXT NOT NULL,
    turnover TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);

CREATE TABLE shops (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    seller BIGINT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    algorithm TEXT NOT NULL,
    passwords TEXT NOT NULL,
    result_url TEXT,
    result_verb TEXT,
    success_url TEXT,
    success_verb TEXT,
    fail_url TEXT,
    fail_verb TEXT,
    domains TEXT NOT NULL,
    switches TEXT NOT NULL,
    methods TEXT NOT NULL,
    buyer_share BIGINT NOT NULL CHECK (buyer_share BETWEEN 0 AND 1000),
    two_step BIGINT NOT NULL CHECK (two_step IN (0, 1)),
    lifetime_s BIGINT NOT NULL CHECK (lifetime_s >= 0),
    grace_s BIGINT NOT NULL CHECK (grace_s >= 0),
    delay TEXT NOT NULL CHECK (delay IN ('days', 'seconds')),
    delay_count BIGINT NOT NULL CHECK (delay_count >= 0),
    zone TEXT NOT NULL,
    last_number BIGINT NOT NULL CHECK (last_number >= 0),
    version BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
CREATE INDEX shops_of_seller ON shops (book, seller);

CREATE TABLE provider_accounts (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    connector TEXT NOT NULL,
    name TEXT NOT NULL,
    base_url TEXT NOT NULL,
    settings TEXT NOT NULL,
    serves_live BIGINT NOT NULL CHECK (serves_live IN (0, 1)),
    serves_test BIGINT NOT NULL CHECK (serves_test IN (0, 1)),
    methods TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    version BIGINT NOT NULL,
    PRIMARY KEY (number, book),
    UNIQUE (name, book)
);

CREATE TABLE tariffs (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    seller BIGINT,
    seller_book BIGINT,
    shop BIGINT,
    shop_book BIGINT,
    method TEXT,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    steps TEXT NOT NULL,
    refund_fee TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    version BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);

CREATE TABLE payments (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    shop BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'open' OR state = 'held' OR state = 'capturing' OR state = 'releasing'
        OR state = 'closing' OR state = 'paid' OR state = 'cancelled' OR state = 'expired'),
    state_until BIGINT,
    state_amount BIGINT CHECK (state_amount >= 0),
    closing_why TEXT,
    order_number BIGINT NOT NULL,
    sum_text TEXT NOT NULL,
    description TEXT NOT NULL,
    email TEXT,
    payer_ip TEXT,
    language TEXT,
    custom TEXT NOT NULL,
    success_url TEXT,
    success_verb TEXT,
    fail_url TEXT,
    fail_verb TEXT,
    preferred TEXT,
    allowed TEXT NOT NULL,
    hold BIGINT NOT NULL CHECK (hold IN (0, 1)),
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    captured BIGINT NOT NULL CHECK (captured >= 0),
    refunded BIGINT NOT NULL CHECK (refunded >= 0),
    unsettled BIGINT NOT NULL,
    settled BIGINT NOT NULL CHECK (settled IN (0, 1)),
    fee BIGINT NOT NULL CHECK (fee >= 0),
    fee_returned BIGINT NOT NULL CHECK (fee_returned >= 0),
    credit BIGINT NOT NULL CHECK (credit >= 0),
    unclaimed BIGINT NOT NULL CHECK (unclaimed >= 0),
    paid_by BIGINT,
    brought TEXT NOT NULL,
    unfinished TEXT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    last_attempt BIGINT,
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    grace_ends_at BIGINT NOT NULL,
    paid_at BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
CREATE INDEX payments_of_shop ON payments (shop, book, number);
CREATE INDEX payments_stray ON payments (number, book) WHERE credit > 0 OR unclaimed > 0;

CREATE TABLE attempts (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    payment BIGINT NOT NULL,
    method TEXT NOT NULL,
    provider BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    price BIGINT NOT NULL CHECK (price >= 0),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    tariff BIGINT NOT NULL,
    tariff_version BIGINT NOT NULL,
    fee TEXT NOT NULL,
    refund_fee TEXT NOT NULL,
    hold BIGINT NOT NULL CHECK (hold IN (0, 1)),
    state TEXT NOT NULL CHECK (state = 'planned' OR state = 'sending' OR state = 'waiting' OR state = 'unknown'
        OR state = 'held' OR state = 'received' OR state = 'declined' OR state = 'released' OR state = 'abandoned'),
    step BIGINT,
    reason TEXT,
    memo TEXT,
    prompt TEXT,
    prompt_text TEXT,
    phone TEXT,
    call BIGINT,
    waits_until BIGINT,
    checks BIGINT NOT NULL CHECK (checks >= 0),
    received BIGINT,
    received_currency TEXT CHECK (length(received_currency) BETWEEN 3 AND 4),
    returned BIGINT NOT NULL CHECK (returned >= 0),
    cost BIGINT,
    cost_currency TEXT CHECK (length(cost_currency) BETWEEN 3 AND 4),
    started_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
CREATE INDEX attempts_of_payment ON attempts (payment, book);
CREATE INDEX attempts_unfinished ON attempts (number)
    WHERE state = 'planned' OR state = 'sending' OR state = 'waiting' OR state = 'unknown' OR state = 'held';

CREATE TABLE calls (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    attempt BIGINT NOT NULL,
    operation TEXT NOT NULL,
    step BIGINT NOT NULL CHECK (step >= 0),
    request TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);

CREATE TABLE refunds (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    payment BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    source TEXT NOT NULL CHECK (source = 'sale' OR source = 'unclaimed' OR source = 'credit'),
    state TEXT NOT NULL CHECK (state = 'asked' OR state = 'sent' OR state = 'returned' OR state = 'failed'),
    reason TEXT,
    from_unsettled BIGINT NOT NULL,
    fee_returned BIGINT NOT NULL CHECK (fee_returned >= 0),
    fee_charged BIGINT NOT NULL CHECK (fee_charged >= 0),
    memo TEXT,
    call BIGINT,
    checks BIGINT NOT NULL CHECK (checks >= 0),
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
CREATE INDEX refunds_of_payment ON refunds (payment, book);
CREATE INDEX refunds_of_attempt ON refunds (attempt, book);

CREATE TABLE notices (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    payment BIGINT NOT NULL,
    address_url TEXT NOT NULL,
    address_verb TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    passwords BIGINT NOT NULL,
    method TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    paid BIGINT NOT NULL CHECK (paid >= 0),
    fee BIGINT NOT NULL CHECK (fee >= 0),
    state TEXT NOT NULL CHECK (state = 'owed' OR state = 'accepted' OR state = 'given_up'),
    accepted_at BIGINT,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    first_answer_at BIGINT,
    owed_at BIGINT NOT NULL,
    PRIMARY KEY (number, book)
);
CREATE INDEX notices_of_payment ON notices (payment, book);

CREATE TABLE claims (
    number BIGINT NOT NULL,
    shop BIGINT NOT NULL,
    book BIGINT NOT NULL CHECK (book >= 0),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    payment BIGINT NOT NULL,
    PRIMARY KEY (number, shop, book)
);

CREATE TABLE jobs (
    about BIGINT NOT NULL CHECK (about >= 0),
    kind TEXT NOT NULL,
    book BIGINT NOT NULL CHECK (book >= 0),
    due BIGINT NOT NULL,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    lease BIGINT,
    lease_until BIGINT,
    parked TEXT,
    ready_at BIGINT,
    last_why TEXT,
    PRIMARY KEY (about, kind, book)
);
CREATE INDEX jobs_ready ON jobs (ready_at);

CREATE TABLE books (
    book BIGINT NOT NULL PRIMARY KEY CHECK (book >= 0),
    entries BIGINT NOT NULL CHECK (entries >= 0),
    last_at BIGINT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
);

CREATE TABLE balances (
    about BIGINT NOT NULL CHECK (about >= 0),
    account TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    book BIGINT NOT NULL CHECK (book >= 0),
    amount BIGINT NOT NULL,
    PRIMARY KEY (about, account, currency, book),
    CHECK (amount >= 0 OR (account <> 'pending' AND account <> 'available' AND account <> 'refunds_in_transit'
        AND account <> 'payer_credit' AND account <> 'unclaimed'))
);
CREATE INDEX balances_of_book ON balances (book);

-- Entries are numbered anew in each book and read in that order, so here the book comes first.
CREATE TABLE entries (
    book BIGINT NOT NULL CHECK (book >= 0),
    number BIGINT NOT NULL CHECK (number > 0),
    at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    cause_about BIGINT NOT NULL CHECK (cause_about >= 0),
    payment BIGINT NOT NULL CHECK (payment >= 0),
    effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (book, number)
);
CREATE INDEX entries_of_payment ON entries (payment, book);

CREATE TABLE postings (
    book BIGINT NOT NULL CHECK (book >= 0),
    entry BIGINT NOT NULL CHECK (entry > 0),
    line BIGINT NOT NULL CHECK (line >= 0),
    from_account TEXT NOT NULL,
    from_about BIGINT NOT NULL CHECK (from_about >= 0),
    to_account TEXT NOT NULL,
    to_about BIGINT NOT NULL CHECK (to_about >= 0),
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 3 AND 4),
    amount BIGINT NOT NULL CHECK (amount > 0),
    from_after BIGINT NOT NULL,
    to_after BIGINT NOT NULL,
    PRIMARY KEY (book, entry, line),
    CHECK (from_account <> to_account OR from_about <> to_about)
);

CREATE TABLE history (
    about BIGINT NOT NULL CHECK (about >= 0),
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    writer BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    place BIGINT NOT NULL,
    book BIGINT NOT NULL CHECK (book >= 0),
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (about, subject, at, writer, turn, place, book)
);

CREATE TABLE shop_logins (
    login TEXT NOT NULL PRIMARY KEY,
    shop BIGINT NOT NULL,
    book BIGINT NOT NULL
);

CREATE TABLE provider_references (
    reference TEXT NOT NULL,
    account BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    book BIGINT NOT NULL,
    PRIMARY KEY (reference, account)
);

CREATE TABLE exchanges (
    number BIGINT NOT NULL CHECK (number >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    payment BIGINT,
    direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    peer TEXT NOT NULL,
    request TEXT NOT NULL,
    reply TEXT,
    status BIGINT,
    took_us BIGINT NOT NULL CHECK (took_us >= 0),
    at BIGINT NOT NULL,
    error TEXT,
    PRIMARY KEY (number, book)
);
CREATE INDEX exchanges_of_payment ON exchanges (payment, book);
