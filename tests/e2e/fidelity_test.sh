#!/usr/bin/env bash
# Every profile that went through a store is the same to `go tool pprof`: import, pull, and compare the sorted output of -top -addresses, -traces -addresses
# and -tags, nothing trimmed, for each file. PROFILES is a folder of COMPONENT/TYPE-NNNN.pb.gz; the sample in tests/testdata by default.
#
#   tests/e2e/fidelity_test.sh [PROFILES]
source "$(dirname "$0")/support.bash"
need go
PROFILES=${1:-tests/testdata/profiles}
export PPROF_TMPDIR=$WORK/pprof TZ=UTC
same() { # ORIGINAL PULLED
  local report a b
  for report in '-top -addresses' '-traces -addresses' '-tags'; do
    # shellcheck disable=SC2086
    a=$(go tool pprof $report -nodecount=0 -nodefraction=0 -edgefraction=0 "$1" 2>&1 | sort) b=$(go tool pprof $report -nodecount=0 -nodefraction=0 -edgefraction=0 "$2" 2>&1 | sort)
    [[ $a == "$b" ]] || { echo "$1 differs from $2 in $report"; diff <(echo "$a") <(echo "$b") | head -n 6; return 1; }
  done
}
export -f same
files=0
for folder in "$PROFILES"/*/; do
  component=$(basename "$folder")
  "$BIN/kprofctl" --store "$WORK/store" import --component "$component" "$folder"*.pb.gz >/dev/null
done
"$BIN/kprofctl" --store "$WORK/store" verify
"$BIN/kprofctl" --store "$WORK/store" pull --out "$WORK/pulled" >/dev/null
for folder in "$PROFILES"/*/; do
  component=$(basename "$folder")
  for type in $(find "$folder" -name '*.pb.gz' -printf '%f\n' | sed 's/-[0-9]*\.pb\.gz$//' | sort -u); do
    # Both sort by time, so the n-th of one is the n-th of the other.
    paste -d' ' <(ls "$folder$type"-*.pb.gz) <(ls "$WORK/pulled/$component-$type"-*.pb.gz) >>"$WORK/pairs"
    [[ $(ls "$folder$type"-*.pb.gz | wc -l) == $(ls "$WORK/pulled/$component-$type"-*.pb.gz | wc -l) ]] || die "$component $type: not as many came back"
  done
done
files=$(wc -l <"$WORK/pairs")
xargs -P 2 -L 1 bash -c 'same "$0" "$1"' <"$WORK/pairs" || die "profiles differ"
echo "figure: $files profiles are the same to go tool pprof after the store"
