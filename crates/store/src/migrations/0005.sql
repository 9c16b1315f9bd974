-- The log of a seller's notices is read by its book, the newest first.
CREATE INDEX notices_of_book ON notices (book, number);
