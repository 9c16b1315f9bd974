-- What a provider told of the buyer's means: the card or purse, masked, and the card network's reference.
ALTER TABLE attempts ADD COLUMN account TEXT;
ALTER TABLE attempts ADD COLUMN bank_reference TEXT;
