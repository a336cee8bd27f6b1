// A small Go program with net/http/pprof, for tests: it works a little all the time, so that every profile type has samples.
//
// Prints "listening on http://127.0.0.1:PORT" and ends when its standard input is closed.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"sync"
	"time"
)

var sink [][]byte

// burn keeps a share of one CPU busy.
func burn(share float64) {
	for {
		start := time.Now()
		for time.Since(start) < time.Duration(share*float64(10*time.Millisecond)) {
		}
		time.Sleep(10*time.Millisecond - time.Duration(share*float64(10*time.Millisecond)))
	}
}

// contend makes two goroutines wait for each other, for the block and mutex profiles.
func contend() {
	var mutex sync.Mutex
	for i := 0; i < 2; i++ {
		go func() {
			for {
				mutex.Lock()
				time.Sleep(time.Millisecond)
				mutex.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		}()
	}
}

func main() {
	address := flag.String("listen", "127.0.0.1:0", "address to listen on")
	contention := flag.Bool("contention", true, "sample blocking, and let two goroutines wait for each other")
	mutexFraction := flag.Int("mutex-fraction", 1, "sample 1 in so many contentions of a mutex; 0: none")
	goroutines := flag.Int("goroutines", 0, "idle goroutines to start")
	flag.Parse()
	runtime.SetMutexProfileFraction(*mutexFraction)
	if *contention {
		runtime.SetBlockProfileRate(1)
	}
	for i := 0; i < 64; i++ {
		sink = append(sink, make([]byte, 64<<10))
	}
	for i := 0; i < *goroutines; i++ {
		go func() { select {} }()
	}
	go burn(0.2)
	if *contention {
		contend()
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Fprintln(os.Stderr, http.Serve(listener, nil))
}
