package main

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// dslName is the registered name of the workflow dsl, which also starts itself as its own child.
const dslName = "DSL"

func withActivityOptions(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
}

// executeActivity runs one activity Count times, one after the other.
func executeActivity(ctx workflow.Context, input struct {
	Count    int
	Activity string
	Input    any
}) error {
	ctx = withActivityOptions(ctx)
	for range input.Count {
		if err := workflow.ExecuteActivity(ctx, input.Activity, input.Input).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// receiveSignal ends after Count signals of one name.
func receiveSignal(ctx workflow.Context, input struct {
	Count int
	Name  string
}) error {
	signals := workflow.GetSignalChannel(ctx, input.Name)
	for range input.Count {
		signals.Receive(ctx, nil)
	}
	return nil
}

// step is an activity, a child workflow of further steps, or both in turn.
type step struct {
	Activity string `json:"a,omitempty"`
	Input    any    `json:"i,omitempty"`
	Child    []step `json:"c,omitempty"`
	Repeat   int    `json:"r,omitempty"`
	Padding  int    `json:"p,omitempty"` // bytes added to the activity's input
}

func dsl(ctx workflow.Context, steps []step) error {
	ctx = withActivityOptions(ctx)
	for _, s := range steps {
		if object, ok := s.Input.(map[string]any); ok && s.Padding > 0 {
			object["Padding"] = padding(s.Padding)
		}
		for range max(s.Repeat, 1) {
			if s.Activity != "" {
				if err := workflow.ExecuteActivity(ctx, s.Activity, s.Input).Get(ctx, nil); err != nil {
					return err
				}
			}
			if len(s.Child) > 0 {
				if err := workflow.ExecuteChildWorkflow(ctx, dslName, s.Child).Get(ctx, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// padding counts upwards, so that it is the same in every replay.
func padding(size int) []byte {
	bytes := make([]byte, size)
	for i := range bytes {
		bytes[i] = byte(i)
	}
	return bytes
}
