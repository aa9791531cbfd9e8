-- What somebody follows can be shown in their browsers, whatever else these show.
ALTER TABLE subscription DROP CONSTRAINT subscription_channel_check;
ALTER TABLE subscription ADD CONSTRAINT subscription_channel_check CHECK (channel IN ('mail', 'daily', 'weekly', 'web', 'push'));
