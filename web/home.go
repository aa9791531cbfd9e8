package web

// home shows what is going on.
func (a *App) home(v *visit) error { return a.boards(v) }
