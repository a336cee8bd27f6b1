#!/usr/bin/env bash
# What recording costs: the six components of a real Kubernetes node, six types each at 10 s with 1 s of cpu, over BENCH_SECONDS (default 300).
# Prints the agent's CPU as a share of one core and its memory. Needs root and ../shared/kubernetes/cluster.
set -euo pipefail
cd "$(dirname "$0")/../.."
KPROFD_E2E_SECONDS=${BENCH_SECONDS:-300} bash tests/e2e/cluster_test.sh | grep -E '^(figure:|FAILED|---|no cluster)'
