-- By what name a seller's people say whose they are when they sign in; unique everywhere.
CREATE TABLE organisations (
    login TEXT NOT NULL PRIMARY KEY,
    seller BIGINT NOT NULL,
    book BIGINT NOT NULL
);

-- A seller's people, in its live book. The password is kept as a hash that names its own parameters.
CREATE TABLE people (
    login TEXT NOT NULL,
    book BIGINT NOT NULL,
    seller BIGINT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (login, book)
);

-- Browsers in which somebody is signed in. Of the secret in their cookie only the digest is kept.
CREATE TABLE sessions (
    token TEXT NOT NULL,
    book BIGINT NOT NULL,
    person TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (token, book)
);

CREATE INDEX sessions_of_a_person ON sessions (person, book);

-- Passwords that did not fit, by digests of whose and from where.
CREATE TABLE sign_in_tries (
    about TEXT NOT NULL,
    book BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (about, book)
);

CREATE INDEX sign_in_tries_by_age ON sign_in_tries (last_at, book);
