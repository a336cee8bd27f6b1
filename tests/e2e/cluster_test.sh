#!/usr/bin/env bash
# The main job on a real Kubernetes node: records six components, every type they have, for SECONDS (default 300) at 10 s, then kills the daemon with -9,
# and checks what it recorded with `go tool pprof`. Needs root and ../shared/kubernetes/cluster, which it starts (and stops) unless it runs already.
#
#   tests/e2e/cluster_test.sh [SECONDS]
source "$(dirname "$0")/support.bash"
SECONDS_TO_RECORD=${1:-${KPROFD_E2E_SECONDS:-300}}
CLUSTER=${KPROFD_CLUSTER:-../shared/kubernetes/cluster}
[[ -x $CLUSTER ]] || skip "no cluster: $CLUSTER is absent"
[[ $(id -u) == 0 ]] || skip "no cluster: needs root"
need go jq
if ! $CLUSTER status 2>/dev/null | grep -qw Ready; then
  say "starting the cluster"
  $CLUSTER up || die "cluster up"
  trap '$CLUSTER down; cleanup' EXIT
fi
eval "$($CLUSTER env)"
port=9912
cat >"$WORK/kprofd.yaml" <<C
nodeName: node1
listen: {address: "127.0.0.1:$port"}
store: {path: $WORK/store, minFreeBytes: 1MiB}
scrape: {interval: 10s, cpuDuration: 1s}
discovery: {processes: false}
targets:
  - {component: kube-apiserver, url: "https://127.0.0.1:6443", caFile: $KUBE_CA, clientCertFile: $KUBE_ADMIN_CERT, clientKeyFile: $KUBE_ADMIN_KEY, serverName: kubernetes.default.svc}
  - {component: kubelet, url: "https://127.0.0.1:10250", pinnedCertFile: $KUBE_KUBELET_CERT, clientCertFile: $KUBE_ADMIN_CERT, clientKeyFile: $KUBE_ADMIN_KEY}
  - {component: kube-scheduler, url: "http://127.0.0.1:10251"}
  - {component: kube-controller-manager, url: "http://127.0.0.1:10252"}
  - {component: etcd, url: "http://127.0.0.1:2379"}
  - {component: containerd, url: "unix://$CONTAINERD_DEBUG_SOCKET"}
C
"$BIN/kprofd" check-config "$WORK/kprofd.yaml"
in_ns() { $CLUSTER exec "$@"; }
ctl() { in_ns "$BIN/kprofctl" --server "http://127.0.0.1:$port" "$@"; }
start_kprofd() {
  background "$WORK/kprofd-$1.log" nsenter --net="/var/run/netns/$KUBE_NETNS" "$BIN/kprofd" --config "$WORK/kprofd.yaml"
  KPROFD=$LAST
  wait_for 20 'kprofd ready' in_ns curl -sf "http://127.0.0.1:$port/readyz"
}

say "recording for $SECONDS_TO_RECORD s"
start_kprofd first
cpu_ticks() { awk '{print $14 + $15}' "/proc/$KPROFD/stat"; }
begin_ticks=$(cpu_ticks) begin=$(date +%s.%N)
sleep "$SECONDS_TO_RECORD" & wait $!
ticks=$(($(cpu_ticks) - begin_ticks))
rss=$(awk '/VmRSS/ {print $2}' "/proc/$KPROFD/status") peak=$(awk '/VmHWM/ {print $2}' "/proc/$KPROFD/status")
echo "figure: cpu $(awk -v t="$ticks" -v b="$begin" -v e="$(date +%s.%N)" 'BEGIN {printf "%.2f", t / (e - b)}') % of one core, rss $((rss / 1024)) MiB, peak $((peak / 1024)) MiB over $SECONDS_TO_RECORD s"
ctl targets
ctl series

