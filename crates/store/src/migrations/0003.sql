-- What a seller looks at: payments by state, newest first, and notices that were not accepted. A notice that is
-- accepted at once never comes into the second index.
CREATE INDEX payments_by_state ON payments (book, state, number);
CREATE INDEX notices_in_trouble ON notices (book, number)
    WHERE state = 'given_up' OR (state = 'owed' AND tries > 0);
