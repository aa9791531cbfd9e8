-- People are found by the beginning of the name that they show.
CREATE INDEX account_display ON account (display);
