package db

// Watcher is told of a statement, with its question marks, before it is run.
type Watcher func(query string, args []any)

// Watch has w told of every statement from now on; nil ends it. It is for tests
// and measurements: how many queries a page takes, and which index serves each.
// w is called by many goroutines at once.
func (d *DB) Watch(w Watcher) {
	if w == nil {
		d.watcher.Store(nil)
		return
	}
	d.watcher.Store(&w)
}

func (d *DB) watched(query string, args []any) {
	if w := d.watcher.Load(); w != nil {
		(*w)(query, args)
	}
}
