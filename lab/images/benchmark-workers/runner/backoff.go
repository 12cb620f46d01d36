package main

import (
	"sync"
	"time"
)

// backoff says how long to wait before the next start: an interval that grows with each look that finds an error as the
// latest result, and starts over when it finds a success.
type backoff struct {
	enabled         bool
	factor, longest int // longest 0: it does not grow

	mutex   sync.Mutex
	seconds int
	news    bool
	latest  error
}

func newBackoff(enabled bool, factor, longest int) *backoff {
	return &backoff{enabled: enabled, factor: factor, longest: longest, seconds: 1}
}

func (b *backoff) saw(result error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.news, b.latest = true, result
}

func (b *backoff) next() time.Duration {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if !b.enabled || !b.news {
		return 0
	}
	b.news = false
	if b.latest == nil {
		b.seconds = 1
		return 0
	}
	delay := time.Duration(b.seconds) * time.Second
	if b.seconds*b.factor < b.longest {
		b.seconds *= b.factor
	}
	return delay
}
