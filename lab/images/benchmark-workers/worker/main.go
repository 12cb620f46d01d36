// Command worker serves the benchmark's workflows and activities on one task queue.
package main

import (
	"flag"
	"log"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"testbed/lab/images/benchmark-workers/connect"
)

func main() {
	namespace := connect.String("n", "TEMPORAL_NAMESPACE", "default", "namespace")
	taskQueue := connect.String("tq", "TEMPORAL_TASK_QUEUE", "benchmark", "task queue")
	workflowPollers := connect.Int("wp", "TEMPORAL_MAX_WORKFLOW_TASK_POLLERS", -1, "most workflow task pollers; -1: the SDK's fixed number")
	activityPollers := connect.Int("ap", "TEMPORAL_MAX_ACTIVITY_TASK_POLLERS", -1, "most activity task pollers; -1: the SDK's fixed number")
	flag.Parse()

	connection, err := connect.Dial(*namespace, nil)
	if err != nil {
		log.Fatalln("worker:", err)
	}
	defer connection.Close()

	w := worker.New(connection, *taskQueue, worker.Options{
		WorkflowTaskPollerBehavior: pollers(*workflowPollers),
		ActivityTaskPollerBehavior: pollers(*activityPollers),
	})
	w.RegisterWorkflowWithOptions(executeActivity, workflow.RegisterOptions{Name: "ExecuteActivity"})
	w.RegisterWorkflowWithOptions(receiveSignal, workflow.RegisterOptions{Name: "ReceiveSignal"})
	w.RegisterWorkflowWithOptions(dsl, workflow.RegisterOptions{Name: dslName})
	w.RegisterActivityWithOptions(sleep, activity.RegisterOptions{Name: "Sleep"})
	w.RegisterActivityWithOptions(echo, activity.RegisterOptions{Name: "Echo"})

	log.Printf("worker: namespace %s, task queue %s", *namespace, *taskQueue)
	if err := w.Run(worker.InterruptCh()); err != nil {
		log.Fatalln("worker:", err)
	}
}

// pollers scales up to a maximum; a negative one means the SDK's fixed default.
func pollers(maximum int) worker.PollerBehavior {
	if maximum < 0 {
		return worker.NewPollerBehaviorSimpleMaximum(worker.PollerBehaviorSimpleMaximumOptions{})
	}
	return worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{MaximumNumberOfPollers: maximum})
}
