# shellcheck shell=bash disable=SC2154 # the variables are those of scripts/guest
# SPDX-License-Identifier: GPL-2.0-only
# The steps of scripts/guest.

# What the kernel says when something is wrong. Anchored, because Debian's kernels boot with harmless
# lines such as "RETBleed: WARNING: ...".
reports='^(\[ *[0-9.]+\] )?(WARNING: |BUG: |INFO: (task|rcu_|trying to register|suspicious)|rcu: INFO: |'
reports+='UBSAN: |KASAN: |Oops|general protection fault|Kernel panic|ODEBUG: |=+ *$|-+\[ cut here \]-+)|'
reports+='BUG: |Call Trace:|refcount_t: |ref_tracker: |scheduling while atomic|'
reports+='suspicious RCU usage|blocked for more than|unregister_netdevice: waiting|'
reports+='sleeping function called from invalid context|soft lockup|Kernel mode fault|Bad page state'

# newer STAMP PATH...: something in PATH... changed after STAMP
newer() {
	local stamp=$1 path existing=()
	shift
	[[ -e $stamp ]] || return 0
	for path; do
		if [[ -e $checkout/$path ]]; then existing+=("$checkout/$path"); fi
	done
	[[ $(find "${existing[@]}" -newer "$stamp" -print -quit) ]]
}

module_is_old() {
	# the stamp tells which kernel the module was built for
	[[ ! -e $module || ! -e $build/$target.stamp || $(<"$build/$target.stamp") != "$root" ]] ||
		newer "$build/$target.stamp" Makefile Kbuild src include kunit
}

cli_is_old() {
	[[ ! -x $build/bin/nicswitch ]] || newer "$build/cli.stamp" Makefile include tools/nicswitch
}

# Make the module and the CLI when they are missing or older than their sources; one guest at a time.
make_module() {
	local lock

	build=$checkout/build
	module=$build/$target/nicswitch.ko
	mkdir -p "$build/$target"
	if ! module_is_old && ! cli_is_old; then return; fi
	# called from a make, these must not inherit what that one was told
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
	exec {lock}>"$build/.guest.lock"
	flock "$lock"
	if module_is_old; then
		say "building the module for $target ..."
		echo "$root" >"$build/$target.stamp.new"
		make -s -C "$checkout" guest-module TARGET="$target" >&2 || fail "the module does not build"
		[[ -e $module ]] || fail "make guest-module left no $module"
		mv "$build/$target.stamp.new" "$build/$target.stamp"
	fi
	if cli_is_old; then
		say "building the CLI ..."
		touch "$build/cli.stamp.new"
		make -s -C "$checkout" cli >&2 || fail "the CLI does not build"
		mv "$build/cli.stamp.new" "$build/cli.stamp"
	fi
	exec {lock}>&-
}

quote() {
	local LC_ALL=C word
	for word; do
		printf "'%s' " "${word//\'/\'\\\'\'}"
	done
}

