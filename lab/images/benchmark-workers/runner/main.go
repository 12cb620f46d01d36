// Command runner keeps a fixed number of workflows under way: when one ends, the next one starts.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"testbed/lab/images/benchmark-workers/connect"
)

const reportEvery = 10 * time.Second

func main() {
	concurrent := connect.Int("c", "TEMPORAL_CONCURRENT_WORKFLOWS", 10, "concurrent workflows")
	workflowType := connect.String("t", "TEMPORAL_WORKFLOW_TYPE", "", "workflow type")
	signalType := connect.String("s", "TEMPORAL_SIGNAL_TYPE", "", "signal to start each workflow with")
	wait := connect.Bool("w", "TEMPORAL_WAIT", true, "wait for workflows to complete")
	namespace := connect.String("n", "TEMPORAL_NAMESPACE", "default", "namespace")
	taskQueue := connect.String("tq", "TEMPORAL_TASK_QUEUE", "benchmark", "task queue")
	noBackoff := connect.Bool("disable-backoff", "TEMPORAL_DISABLE_ERROR_BACKOFF", false, "start the next workflow at once after an error")
	longest := connect.Int("max-interval", "TEMPORAL_BACKOFF_MAX_INTERVAL", 60, "the back-off grows while it stays below so many seconds")
	factor := connect.Int("backoff-factor", "TEMPORAL_BACKOFF_FACTOR", 2, "growth of the back-off per error")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: runner [flags] [workflow input as JSON] ...")
		flag.PrintDefaults()
	}
	flag.Parse()

	input := []any{}
	for i, text := range flag.Args() {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			log.Fatalf("runner: input %d is '%s', which is not JSON: %v", i+1, text, err)
		}
		input = append(input, value)
	}
	if *concurrent < 1 {
		log.Fatalf("runner: -c is %d; allowed: 1 or more", *concurrent)
	}
	connection, err := connect.Dial(*namespace, sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		log.Fatalln("runner:", err)
	}

	start := func(ctx context.Context) (client.WorkflowRun, error) {
		options := client.StartWorkflowOptions{ID: uuid.NewString(), TaskQueue: *taskQueue}
		if *signalType == "" {
			return connection.ExecuteWorkflow(ctx, options, *workflowType, input...)
		}
		return connection.SignalWithStartWorkflow(ctx, options.ID, *signalType, nil, options, *workflowType, input...)
	}
	one := func() error {
		run, err := start(context.Background())
		if err != nil {
			fmt.Fprintln(os.Stderr, "start failed:", err)
			return err
		}
		if *wait {
			if err := run.Get(context.Background(), nil); err != nil {
				fmt.Fprintln(os.Stderr, "workflow failed:", err)
				return err
			}
		}
		return nil
	}

	var underWay, finished atomic.Int64
	go keepBusy(*concurrent, newBackoff(!*noBackoff, *factor, *longest), func() error {
		underWay.Add(1)
		defer func() { underWay.Add(-1); finished.Add(1) }()
		return one()
	})
	report(&underWay, &finished)
}

// keepBusy calls work on as many goroutines as there are slots, for ever.
func keepBusy(slots int, pause *backoff, work func() error) {
	free := make(chan struct{}, slots)
	for {
		free <- struct{}{}
		if delay := pause.next(); delay > 0 {
			fmt.Fprintf(os.Stderr, "Waiting for %s before the next start\n", delay)
			time.Sleep(delay)
		}
		go func() {
			pause.saw(work())
			<-free
		}()
	}
}

// report prints the line that readers of the runner's log parse. Finished counts failures too.
func report(underWay, finished *atomic.Int64) {
	last, since := int64(0), time.Now()
	for {
		total := finished.Load()
		rate := float64(total-last) / time.Since(since).Seconds()
		fmt.Printf("Concurrent: %d Workflows: %d Rate: %f\n", underWay.Load(), total, rate)
		last, since = total, time.Now()
		time.Sleep(reportEvery)
	}
}
