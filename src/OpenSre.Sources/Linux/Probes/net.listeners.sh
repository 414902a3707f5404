# Listening sockets and who owns them.
have ss || { echo "the ss program (package iproute2) is not installed" >&2; exit 127; }
ss -Hlntup 2>/dev/null | awk '{ proto = $1; recv = $3; send = $4; addr = $5; who = $0; pid = "-"; name = "-"; if (match(who, /pid=[0-9]+/)) pid = substr(who, RSTART + 4, RLENGTH - 4); if (match(who, /\(\("[^"]*"/)) name = substr(who, RSTART + 3, RLENGTH - 4); print proto, addr, pid, name, recv, send }' | while read -r proto addr pid name recv send; do
  svc=-; [ "$pid" != - ] && svc=$(svc_of "$pid")
  printf 'listener proto=%s address=%s port=%s pid=%s accept_queue=%s backlog=%s service=%s name=%s cmd=%s\n' "$proto" "$addr" "${addr##*:}" "$pid" "$recv" "$send" "$svc" "$name" "$([ "$pid" != - ] && cmd_of "$pid")"
done
exit 0
