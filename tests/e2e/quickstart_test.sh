#!/usr/bin/env bash
# deploy/quickstart records, says what it does, and ends by itself with 0, or at once when Ctrl-C is pressed on its terminal; it leaves no process behind.
source "$(dirname "$0")/support.bash"
need etcd curl script
# The store and etcd of a quick start are named by the absolute path of this checkout, or by build/quickstart, on their command lines.
left_behind() { pgrep -f '(^| )build/quickstart/(kprofd\.yaml|etcd)( |$)' | while read -r pid; do [[ $(readlink "/proc/$pid/cwd") == "$PWD" ]] && echo "$pid"; done || true; }

say "--for 25s"
status=0
./deploy/quickstart --for 25s >"$WORK/out" 2>&1 || status=$?
cat "$WORK/out"
((status == 0)) || die "--for 25s: exit code $status"
for wanted in 'open   http://127.0.0.1:' 'try    go tool pprof' 'heap' 'goroutine' 'SNAPSHOTS'; do
  grep -q -- "$wanted" "$WORK/out" || die "the output has no '$wanted'"
done
[[ -z $(left_behind) ]] || die "--for 25s left processes: $(left_behind)"

# A shell starts its background jobs with SIGINT ignored, and bash cannot trap what it inherited as ignored; a real terminal, which script(1) makes,
# does what an operator's does: the character 3 becomes SIGINT for the whole foreground group. exec: the shell of script(1), where it is dash,
# would otherwise wait in that group and end with 130 of its own.
say "Ctrl-C"
mkfifo "$WORK/keys"
env --default-signal=INT script --quiet --return --flush --command 'exec ./deploy/quickstart' "$WORK/terminal" <"$WORK/keys" >/dev/null 2>&1 &
terminal=$!
PIDS+=("$terminal")
exec {keys}>"$WORK/keys"
wait_for 60 'the first snapshot' grep -qE '(heap|goroutine|allocs) ' "$WORK/terminal"
begin=$(date +%s%N)
printf '\003' >&"$keys"
status=0
wait "$terminal" || status=$?
exec {keys}>&-
cat "$WORK/terminal"
((status == 0)) || die "Ctrl-C: exit code $status"
echo "figure: Ctrl-C to exit $((($(date +%s%N) - begin) / 1000000)) ms"
grep -q 'SNAPSHOTS' "$WORK/terminal" || die "no summary after Ctrl-C"
[[ -z $(left_behind) ]] || die "Ctrl-C left processes: $(left_behind)"