say "every component has every type, as often as the schedule says"
ctl series --output json >"$WORK/series.json"
rounds=$((SECONDS_TO_RECORD / 10))
count() { jq -r --arg c "$1" --arg t "$2" '[.. | objects | select(.component? == $c and .type? == $t) | .snapshots] | add // 0' "$WORK/series.json"; }
types_of() { # what each samples: etcd alone mutex, also while nothing is contended; what is off is asked for rarely
  echo cpu heap allocs goroutine threadcreate
  case $1 in etcd) echo mutex ;; kube-apiserver | kube-scheduler | kubelet) echo block ;; esac
}
for component in kube-apiserver kubelet kube-scheduler kube-controller-manager etcd containerd; do
  for type in $(types_of "$component"); do
    n=$(count "$component" "$type")
    ((n >= rounds * 9 / 10 - 1)) || die "$component $type: $n snapshots in $rounds rounds"
  done
done

say "go tool pprof opens the newest of each over HTTP, and the merge over the window"
in_ns curl -sf "http://127.0.0.1:$port/api/v1/openapi.yaml" >/dev/null
jq -r '.. | objects | select(.snapshots? != null and .component? != null and .type? != null) | "\(.component) \(.type)"' "$WORK/series.json" | sort -u >"$WORK/pairs"
while read -r component type; do
  id=$(ctl snapshots --component "$component" --type "$type" --limit 1 --output json | jq -r '.. | .id? // empty' | head -n1)
  in_ns env PPROF_TMPDIR="$WORK/pprof" go tool pprof -top "http://127.0.0.1:$port/api/v1/snapshots/$id/profile" >"$WORK/top.txt" 2>"$WORK/top.err" || { cat "$WORK/top.err"; die "go tool pprof on $component $type $id"; }
  grep -q 'flat%' "$WORK/top.txt" || die "$component $type: no top table"
  in_ns env PPROF_TMPDIR="$WORK/pprof" go tool pprof -top "http://127.0.0.1:$port/api/v1/profile?component=$component&type=$type&from=-1h" >/dev/null 2>"$WORK/top.err" || { cat "$WORK/top.err"; die "merge of $component $type"; }
done <"$WORK/pairs"
in_ns env PPROF_TMPDIR="$WORK/pprof" go tool pprof -top "http://127.0.0.1:$port/targets/kubelet/debug/pprof/heap" 2>/dev/null | grep -q 'flat%' || die "live target"

say "kill -9, start again: nothing acknowledged is lost"
ctl snapshots --limit 1000 --output json | jq -r '.. | .id? // empty' | sort >"$WORK/before"
kill -9 "$KPROFD"; wait "$KPROFD" 2>/dev/null || true
"$BIN/kprofctl" --store "$WORK/store" verify
start_kprofd second
newest=$(tail -n1 "$WORK/before")
ctl snapshots --limit 1000 --output json | jq -r '.. | .id? // empty' | sort | awk -v n="$newest" '$1 <= n' >"$WORK/after"
missing=$(comm -23 "$WORK/before" "$WORK/after" | awk -v o="$(head -n1 "$WORK/after")" '$1 >= o' | wc -l)
((missing == 0)) || die "$missing acknowledged snapshots are gone after kill -9"

say "pull and merge"
ctl pull --component kube-apiserver --type heap --out "$WORK/pulled"
ls "$WORK/pulled" | head -n 3
go tool pprof -top "$WORK"/pulled/*.pb.gz 2>/dev/null | grep -q 'flat%' || die "pulled files"
"$BIN/kprofctl" --store "$WORK/store" merge --component kube-apiserver --type heap -o "$WORK/merged.pb.gz"
go tool pprof -top "$WORK/merged.pb.gz" 2>/dev/null | head -n 8
begin=$(date +%s%N); kill -TERM "$KPROFD"; wait "$KPROFD" || die "SIGTERM: exit code $?"
echo "figure: SIGTERM to exit $((($(date +%s%N) - begin) / 1000000)) ms"
"$BIN/kprofctl" --store "$WORK/store" verify
du -sb "$WORK/store" | awk '{print "figure: store " $1 " bytes"}'
