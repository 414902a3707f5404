# An alert that its sender already resolved.
# shellcheck shell=bash disable=SC2034
HOST=hazel
prepare() { app inventory 8087 work.item=stock; app orders-api 8080 work.item=order upstream.url=http://127.0.0.1:8087/; old_svlog orders-api 1500 "ERROR order 41822 failed: call http://127.0.0.1:8087/: timed out"; old_svlog orders-api 1470 "INFO order 41831 done in 3 ms"; }
verify() { check "healthy" answers http://127.0.0.1:8080/health; }
alert() { alertmanager OrdersTimeouts critical "orders-api on $HOST: requests time out" label.service=orders-api status=resolved start="$((T_PAST - 1500))" end="$((T_PAST - 1440))"; }
label() { healthy "a short timeout that ended by itself"; }
