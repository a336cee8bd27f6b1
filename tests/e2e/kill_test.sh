#!/usr/bin/env bash
# kill -9 at random moments while recording, KILLS times (default 100): no acknowledged snapshot is lost, none is corrupt, the next start takes under 1 s.
# What is acknowledged is what `--print-snapshots` has printed: it prints once the store has the snapshot on disk.
source "$(dirname "$0")/support.bash"
KILLS=${1:-${KPROFD_E2E_KILLS:-100}}
start_etcd
port=$(free_port)
cat >"$WORK/kprofd.yaml" <<C
listen: {address: "127.0.0.1:$port"}
store: {path: $WORK/store, minFreeBytes: 1MiB}
scrape:
  interval: 1s
  profiles: {cpu: {interval: 6s, duration: 1s}}
discovery: {processes: false}
targets:
  - {component: etcd, url: "$ETCD"}
  - {component: etcd-again, preset: etcd, url: "$ETCD"}
C
slowest=0 acknowledged=0
for ((i = 1; i <= KILLS; i++)); do
  begin=$(date +%s%N)
  "$BIN/kprofd" --config "$WORK/kprofd.yaml" --print-snapshots >>"$WORK/printed" 2>"$WORK/kprofd.log" </dev/null &
  pid=$!
  until curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; do
    kill -0 "$pid" 2>/dev/null || { cat "$WORK/kprofd.log"; die "start $i failed"; }
    sleep 0.01
  done
  took=$((($(date +%s%N) - begin) / 1000000))
  ((took > slowest)) && slowest=$took
  sleep "$(awk -v s="$RANDOM" 'BEGIN {printf "%.3f", 0.1 + 1.4 * s / 32768}')"
  kill -9 "$pid"; wait "$pid" 2>/dev/null || true
  if ((i % 10 == 0 || i == KILLS)); then
    "$BIN/kprofctl" --store "$WORK/store" verify >"$WORK/verify" 2>&1 || { cat "$WORK/verify"; die "verify after kill $i"; }
    # A line cut short by the kill was never promised to anybody.
    { grep -oE ' [0-9a-f]{16}$' "$WORK/printed" || true; } | tr -d ' ' | sort -u >"$WORK/acknowledged"
    "$BIN/kprofctl" --store "$WORK/store" snapshots --limit 0 --output json | grep -oE '"[0-9a-f]{16}"' | tr -d '"' | sort -u >"$WORK/stored"
    lost=$(comm -23 "$WORK/acknowledged" "$WORK/stored" | wc -l)
    ((lost == 0)) || die "$lost acknowledged snapshots lost after kill $i: $(comm -23 "$WORK/acknowledged" "$WORK/stored" | head -n 3 | tr '\n' ' ')"
  fi
done
acknowledged=$(wc -l <"$WORK/acknowledged")
((acknowledged > KILLS)) || die "only $acknowledged snapshots were acknowledged in $KILLS runs"
((slowest < 1000)) || die "the slowest start took $slowest ms"
cat "$WORK/verify"
echo "figure: $KILLS kills, $acknowledged acknowledged snapshots, 0 lost, slowest start $slowest ms"
