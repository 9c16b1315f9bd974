-- What makes a shop a checkout of Interkassa's protocols, and what its orders say besides; nothing for others.
ALTER TABLE shops ADD COLUMN checkout TEXT;
ALTER TABLE payments ADD COLUMN checkout TEXT;
