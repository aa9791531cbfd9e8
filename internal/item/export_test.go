package item

// The statements whose plans the tests look at.
const (
	NotifySQL    = notifySQL
	QueueMailSQL = queueMailSQL
)
