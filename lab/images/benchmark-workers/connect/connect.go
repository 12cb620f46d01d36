// Package connect holds what worker and runner share: settings and the connection to Temporal.
package connect

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	registry "github.com/prometheus/client_golang/prometheus"
	"github.com/uber-go/tally/v4"
	"github.com/uber-go/tally/v4/prometheus"
	"go.temporal.io/sdk/client"
	sdktally "go.temporal.io/sdk/contrib/tally"
	sdklog "go.temporal.io/sdk/log"
)

// The three below define a flag whose default is the environment's value. An environment value that does not parse
// counts as unset, as in the upstream programs.

func String(name, env, fallback, usage string) *string {
	if value := os.Getenv(env); value != "" {
		fallback = value
	}
	return flag.String(name, fallback, usage+" ("+env+")")
}

func Int(name, env string, fallback int, usage string) *int {
	if value, err := strconv.Atoi(os.Getenv(env)); err == nil {
		fallback = value
	}
	return flag.Int(name, fallback, usage+" ("+env+")")
}

func Bool(name, env string, fallback bool, usage string) *bool {
	if value, err := strconv.ParseBool(os.Getenv(env)); err == nil {
		fallback = value
	}
	return flag.Bool(name, fallback, usage+" ("+env+")")
}

// Dial connects to TEMPORAL_GRPC_ENDPOINT and serves the SDK's metrics on PROMETHEUS_ENDPOINT if that is set. A nil
// logger means the SDK's own.
func Dial(namespace string, logger sdklog.Logger) (client.Client, error) {
	options := client.Options{HostPort: os.Getenv("TEMPORAL_GRPC_ENDPOINT"), Namespace: namespace, Logger: logger}
	if address := os.Getenv("PROMETHEUS_ENDPOINT"); address != "" {
		metrics, err := serveMetrics(address)
		if err != nil {
			return nil, fmt.Errorf("PROMETHEUS_ENDPOINT '%s': %w", address, err)
		}
		options.MetricsHandler = metrics
	}
	connection, err := client.Dial(options)
	if err != nil {
		return nil, fmt.Errorf("TEMPORAL_GRPC_ENDPOINT '%s', namespace '%s': %w", options.HostPort, namespace, err)
	}
	return connection, nil
}

func serveMetrics(address string) (client.MetricsHandler, error) {
	configuration := prometheus.Configuration{ListenAddress: address, TimerType: "histogram"}
	reporter, err := configuration.NewReporter(prometheus.ConfigurationOptions{
		Registry: registry.NewRegistry(),
		OnError:  func(err error) { log.Println("metrics:", err) },
	})
	if err != nil {
		return nil, err
	}
	scope, _ := tally.NewRootScope(tally.ScopeOptions{
		CachedReporter:  reporter,
		Separator:       prometheus.DefaultSeparator,
		SanitizeOptions: &sdktally.PrometheusSanitizeOptions,
	}, time.Second)
	return sdktally.NewMetricsHandler(scope), nil
}
