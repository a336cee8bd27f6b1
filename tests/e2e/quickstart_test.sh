#!/usr/bin/env bash
# deploy/quickstart records, says what it does, ends by itself with 0, and ends on Ctrl-C within 5 s.
source "$(dirname "$0")/support.bash"
need etcd curl
say "--for 25s"
./deploy/quickstart --for 25s >"$WORK/out" 2>&1 || { cat "$WORK/out"; die "exit code $?"; }
cat "$WORK/out"
for wanted in 'open   http://127.0.0.1:' 'try    go tool pprof' 'heap' 'goroutine' 'SNAPSHOTS'; do
  grep -q -- "$wanted" "$WORK/out" || die "the output has no '$wanted'"
done
say "Ctrl-C"
setsid --wait bash -c 'trap - INT; exec ./deploy/quickstart' >"$WORK/out2" 2>&1 &
PIDS+=($!)
wait_for 30 'recording' grep -q ' heap' "$WORK/out2"
group=$(pgrep -f -n "^bash ./deploy/quickstart$|/deploy/quickstart$" || true)
[[ -n $group ]] || die "no process group"
begin=$(date +%s%N)
kill -INT -- "-$group"
status=0; wait "${PIDS[-1]}" || status=$?
took=$((($(date +%s%N) - begin) / 1000000))
cat "$WORK/out2"
((status == 0)) || die "Ctrl-C: exit code $status"
((took < 8000)) || die "Ctrl-C took $took ms"
echo "figure: Ctrl-C to exit $took ms"
