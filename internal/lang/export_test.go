package lang

// Read is the catalog's reader, for the test that holds the file against the program.
func Read(text string) (map[string]string, error) { return read(text) }
