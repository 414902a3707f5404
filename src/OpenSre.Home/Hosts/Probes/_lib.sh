# Shared by the probes of a home: reads only, POSIX sh, works with busybox and on macOS. A section begins with \036NAME and
# ends where the next begins, so that one that is cut off is known by the missing end; !WHY says why there is nothing.
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/bin; export PATH
have() { command -v "$1" >/dev/null 2>&1; }
lim() { if [ -n "$limit" ]; then timeout "$@"; else shift; "$@"; fi; }
# Not every system has timeout.
limit=; timeout 1 true 2>/dev/null && limit=1
s() { printf '\036%s\n' "$1"; }
no() { printf '!%s\n' "$1"; }
