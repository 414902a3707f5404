# The first process of a sandbox: makes its root directory, moves into it, lets the scenario prepare, becomes the supervisor.
# shellcheck shell=bash
set -euo pipefail
state=$1 host=$2 root=$1/root
# shellcheck disable=SC1091
source "$state/script"   # everything needed later is in memory before the old root goes

hostname "$host"
ip link set lo up
ip link add eth0 type veth peer name uplink 2>/dev/null && {
  ip addr add "10.20.0.$((16 + $(cksum <<<"$host" | cut -d' ' -f1) % 200))/24" dev eth0
  ip link set eth0 up; ip link set uplink up; ip route add default via 10.20.0.1
}

mount --bind "$root" "$root"
cd "$root"
mkdir -p usr etc/ssl etc/sv etc/service var/{log,lib,spool,cache,tmp} srv opt home root tmp run/lock dev proc sys mnt media
chmod 1777 tmp var/tmp
ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; [ -d /lib64 ] && ln -s usr/lib64 lib64
ln -s /run var/run; ln -s /run/lock var/lock
mount --bind /usr usr && mount -o remount,bind,ro usr
mkdir -p run/local/{bin,sbin,lib,etc,share} && mount --bind run/local usr/local

for f in passwd group shadow nsswitch.conf os-release debian_version ld.so.cache ld.so.conf ld.so.conf.d localtime timezone services protocols \
  alternatives host.conf gai.conf login.defs shells bash.bashrc profile mke2fs.conf magic mime.types; do
  [ -e "/etc/$f" ] && cp -a "/etc/$f" etc/
done
mkdir -p etc/ssl/certs; cp /etc/ssl/openssl.cnf etc/ssl/; cp -L /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/
sed -i '/^postgres\|^runit-log\|^_runit/d' etc/passwd etc/group 2>/dev/null || true
echo 'app:x:1500:1500::/home/app:/usr/sbin/nologin' >> etc/passwd; echo 'app:x:1500:' >> etc/group
echo "$host" > etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n' "$host" > etc/hosts
cksum <<<"$host" | md5sum | cut -c1-32 > etc/machine-id
printf 'search northwind.internal\noptions timeout:1 attempts:2\nnameserver 127.0.0.53\n' > etc/resolv.conf
printf '# <file system> <mount point> <type> <options> <dump> <pass>\n/dev/vda / ext4 errors=remount-ro 0 1\n' > etc/fstab

mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o nosuid,nodev,noexec sysfs sys
mount -t tmpfs -o mode=755,size=64k tmpfs sys/fs/cgroup
while IFS=: read -r _ controllers _; do
  if [ -z "$controllers" ]; then
    mkdir -p sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
  else
    dir=sys/fs/cgroup/${controllers#name=}; mkdir -p "$dir"; mount -t cgroup -o "$controllers" cgroup "$dir"
  fi
done < /proc/self/cgroup
mount -t tmpfs -o mode=755,size=1m tmpfs dev
for d in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 kmsg:1:11 loop-control:10:237; do
  IFS=: read -r n a b <<<"$d"; mknod -m 666 "dev/$n" c "$a" "$b"
done
mkdir -p dev/shm dev/pts; mount -t tmpfs -o mode=1777,size=64m tmpfs dev/shm; mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd; ln -s /proc/self/fd/0 dev/stdin; ln -s /proc/self/fd/1 dev/stdout; ln -s /proc/self/fd/2 dev/stderr
mount -t tmpfs -o mode=755,size=64m tmpfs run   # hides run/local, which stays mounted where it is used
mkdir -p run/lock run/.old

pivot_root . run/.old
cd /
umount -l /run/.old; rmdir /run/.old
guest_call host_files
guest_call prepare
find /etc /opt /usr/local -xdev -newermt '2 days ago' -exec touch -h -d "$((17 + $(cksum <<<"$host" | cut -d' ' -f1) % 20)) days ago" {} +   # nothing here looks new
echo READY
exec </dev/null >>/var/log/runit.log 2>&1
exec env -i PATH="$PATH" LANG=C.UTF-8 HOME=/root runsvdir -P /etc/service
