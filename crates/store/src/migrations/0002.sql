-- How far the clock of an installation for tests is ahead of the machines' clocks, in microseconds: one row
-- once it was moved.
CREATE TABLE clock (
    book BIGINT NOT NULL PRIMARY KEY CHECK (book = 0),
    ahead_us BIGINT NOT NULL CHECK (ahead_us >= 0)
);
