// A cAdvisor for hosts that cannot pull the official image, around cAdvisor's own libraries.
//
// Upstream's main package is a module that no module proxy serves. This one understands the flags
// of it that Sightline passes and serves /metrics and /healthz, without web pages and storage
// drivers, so that one list of arguments starts either of them.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/google/cadvisor/container/docker/install"
	"github.com/google/cadvisor/lib/cache/memory"
	"github.com/google/cadvisor/lib/container"
	"github.com/google/cadvisor/lib/manager"
	"github.com/google/cadvisor/lib/metrics"
	"github.com/google/cadvisor/lib/model"
	"github.com/google/cadvisor/lib/utils/sysfs"
	"github.com/google/cadvisor/lib/version"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/utils/clock"
)

// What the official program leaves out unless it is told otherwise.
const disabledByDefault = "advtcp,cpu_topology,cpuset,hugetlb,memory_numa,process," +
	"referenced_memory,resctrl,sched,tcp,udp"

// The libraries register the rest: --docker, --docker_only, --housekeeping_interval and more.
var (
	listenIP    = flag.String("listen_ip", "", "address to listen on; all when empty")
	port        = flag.Int("port", 8080, "port to listen on")
	storeLabels = flag.Bool("store_container_labels", true,
		"turn container labels and listed environment variables into metric labels")
	allowedLabels = flag.String("whitelisted_container_labels", "",
		"labels to keep when store_container_labels is false, separated by commas")
	allowedEnvs = flag.String("env_metadata_whitelist", "",
		"environment variables to collect, separated by commas")
	allowedCgroups = flag.String("raw_cgroup_prefix_whitelist", "",
		"cgroup path prefixes to collect in spite of docker_only, separated by commas")
	kept = flag.Duration("storage_duration", 2*time.Minute, "how long samples are kept in memory")
	path = flag.String("prometheus_endpoint", "/metrics", "where metrics are served")

	disabled, enabled container.MetricSet
	printVersion      = flag.Bool("version", false, "print the version and end")
)

func main() {
	if err := disabled.Set(disabledByDefault); err != nil {
		log.Fatal(err)
	}
	flag.Var(&disabled, "disable_metrics", "kinds of metrics to leave out, separated by commas")
	flag.Var(&enabled, "enable_metrics", "the only kinds of metrics to serve; overrides disable_metrics")
	flag.Parse()
	if *printVersion {
		fmt.Println("cAdvisor version", version.Version)
		return
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	included := container.AllMetrics.Difference(disabled)
	if len(enabled) > 0 {
		included = enabled
	}
	watcher, err := newManager(included)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	if err := watcher.Start(); err != nil {
		return fmt.Errorf("start watching containers: %w", err)
	}
	stopOnSignal(watcher)
	http.Handle(*path, metricsHandler(watcher, included))
	http.HandleFunc("/healthz", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(response, "ok")
	})
	address := net.JoinHostPort(*listenIP, strconv.Itoa(*port))
	log.Printf("cAdvisor %s (Sightline's build) listens on %s", version.Version, address)
	server := http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

func newManager(included container.MetricSet) (manager.Manager, error) {
	interval, dynamic := manager.HousekeepingConfigFlags.Interval, manager.HousekeepingConfigFlags.AllowDynamic
	housekeeping := manager.HousekeepingConfig{Interval: interval, AllowDynamic: dynamic}
	return manager.New(
		memory.New(*kept, nil),
		sysfs.NewRealSysFs(),
		housekeeping,
		included,
		// Never empty lists: with docker_only the library reads the first prefix.
		strings.Split(*allowedCgroups, ","),
		strings.Split(*allowedEnvs, ","),
		"",
		0,
	)
}

func metricsHandler(watcher manager.Manager, included container.MetricSet) http.Handler {
	labels := metrics.DefaultContainerLabels
	if !*storeLabels {
		labels = metrics.BaseContainerLabels(strings.Split(*allowedLabels, ","))
	}
	options := model.RequestOptions{IdType: model.TypeName, Count: 1, Recursive: true}
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		metrics.NewPrometheusCollector(watcher, labels, included, clock.RealClock{}, options),
		metrics.NewPrometheusMachineCollector(watcher, included),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// As process 1 of a container the program would otherwise ignore SIGTERM.
func stopOnSignal(watcher manager.Manager) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-signals
		if err := watcher.Stop(); err != nil {
			log.Print(err)
		}
		os.Exit(0)
	}()
}
