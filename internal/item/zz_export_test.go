package item

var QueueSQL = `
		INSERT INTO outgoing (account, event, item, state, due, created)
		`+recipients+`
		SELECT DISTINCT a.id, h.seq, h.item, 'queued', CAST(? AS BIGINT), CAST(? AS BIGINT)
		FROM happened h, concerned c JOIN account a ON a.id = c.account
		WHERE `+mailed+` AND `+admitted+`
		ON CONFLICT DO NOTHING`
