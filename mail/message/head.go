package message

// ParseHeader reads the header of raw alone: who, when, in which conversation, and
// what kind of mail it says it is. It costs little whatever the body holds, which is
// what a door needs that must answer while the sender waits.
func ParseHeader(raw []byte) *Message {
	m := &Message{
		Kind: Post, InReplyTo: []string{}, References: []string{}, To: []Address{}, Cc: []Address{},
		Attachments: []Attachment{}, Warnings: []string{},
	}
	m.header, _ = split(raw, m.warn)
	m.charset = m.header.namedCharset()
	m.readHeader()
	m.classify()
	return m
}
