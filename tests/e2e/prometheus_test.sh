#!/usr/bin/env bash
# Debian's real Prometheus scrapes /metrics, and promtool finds nothing to complain of.
source "$(dirname "$0")/support.bash"
need prometheus promtool curl jq
start_etcd
port=$(free_port) web=$(free_port)
printf 'listen: {address: "127.0.0.1:%s"}\nstore: {path: %s, minFreeBytes: 1MiB}\nscrape: {interval: 1s, profiles: {cpu: {interval: 6s, duration: 1s}}}\ndiscovery: {processes: false}\ntargets: [{component: etcd, url: "%s"}]\n' \
  "$port" "$WORK/store" "$ETCD" >"$WORK/kprofd.yaml"
background "$WORK/kprofd.log" "$BIN/kprofd" --config "$WORK/kprofd.yaml"
wait_for 20 'a stored snapshot' bash -c "curl -sf http://127.0.0.1:$port/metrics | grep -q '^kprofd_store_snapshots [1-9]'"
curl -sf "http://127.0.0.1:$port/metrics" >"$WORK/metrics"
promtool check metrics <"$WORK/metrics" || die "promtool"
printf 'global: {scrape_interval: 1s}\nscrape_configs: [{job_name: kprofd, static_configs: [{targets: ["127.0.0.1:%s"]}]}]\n' "$port" >"$WORK/prometheus.yaml"
background "$WORK/prometheus.log" prometheus --config.file "$WORK/prometheus.yaml" --storage.tsdb.path "$WORK/tsdb" --web.listen-address "127.0.0.1:$web"
query() { curl -sfG "http://127.0.0.1:$web/api/v1/query" --data-urlencode "query=$1" | jq -e '.data.result | length > 0'; }
wait_for 30 'up == 1' query 'up{job="kprofd"} == 1'
wait_for 30 'scrapes of etcd heap' query 'kprofd_scrapes_total{component="etcd",type="heap"} > 0'
wait_for 30 'own process metrics' query 'process_resident_memory_bytes{job="kprofd"} > 0'
