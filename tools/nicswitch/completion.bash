# SPDX-License-Identifier: GPL-2.0-only
# bash completion for nicswitch(8)

# Ids of all objects of one noun, asked from the tool itself.
_nicswitch_ids()
{
	local noun=$1

	nicswitch "${adapter[@]}" -j "$noun" show 2>/dev/null |
		grep -o "[{]\"$noun\":[0-9]*" | cut -d: -f2
}

# What may follow the keyword $1; fails if that is for the user to know.
_nicswitch_values()
{
	case $1 in
	vport|from|to)
		_nicswitch_ids vport ;;
	vf)
		_nicswitch_ids vf ;;
	queue)
		_nicswitch_ids queue ;;
	moderation)
		echo off low medium high adaptive ;;
	asymmetric|single-pool|vf-rss|pf-vport-rss)
		echo on off ;;
	state)
		echo activated d0 d1 d2 d3 ;;
	dev)
		ls /sys/class/net ;;
	vlan)
		echo none any ;;
	link)
		echo auto enable disable ;;
	spoofchk|trust|rss_query|wake)
		echo on off ;;
	port_vlan_proto)
		echo 802.1Q 802.1ad ;;
	every|errno|delay|count|name|mac|qps|vfs|block|blocks|data|length|offset|timeout|port_vlan|port_vlan_qos|\
	min_tx_rate|max_tx_rate|affinity|buffers|vm)
		;;
	*)
		return 1 ;;
	esac
}

# What may follow noun $1 and verb $2: ids first, then keywords.
_nicswitch_arguments()
{
	local noun=$1 first=$3

	case "$1 $2" in
	"vf show"|"vf reset"|"vf offer"|"vf revoke"|"vf free"|"vf bars"|"vport delete"|"filter delete"|\
	"queue show"|"queue complete"|"queue free")
		[[ $first ]] && _nicswitch_ids "$noun" ;;
	"vport set")
		if [[ $first ]]; then
			_nicswitch_ids vport
		else
			echo state qps moderation affinity name
		fi ;;
	"vport show")
		[[ ! $first ]] || { _nicswitch_ids vport; echo vf pf; } ;;
	"vf power"|"vf config-read"|"vf config-write")
		if [[ $first ]]; then
			_nicswitch_ids vf
		elif [[ $2 == power ]]; then
			echo state wake
		else
			echo offset length data
		fi ;;
	"vf set")
		if [[ $first ]]; then
			_nicswitch_ids vf
		else
			echo mac link spoofchk trust rss_query port_vlan \
				port_vlan_proto port_vlan_qos min_tx_rate max_tx_rate
		fi ;;
	"queue set")
		if [[ $first ]]; then
			_nicswitch_ids queue
		else
			echo affinity buffers name
		fi ;;
	"queue allocate")
		echo affinity buffers name vm ;;
	"filter move")
		if [[ $first ]]; then
			_nicswitch_ids filter
		else
			echo from to
		fi ;;
	"caps show")
		echo hardware ;;
	"caps set")
		echo vfs vports qps qps-per-vport qps-default macs filters queues \
			vlan moderation asymmetric single-pool vf-rss pf-vport-rss ;;
	"switch create")
		echo name vfs qps ;;
	"switch set")
		echo name ;;
	"vf allocate")
		echo mac name vm nic ;;
	"vport create")
		echo vf pf qps moderation affinity name ;;
	"filter add")
		echo vport queue mac vlan ;;
	"filter show")
		echo vport queue ;;
	"stats show")
		echo vport queue ;;
	"block list")
		echo vf dev ;;
	"block read")
		echo vf dev block length ;;
	"block write")
		echo dev block data ;;
	"block set")
		echo vf block data writable ;;
	"block delete")
		echo vf block ;;
	"block invalidate")
		echo vf blocks ;;
	"adapter add")
		echo vfs vports qps filters without ids subsystem domain bus standalone_link vfs_need_pf static_vfs static_qps static_name ;;
	"failover add")
		echo mac netns ;;
	"failover show" | "failover delete")
		[[ $first ]] && _nicswitch_ids failover ;;
	"fault add")
		if [[ $first ]]; then
			echo numvfs mailbox vport drop corrupt link reset aer
		else
			echo vf vport every errno delay count
		fi ;;
	"fault delete")
		[[ $first ]] && _nicswitch_ids fault ;;
	"block wait")
		echo dev timeout ;;
	esac
}

_nicswitch_verbs()
{
	case $1 in
	adapter)
		echo add show delete ;;
	stats)
		echo show ;;
	caps)
		echo show set ;;
	switch)
		echo create show set delete ;;
	vf)
		echo allocate show set reset offer revoke free power config-read config-write bars ;;
	vport)
		echo create show set delete ;;
	filter)
		echo add show move delete ;;
	fault | failover)
		echo add show delete ;;
	queue)
		echo allocate complete show set free ;;
	block)
		echo list read write set delete invalidate wait ;;
	esac
}

_nicswitch()
{
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local nouns="show adapter caps switch vf vport filter queue block stats failover fault monitor reset"
	local options="--batch --owned --json --pretty --adapter --verbose --help --version"
	local adapter=() at=1 words

	# The options before the noun; only -a and -b take a value.
	while (( at < COMP_CWORD )) && [[ ${COMP_WORDS[at]} == -* ]]; do
		if [[ ${COMP_WORDS[at]} =~ ^(-[a-z]*[ab]|--adapter|--batch)$ ]]; then
			[[ ${COMP_WORDS[at]} == *b* ]] || adapter=(-a "${COMP_WORDS[at + 1]}")
			(( at++ ))
		fi
		(( at++ ))
	done

	if (( at > COMP_CWORD )); then
		adapter=()
		words=$(_nicswitch_ids adapter)
	elif (( at == COMP_CWORD )); then
		words=$nouns
		[[ $current == -* ]] && words=$options
	elif (( at + 1 == COMP_CWORD )); then
		words=$(_nicswitch_verbs "${COMP_WORDS[at]}")
	elif (( at + 2 == COMP_CWORD )); then
		words=$(_nicswitch_arguments "${COMP_WORDS[at]}" \
			"${COMP_WORDS[at + 1]}" first)
	elif ! words=$(_nicswitch_values "$previous"); then
		words=$(_nicswitch_arguments "${COMP_WORDS[at]}" \
			"${COMP_WORDS[at + 1]}" "")
	fi

	# Ids are numbers and keywords are words: nothing here needs quoting.
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _nicswitch nicswitch
