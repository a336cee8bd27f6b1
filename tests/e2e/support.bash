# What the end-to-end tests share. Each test is a bash script that sources this, prints what it does, and exits 0, 1 or 77 (skipped: the last line says why).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BIN=$PWD/build/release/bin
WORK=$(mktemp -d "${TMPDIR:-/tmp}/kprofd-e2e.XXXXXX")
PIDS=()
cleanup() {
  local pid
  for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${PIDS[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$WORK"
}
trap cleanup EXIT

say() { echo "--- $*"; }
die() { echo "FAILED: $*"; exit 1; }
skip() { echo "$*"; exit 77; }
need() { local c; for c in "$@"; do command -v "$c" >/dev/null || skip "no $c on this machine"; done; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
background() { # LOG CMD...: starts it, remembers the pid in $LAST
  local log=$1; shift
  "$@" >"$log" 2>&1 </dev/null &
  LAST=$!
  PIDS+=("$LAST")
}
wait_for() { # SECONDS WHAT CMD...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do ((SECONDS < end)) || die "$what did not happen"; sleep 0.1; done
}
start_etcd() { # sets ETCD to its client URL
  need etcd
  local port peer; port=$(free_port) peer=$(free_port)
  ETCD=http://127.0.0.1:$port
  background "$WORK/etcd.log" etcd --enable-pprof --data-dir "$WORK/etcd" --listen-client-urls "$ETCD" --advertise-client-urls "$ETCD" \
    --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer"
  wait_for 20 'etcd answering' curl -sf "$ETCD/health"
}
