// A read-only door to the Docker socket, for hosts that cannot pull the official socket proxy.
//
// It stands in for wollomatic/socket-proxy, which no module proxy serves: the same flags as far as
// Sightline passes them, the same port for health checks, and a refusal for everything else. Only
// GET and HEAD exist here, so that no mistake in a list can start or remove a container.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Set by the linker.
var release = "unknown"

// The official program's address for its health check; never published.
const healthAddress = "127.0.0.1:55555"

type settings struct {
	listenIP     string
	port         int
	socket       string
	allowFrom    string
	allow        map[string]*patterns
	health       bool
	graceSeconds int
}

func main() {
	// The image holds the program twice: under its own name, and as the health check's command.
	if filepath.Base(os.Args[0]) == "healthcheck" {
		os.Exit(checkHealth())
	}
	options, printVersion := readFlags()
	if printVersion {
		fmt.Println("socket-proxy", release)
		return
	}
	if err := serve(options); err != nil {
		log.Fatal(err)
	}
}

func readFlags() (settings, bool) {
	options := settings{allow: map[string]*patterns{http.MethodGet: {}, http.MethodHead: {}}}
	flag.StringVar(&options.listenIP, "listenip", "127.0.0.1", "address to listen on")
	flag.IntVar(&options.port, "proxyport", 2375, "port to listen on")
	flag.StringVar(&options.socket, "socketpath", "/var/run/docker.sock", "the Docker socket")
	flag.StringVar(&options.allowFrom, "allowfrom", "127.0.0.1/32",
		"networks or host names that may connect, separated by commas")
	flag.Var(options.allow[http.MethodGet], "allowGET", "regular expression of paths; may be repeated")
	flag.Var(options.allow[http.MethodHead], "allowHEAD", "regular expression of paths; may be repeated")
	flag.BoolVar(&options.health, "allowhealthcheck", false, "serve "+healthAddress+"/health")
	flag.IntVar(&options.graceSeconds, "shutdowngracetime", 10, "seconds that open requests may take at the end")
	printVersion := flag.Bool("version", false, "print the version and end")
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("unexpected argument %q: every setting is a flag", flag.Arg(0))
	}
	return options, *printVersion
}

func serve(options settings) error {
	clients, err := parseClients(options.allowFrom)
	if err != nil {
		return err
	}
	address := net.JoinHostPort(options.listenIP, fmt.Sprint(options.port))
	gate := &gate{clients: clients, allow: options.allow, docker: newDockerProxy(options.socket)}
	servers := []*http.Server{{Addr: address, Handler: gate, ReadHeaderTimeout: 10 * time.Second}}
	if options.health {
		servers = append(servers, &http.Server{
			Addr: healthAddress, Handler: healthHandler(options.socket), ReadHeaderTimeout: 10 * time.Second,
		})
	}
	log.Printf("socket-proxy %s listens on %s for %s", release, address, options.allowFrom)
	failed := make(chan error, len(servers))
	for _, server := range servers {
		go func() { failed <- server.ListenAndServe() }()
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	select {
	case err := <-failed:
		return err
	case <-signals:
		return stop(servers, time.Duration(options.graceSeconds)*time.Second)
	}
}

// Followed logs never end by themselves: what is open after the grace time is cut off.
func stop(servers []*http.Server, grace time.Duration) error {
	limit, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(limit); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	return nil
}

// Asks the Docker daemon itself, so that healthy means: a request would be answered.
func healthHandler(socket string) http.Handler {
	client := http.Client{Transport: unixTransport(socket), Timeout: 4 * time.Second}
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.URL.Path != "/health" {
			http.NotFound(response, request)
			return
		}
		answer, err := client.Head("http://docker/_ping")
		if err != nil {
			http.Error(response, err.Error(), http.StatusServiceUnavailable)
			return
		}
		answer.Body.Close()
		response.WriteHeader(answer.StatusCode)
	})
}

func checkHealth() int {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get("http://" + healthAddress + "/health")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, "answered", answer.Status)
		return 1
	}
	return 0
}

// parseClients reads a list such as "10.0.0.0/8,promtail".
func parseClients(list string) (clients, error) {
	var result clients
	for _, entry := range strings.Split(list, ",") {
		entry = strings.TrimSpace(entry)
		network, err := netip.ParsePrefix(entry)
		switch {
		case err == nil:
			result.networks = append(result.networks, network)
		case entry == "" || strings.Contains(entry, "/"):
			return result, fmt.Errorf("-allowfrom: %q is neither a network nor a host name", entry)
		default:
			result.hosts = append(result.hosts, entry)
		}
	}
	return result, nil
}
