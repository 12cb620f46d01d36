package main

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
)

// echo returns its message at once.
func echo(_ context.Context, input struct{ Message string }) (string, error) {
	return input.Message, nil
}

// sleep waits, with heartbeats if the caller set a time-out for them.
func sleep(ctx context.Context, input struct{ SleepTimeInSeconds int }) error {
	var beat <-chan time.Time
	if timeout := activity.GetInfo(ctx).HeartbeatTimeout; timeout > 0 {
		ticker := time.NewTicker(timeout * 4 / 5)
		defer ticker.Stop()
		beat = ticker.C
	}
	end := time.After(time.Duration(input.SleepTimeInSeconds) * time.Second)
	for {
		select {
		case <-end:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-beat:
			activity.RecordHeartbeat(ctx)
		}
	}
}
