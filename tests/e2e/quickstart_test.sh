#!/usr/bin/env bash
# deploy/quickstart records, says what it does, and ends by itself with 0.
source "$(dirname "$0")/support.bash"
need etcd curl
say "--for 25s"
./deploy/quickstart --for 25s >"$WORK/out" 2>&1 || { cat "$WORK/out"; die "exit code $?"; }
cat "$WORK/out"
for wanted in 'open   http://127.0.0.1:' 'try    go tool pprof' 'heap' 'goroutine' 'SNAPSHOTS'; do
  grep -q -- "$wanted" "$WORK/out" || die "the output has no '$wanted'"
done