# What the guest's init must know, as shell text: variables, then the command as positional parameters.
write_env() {
	local name kunit=$build/$target/nicswitch_kunit.ko size=(24 80) i

	[[ -e $kunit ]] || kunit=''
	for name in "${!NICSWITCH_@}"; do
		echo "export $name=$(quote "${!name}")"
	done
	if [[ $interactive ]]; then
		read -ra size < <(stty size)
	fi
	local assign=(
		KIND "$kind" CHECKOUT "$checkout" LOAD "$load" INSMOD_ARGS "${NICSWITCH_INSMOD_ARGS-}"
		NICSWITCH_MODULE "$module" NICSWITCH_KUNIT "$kunit" INTERACTIVE "$interactive"
		MERGED "$merged" ROWS "${size[0]}" COLUMNS "${size[1]}"
		TERM "${TERM:-dumb}" LANG C.UTF-8
	)
	if [[ $kind == uml ]]; then
		assign+=(OUT /dev/ttyS0 ERR /dev/ttyS1 MODULES '')
	else
		assign+=(OUT /dev/hvc0 MODULES '')
		# kernels of our own have everything built in
		if [[ -e $root/modules ]]; then assign+=(MODULES "$root/modules"); fi
	fi
	for ((i = 0; i < ${#assign[@]}; i += 2)); do
		echo "${assign[i]}=$(quote "${assign[i + 1]}")"
	done
	echo "set -- $(quote "$@")"
}

# UML keeps the guest's memory in a file; a small or noexec /dev/shm (containers) will not do.
memory_dir() {
	local dir

	for dir in /dev/shm "${XDG_RUNTIME_DIR:-/dev/shm}"; do
		[[ -w $dir && $(stat -fc '%a*%S/1048576' "$dir") ]] || continue
		# another guest beside may not have touched its own yet
		(($(stat -fc '%a*%S/1048576' "$dir") > 2 * mem)) || continue
		[[ ,$(findmnt -no OPTIONS -T "$dir"), == *,noexec,* ]] && continue
		echo "$dir"
		return
	done
	echo "${TMPDIR:-/tmp}"
}

# run_guest COMMAND...: until it ends or the time is up. How it ends says nothing; the verdict is judge's.
run_guest() {
	local rc=0 start=$SECONDS

	if [[ $interactive ]]; then
		terminal=$(stty -g)
		timeout --foreground -k 5 "$timeout" "$@" || rc=$?
	else
		# a process group of its own: Ctrl-C is for us, who then end it in finish
		set -m
		timeout -k 5 "$timeout" "$@" </dev/null &
		guest=$!
		set +m
		# bash would tell of a process that aborted
		wait "$guest" 2>/dev/null || rc=$?
		guest=''
	fi
	if ((rc == 124 || rc == 137 && timeout > 0 && SECONDS - start >= timeout)); then touch "$run/timeout"; fi
	sweep
}

# Processes that a killed UML left behind: they are in its session, and its pid file is still there.
sweep() {
	local pid

	for pid in "$run"/*/pid; do
		[[ -s $pid ]] && pkill -KILL -s "$(<"$pid")"
	done
	return 0
}

start_uml() {
	local ssl=("ssl0=null,fd:7" "ssl1=null,fd:8") umid=${run##*.}

	[[ $interactive ]] && ssl=("ssl0=fd:6,fd:7")
	ulimit -c 0
	export TMPDIR
	TMPDIR=$(memory_dir)
	run_guest "$root/linux" "mem=${mem}M" rootfstype=hostfs rootflags=/ root=/dev/root ro \
		"init=$run/root-uml" "RUN=$run" "umid=$umid" "uml_dir=$run/" \
		con=null con0=null,fd:9 console=tty0 ssl=null "${ssl[@]}" \
		ignore_loglevel panic=-1 oops=panic bonding.max_bonds=0 dummy.numdummies=0 \
		6<&0 7>&1 8>&2 9>"$run/kernel.log" >>"$run/vmm.log" 2>&1
}

# KVM is not tried: where its device exists but does not work, guests hang.
start_qemu() {
	local name args=() pumps=() accel=tcg,thread=${NICSWITCH_TCG:-multi}

	command -v qemu-system-x86_64 >/dev/null || fail "there is no qemu-system-x86_64; run scripts/setup check"

	share() {
		args+=(-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap$3"
			-device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
	}
	share root / ,readonly=on
	share build "${build//,/,,}" ''
	share run "$run" ''
	args+=(-device "virtio-serial-pci,id=serial")
	if [[ $interactive ]]; then
		args+=(-chardev "stdio,id=terminal,signal=off"
			-device "virtconsole,bus=serial.0,nr=0,chardev=terminal")
	else
		for name in out:1 err:2; do
			mkfifo "$run/${name%:*}"
			args+=(-chardev "file,id=${name%:*},path=$run/${name%:*}"
				-device "virtserialport,bus=serial.0,nr=${name#*:},chardev=${name%:*}")
		done
		# When nobody reads any more (| head) there is no use in going on, as with any program.
		{ cat "$run/out" || kill -PIPE $$; } &
		pumps=($!)
		cat "$run/err" >&2 &
		pumps+=($!)
	fi
	# Threads would count side by side.
	[[ ! $icount ]] || { accel=tcg,thread=single; args+=(-icount "shift=0,sleep=on"); }
	run_guest qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
		-machine pc -accel "$accel" -cpu max -smp "$smp" -m "$mem" \
		-kernel "$root/vmlinuz" -initrd "$root/initrd" \
		-append "console=ttyS0 ignore_loglevel panic=-1 oops=panic mitigations=off nokaslr \
			apparmor=0 audit=0 watchdog_thresh=20 rcupdate.rcu_cpu_stall_timeout=40" \
		-serial "file:$run/kernel.log" "${args[@]}" 2>"$run/vmm.log"
	if ((${#pumps[@]})); then
		# QEMU may have died before it opened them
		: <>"$run/out" <>"$run/err"
		wait "${pumps[@]}" || true
	fi
}

# QEMU before 8.1, with several processors, may run code that the kernel has patched as it was in between, with a
# breakpoint. Where it does so before the module is there, that says nothing about the module.
stumbled() { [[ ! -e $run/booted ]] && grep -aq 'Oops: int3' "$run/kernel.log"; }

# Whatever happens: no process, no file, no raw terminal stays behind.
finish() {
	if [[ $guest ]]; then
		# UML has a session of its own; timeout passes the signal on, and insists after a while
		kill -TERM "$guest" 2>/dev/null || true
		wait "$guest" 2>/dev/null || true
	fi
	sweep
	[[ -z ${terminal-} ]] || stty "$terminal"
	rm -rf "$run"
}

keep_log() {
	local kept

	kept=$build/log/$target.$(date +%Y%m%d-%H%M%S).$$.log
	mkdir -p "$build/log"
	if [[ -e $run/whole.log ]]; then cp "$run/whole.log" "$kept"; else cp "$run/kernel.log" "$kept"; fi
	say "the kernel log is $kept"
}

# Data races, each a paragraph between double lines, leave the log: $run/races has those with a function of ours
# in a stack, $run/races.kernel the titles of all others, which are the kernel's own.
sort_races() {
	touch "$run/races" "$run/races.kernel"
	grep -aq 'BUG: KCSAN: ' "$run/kernel.log" || return 0
	cp "$run/kernel.log" "$run/whole.log"
	awk -v ours="$run/races" -v kernel="$run/races.kernel" '
		function end() {
			if (text ~ /\[nicswitch/) print text "\n" >ours; else print title >kernel
			text = ""
		}
		/==============================\r?$/ {
			if (text != "") end(); else held = $0
			next
		}
		held != "" && /BUG: KCSAN: / {
			title = $0; sub(/.*BUG: KCSAN: /, "", title)
			text = $0; held = ""
			next
		}
		held != "" { print held; held = "" }
		text != "" { text = text "\n" $0; next }
		{ print }
		END { if (text != "") end() }' "$run/whole.log" >"$run/kernel.log"
	say "$(wc -l <"$run/races.kernel") data races of the kernel's own, $(sort -u "$run/races.kernel" | wc -l) of them different"
}

# The verdict on a guest that has ended.
judge() {
	local status='' bad=0 reported=''

	if [[ -s $run/status ]]; then status=$(<"$run/status"); fi
	sort_races
	if [[ -s $run/races ]]; then
		bad=1 reported=1
		say "$(grep -ac 'BUG: KCSAN: ' "$run/races") data races of the module:"
		head -n 200 "$run/races" >&2
	fi
	if grep -aqE "$reports" "$run/kernel.log"; then
		bad=1 reported=1
		say "the kernel reports:"
		grep -aEm1 -A60 "$reports" "$run/kernel.log" >&2
	fi
	if [[ -s $run/kmemleak ]]; then
		bad=1
		say "memory leaks:"
		head -n 100 "$run/kmemleak" >&2
	fi
	if [[ -s $run/problems ]]; then
		bad=1
		sed 's/^/guest: /' "$run/problems" >&2
	fi
	if [[ -e $run/timeout ]]; then
		say "no end after $timeout seconds: killed"
		status=124 bad=1
	elif [[ -z $status ]]; then
		say "the guest died"
		status=70 bad=1
	fi
	if ((bad)); then
		if [[ ! -s $run/status && ! $reported ]]; then
			say "the end of the kernel log:"
			tail -n 20 "$run/kernel.log" "$run/vmm.log" >&2
		fi
		keep_log
		((status)) || status=70
	fi
	exit "$status"
}
