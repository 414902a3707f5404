# Shared by every probe; read-only, POSIX sh, works with busybox. P, S, C and L are the roots of proc, sys, cgroups
# and logs. One fact per line: a word for the kind of record, then key=value; text= and cmd= take the rest of the line.
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin; export PATH
have() { command -v "$1" >/dev/null 2>&1; }
hz=$(getconf CLK_TCK 2>/dev/null || echo 100)
now=$(date +%s)

pressure() {
  for r in "$@"; do
    [ -r "$P/pressure/$r" ] && awk -v r="$r" '{ printf "pressure resource=%s kind=%s", r, $1; for (i = 2; i <= NF; i++) printf " %s", $i; print "" }' "$P/pressure/$r"
  done
}

# The command line of a process, without line ends.
cmd_of() {
  [ -r "$P/$1/cmdline" ] || return 0
  c=$(tr '\000\n\r\t' '    ' <"$P/$1/cmdline" 2>/dev/null | cut -c1-160)
  if [ -n "$c" ]; then printf '%s' "$c"; elif read -r c 2>/dev/null <"$P/$1/comm"; then printf '[%s]' "$c"; fi
}

# The supervised service or container a process belongs to, or "-".
svc_of() {
  u=$(sed -n 's#.*/\([^/]*\)\.service\(/.*\)\{0,1\}$#\1#p; s#.*/docker[-/]\([0-9a-f]\{12\}\).*#container:\1#p' "$P/$1/cgroup" 2>/dev/null | head -n 1)
  if [ -n "$u" ]; then printf '%s' "$u"; return; fi
  p=$1; n=0
  while [ -n "$p" ] && [ "$p" -gt 1 ] 2>/dev/null && [ $n -lt 8 ]; do
    read -r cm <"$P/$p/comm" 2>/dev/null || break
    if [ "$cm" = runsv ] || [ "$cm" = s6-supervise ]; then
      basename "$(tr '\000' '\n' <"$P/$p/cmdline" 2>/dev/null | sed -n '/^-/d; p' | tail -n 1)"; return
    fi
    p=$(sed -n 's/^PPid:[[:space:]]*//p' "$P/$p/status" 2>/dev/null); n=$((n + 1))
  done
  printf '%s' -
}

# Is this process part of the looking itself?
own() { [ "$1" = "$$" ] || [ "$1" = "$PPID" ]; }

# name:pid of the first processes of a cgroup.
cg_procs() { n=0; while read -r q && [ $n -lt 4 ]; do [ -r "$P/$q/comm" ] && { read -r cm <"$P/$q/comm"; printf '%s%s:%s' "$([ $n -gt 0 ] && echo ,)" "$(printf %s "$cm" | tr ' ' _)" "$q"; n=$((n + 1)); }; done <"$1/cgroup.procs" 2>/dev/null; [ $n -eq 0 ] && printf -- -; }
cg_svc() { read -r q <"$1/cgroup.procs" 2>/dev/null && svc_of "$q" || printf -- -; }
