package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/grafana/alloy/internal/alloyseed"
	"github.com/grafana/alloy/internal/featuregate"
	"github.com/grafana/alloy/internal/runtime"
	"github.com/grafana/alloy/internal/runtime/logging"
	"github.com/grafana/alloy/internal/runtime/logging/level"
	"github.com/grafana/alloy/internal/validator"
	"github.com/grafana/alloy/syntax/diag"
	"github.com/grafana/ckit/peer"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
)

// settings are the flags of `run`, named as upstream's.
type settings struct {
	address       string
	memoryAddress string
	storage       string
	stability     featuregate.Stability
	profiling     bool
	noBundle      bool
}

func runCommand() *cobra.Command {
	s := settings{stability: featuregate.StabilityGenerallyAvailable}
	command := &cobra.Command{
		Use:   "run [flags] path",
		Short: "Run until SIGINT or SIGTERM; SIGHUP and /-/reload read the configuration again",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, words []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return run(ctx, words[0], s)
		},
	}
	flags := command.Flags()
	flags.StringVar(&s.address, "server.http.listen-addr", "127.0.0.1:12345", "address to listen on")
	flags.StringVar(&s.memoryAddress, "server.http.memory-addr", "alloy.internal:12345",
		"address under which components reach the server without a network")
	flags.BoolVar(&s.profiling, "server.http.enable-pprof", true, "serve /debug/pprof")
	flags.StringVar(&s.storage, "storage.path", "data-alloy/", "folder for positions and queues")
	flags.Var(&s.stability, "stability.level", "least stable features to allow")
	flags.BoolVar(&s.noBundle, "disable-support-bundle", false, "refuse /-/support")
	flags.Bool("disable-reporting", true, "accepted for upstream's sake: nothing is ever reported")
	return command
}

func run(ctx context.Context, path string, s settings) error {
	// Lines wait until the configuration has said in which format and from which level on.
	logger, err := logging.NewDeferred(os.Stderr)
	if err != nil {
		return fmt.Errorf("prepare the log: %w", err)
	}
	// The container's memory limit, or GOMEMLIMIT.
	if _, err := memlimit.SetGoMemLimitWithOpts(memlimit.WithLogger(slog.New(logger.Handler()))); err != nil {
		level.Error(logger).Log("msg", "no memory limit was set", "err", err)
	}
	agent := &agent{path: path}
	services, err := agent.services(logger, s)
	if err != nil {
		return err
	}
	// Tells Loki and Prometheus which Alloy sends; needs the folder that the services have made.
	alloyseed.Init(s.storage, logger)
	agent.runtime = runtime.New(runtime.Options{
		Logger:       logger,
		DataPath:     s.storage,
		Reg:          prometheus.DefaultRegisterer,
		MinStability: s.stability,
		Services:     services,
	})

	var running sync.WaitGroup
	defer running.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	running.Go(func() { agent.runtime.Run(ctx) })

	if err := agent.start(); err != nil {
		return err
	}
	// Only a member can leave at the end without a complaint in the log.
	if err := agent.cluster.ChangeState(ctx, peer.StateParticipant); err != nil {
		return fmt.Errorf("join the cluster of one: %w", err)
	}
	agent.reloadOnSignal(ctx, logger)
	return nil
}

// start loads the configuration for the first time; unlike later ones, a mistake ends the program.
func (a *agent) start() error {
	sources, err := a.load()
	var mistakes diag.Diagnostics
	if errors.As(err, &mistakes) {
		validator.Report(os.Stderr, err, sources)
		return errors.New("could not perform the initial load successfully")
	}
	return err
}

// reloadOnSignal returns when the program is to end.
func (a *agent) reloadOnSignal(ctx context.Context, logger *logging.Logger) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			if _, err := a.load(); err != nil {
				level.Error(logger).Log("msg", "failed to reload config", "err", err)
			} else {
				level.Info(logger).Log("msg", "config reloaded")
			}
		}
	}
}
