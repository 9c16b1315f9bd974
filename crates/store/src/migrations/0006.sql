-- What is sold, for the fiscal service: the lines with their taxes as JSON; nothing where the shop said nothing.
ALTER TABLE payments ADD COLUMN receipt TEXT;
-- Where the buyer wants the receipt, if the shop did not say it.
ALTER TABLE attempts ADD COLUMN email TEXT;
