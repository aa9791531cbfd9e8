-- The few who keep order, among many: a mail that waits is told to them.
CREATE INDEX account_staff ON account (id) WHERE role <> 'member';
