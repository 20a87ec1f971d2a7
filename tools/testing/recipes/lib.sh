# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What all recipes share: hosts to switch between, and the proof by frames. Sourced, in a guest.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
export RECIPE_HOSTS
RECIPE_HOSTS=$(mktemp)
namespaces=() vfs=() cables=()

title() { printf '# %s\n' "$*"; }

# try COMMAND...: shown as a user would type it, and run
try() {
	printf '  $ %s\n' "$*"
	"$@"
}

# sees FROM TO [RECEIVER...]: FROM sends to TO, a host, an address or "all"; exactly these get it, once
sees() { "$here/frames" "$@"; }

# known NAME NAMESPACE|- INTERFACE: something that sends and sees frames
known() { printf '%s %s %s\n' "$@" >>"$RECIPE_HOSTS"; }

# namespace NAME: a stack of its own that sends nothing unasked
namespace() {
	ip netns add "$1"
	namespaces+=("$1")
	ip netns exec "$1" sysctl -q net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
}

# vm NAME MAC: a virtual machine with a synthetic adapter, whose cable ends here as NAME-port
vm() {
	namespace "$1"
	ip link add "$1-port" type veth peer name eth0 address "$2" netns "$1"
	cables+=("$1-port")
	ip -n "$1" link set eth0 up
	ip link set "$1-port" up
	known "$1" "$1" eth0
}

# vf NAME MAC: a virtual machine that has only a VF
vf() {
	local id ifname vport
	namespace "$1"
	id=$(nicswitch vf allocate mac "$2")
	vport=$(nicswitch vport create vf "$id")
	nicswitch filter add vport "$vport" mac "$2" >/dev/null
	ifname=nsw0v$id
	ip link set "$ifname" netns "$1"
	vfs+=("$1 $ifname")
	ip -n "$1" link set "$ifname" up
	known "$1" "$1" "$ifname"
}

# wire NAME: a host beyond an external port, which is the interface NAME-lan here
wire() {
	namespace "$1"
	ip link add "$1-lan" type veth peer name eth0 netns "$1"
	cables+=("$1-lan")
	ip -n "$1" link set eth0 up
	ip link set "$1-lan" up
	known "$1" "$1" eth0
}

# lan NAME CABLE...: a host behind several cables, each of which ends here as CABLE
lan() {
	local host=$1 cable
	namespace "$host"
	ip -n "$host" link add lan0 type bridge
	ip -n "$host" link set lan0 up
	known "$host" "$host" lan0
	shift
	for cable; do
		ip link add "$cable" type veth peer name "$cable" netns "$host"
		cables+=("$cable")
		ip -n "$host" link set "$cable" master lan0 up
		ip link set "$cable" up
		known "$cable" "$host" "$cable"
	done
}

# Open vSwitch of this guest alone: its database and its daemon, beside none that may run
start_ovs() {
	if ! command -v ovs-vswitchd >/dev/null; then
		echo "SKIP Open vSwitch is not installed"
		exit 77
	fi
	modprobe -q openvswitch || true
	if ! grep -q ' ovs_dp_process_packet' /proc/kallsyms; then
		echo "SKIP this kernel has no Open vSwitch"
		exit 77
	fi
	if grep -q ' lock_acquire' /proc/kallsyms; then
		echo "SKIP this kernel checks its locks and is too slow for the daemon's own patience"
		exit 77
	fi
	# In the first ten seconds after boot the daemon takes the number of processors for 0, and has
	# nobody who answers the kernel's datapath.
	while (($(cut -d. -f1 /proc/uptime) < 10)); do sleep 0.2; done
	ovs=$(mktemp -d)
	export OVS_RUNDIR=$ovs OVS_LOGDIR=$ovs OVS_DBDIR=$ovs
	ovsdb-tool create "$ovs/conf.db" /usr/share/openvswitch/vswitch.ovsschema
	ovsdb-server "$ovs/conf.db" --remote="punix:$ovs/db.sock" --no-chdir --detach \
		--pidfile --log-file="$ovs/db.log" -vconsole:off
	ovs-vsctl --no-wait init
	ovs-vswitchd "unix:$ovs/db.sock" --no-chdir --detach --pidfile \
		--log-file="$ovs/switch.log" -vconsole:off
	started=1
}

# decision FRAME: what the daemon would have the datapath do with it; to ask wakes the daemon
decision() { ovs-appctl --timeout=60 ofproto/trace vswitch "$1" | grep '^Datapath actions'; }

# until_not DECISION FRAME: what was configured holds when the decision is another; then what the
# datapath has learned of the old one has to go
until_not() {
	for _ in {1..600}; do
		[[ $(decision "$2") == "$1" ]] || break
		sleep 0.1
	done
	ovs-appctl --timeout=60 dpctl/del-flows
}

stop_ovs() {
	local name

	[[ ${started-} ]] || return 0
	ovs-vsctl --timeout=60 --if-exists del-br vswitch
	for name in ovs-vswitchd ovsdb-server; do ovs-appctl --timeout=60 -t "$name" exit; done
	rm -r "$ovs"
}

finish() {
	local status=$? name
	trap - EXIT
	set +e
	stop_ovs
	ip link set nsw0 nomaster 2>/dev/null
	for name in "${vfs[@]}"; do
		read -r namespace ifname <<<"$name"
		ip -n "$namespace" link set "$ifname" netns 1
	done
	# the ends of cables first: a namespace takes its own with it only later
	for name in "${cables[@]}"; do ip link delete "$name" 2>/dev/null; done
	for name in "${namespaces[@]}"; do ip netns delete "$name"; done
	for name in vswitch bond0; do ip link delete "$name" 2>/dev/null; done
	ip link set nsw0 down
	nicswitch reset >/dev/null
	rm "$RECIPE_HOSTS"
	exit "$status"
}
trap finish EXIT

# What all start from: a NIC switch with two VFs.
nicswitch reset >/dev/null
nicswitch switch create vfs 2
sysctl -q net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
