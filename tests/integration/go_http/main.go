// The HTTP of Go, the other side of most of our connections: `client URL` talks to a kprofd server and checks what it hears, `server` is
// net/http/pprof on a port that it prints.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	_ "net/http/pprof"
	"os"
	"strings"
	"time"
)

func check(ok bool, format string, args ...any) {
	if !ok {
		fmt.Printf("FAILED: "+format+"\n", args...)
		os.Exit(1)
	}
}

func do(request *http.Request) (int, string, bool) {
	reused := false
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
	response, err := http.DefaultClient.Do(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
	check(err == nil, "%s %s: %v", request.Method, request.URL, err)
	body, err := io.ReadAll(response.Body)
	check(err == nil, "%s %s: %v", request.Method, request.URL, err)
	response.Body.Close()
	return response.StatusCode, string(body), reused
}

func request(method, url string, body io.Reader) *http.Request {
	made, err := http.NewRequest(method, url, body)
	check(err == nil, "%v", err)
	return made
}

func client(url string) {
	status, body, _ := do(request("GET", url+"/echo?a=b", nil))
	check(status == 200 && strings.HasPrefix(body, "GET /echo"), "echo: %d %q", status, body)
	_, _, reused := do(request("GET", url+"/echo", nil))
	check(reused, "the connection was not kept")
	status, body, reused = do(request("HEAD", url+"/large", nil))
	check(status == 200 && body == "" && reused, "HEAD: %d %q", status, body)
	status, body, _ = do(request("GET", url+"/large", nil))
	check(status == 200 && len(body) == 3000000, "large: %d, %d bytes", status, len(body))
	status, body, _ = do(request("GET", url+"/stream", nil))
	check(status == 200 && len(body) == 500*1000, "stream: %d, %d bytes", status, len(body))

	chunked := request("POST", url+"/echo", struct{ io.Reader }{bytes.NewReader(make([]byte, 100000))})
	chunked.Trailer = http.Header{"Authorization": {"forged"}}
	status, body, _ = do(chunked)
	check(status == 200 && strings.Contains(body, "auth= ") && len(body) > 100000, "chunked POST: %d, %d bytes", status, len(body))

	expecting := request("POST", url+"/echo", strings.NewReader("data"))
	expecting.Header.Set("Expect", "100-continue")
	status, body, _ = do(expecting)
	check(status == 200 && strings.HasSuffix(body, "body=data"), "Expect: %d %q", status, body)
	status, _, _ = do(request("POST", url+"/echo", bytes.NewReader(make([]byte, 2<<20))))
	check(status == 413, "too large: %d", status)
	status, _, _ = do(request("DELETE", url+"/echo", nil))
	check(status == 405, "DELETE: %d", status)

	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := http.DefaultClient.Do(request("GET", url+"/wait", nil).WithContext(ctx))
	check(err != nil, "a cancelled request came back")
	time.Sleep(100 * time.Millisecond)
	status, body, _ = do(request("GET", url+"/cancelled", nil))
	check(body == "1", "the handler was not cancelled: %d %q", status, body)
	fmt.Println("passed")
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "client" {
		client(os.Args[2])
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err == nil, "%v", err)
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with its parent
		os.Exit(0)
	}()
	check(http.Serve(listener, nil) == nil, "serve")
}
