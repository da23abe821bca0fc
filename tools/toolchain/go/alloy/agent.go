package main

import (
	"crypto/sha256"
	"fmt"
	"net"
	"os"

	"github.com/go-kit/log"
	"github.com/grafana/alloy/internal/runtime"
	"github.com/grafana/alloy/internal/runtime/logging"
	"github.com/grafana/alloy/internal/service"
	"github.com/grafana/alloy/internal/service/cluster"
	httpservice "github.com/grafana/alloy/internal/service/http"
	"github.com/grafana/alloy/internal/service/labelstore"
	"github.com/grafana/alloy/internal/service/livedebugging"
	"github.com/grafana/alloy/internal/service/remotecfg"
	"github.com/grafana/alloy/internal/static/config/instrumentation"
	"github.com/prometheus/client_golang/prometheus"
)

// agent ties the HTTP server, which asks for a reload, to the runtime, which the server is part of.
type agent struct {
	path    string
	runtime *runtime.Runtime
	server  *httpservice.Service
	cluster *cluster.Service
}

// services are what the components ask the runtime for; those without use here are idle.
func (a *agent) services(logger *logging.Logger, s settings) ([]service.Service, error) {
	a.server = httpservice.New(httpservice.Options{
		Logger:           logger,
		Gatherer:         prometheus.DefaultGatherer,
		ReadyFunc:        func() bool { return a.runtime.Ready() },
		ReloadFunc:       func() error { _, err := a.load(); return err },
		HTTPListenAddr:   s.address,
		MemoryListenAddr: s.memoryAddress,
		EnablePProf:      s.profiling,
		MinStability:     s.stability,
		BundleContext:    httpservice.SupportBundleContext{DisableSupportBundle: s.noBundle},
	})
	remote, err := remotecfg.New(remotecfg.Options{
		Logger:      log.With(logger, "service", "remotecfg"),
		ConfigPath:  a.path,
		StoragePath: s.storage,
		Metrics:     prometheus.DefaultRegisterer,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the storage folder: %w", err)
	}
	if a.cluster, err = clusterOfOne(logger, s.address); err != nil {
		return nil, err
	}
	labels := labelstore.New(logger, prometheus.DefaultRegisterer)
	return []service.Service{a.cluster, a.server, labels, livedebugging.New(), remote}, nil
}

// clusterOfOne answers components that ask whether a target is theirs: all are.
func clusterOfOne(logger *logging.Logger, address string) (*cluster.Service, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--server.http.listen-addr must be host:port; got %q", address)
	}
	name, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("ask for the host's name: %w", err)
	}
	return cluster.New(cluster.Options{
		Log:              log.With(logger, "service", "cluster"),
		Metrics:          prometheus.DefaultRegisterer,
		NodeName:         name,
		AdvertiseAddress: net.JoinHostPort("127.0.0.1", port),
	})
}

// load reads the configuration and puts it into force. Its text is returned for the report of
// mistakes, also when there are some.
func (a *agent) load() (sources, error) {
	texts, err := readSources(a.path)
	if err != nil {
		instrumentation.InstrumentConfig(false, [sha256.Size]byte{}, "")
		return nil, fmt.Errorf("reading config path %q: %w", a.path, err)
	}
	source, err := runtime.ParseSources(texts)
	// As upstream: the metrics of the last load are about its syntax. What a component does not
	// like shows in the answer to the reload and in the component's health.
	instrumentation.InstrumentConfig(err == nil, texts.hash(), "")
	if err != nil {
		return texts, fmt.Errorf("reading config path %q: %w", a.path, err)
	}
	a.server.SetSources(source.SourceFiles())
	if err := a.runtime.LoadSource(source, nil, a.path); err != nil {
		return texts, fmt.Errorf("error during the initial load: %w", err)
	}
	return texts, nil
}
