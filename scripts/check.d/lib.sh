# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What several checks need. Read at the top of the checkout.
set -euo pipefail
shopt -s inherit_errexit

# files PATTERN... [FOLDER...]: the project's files of these names, what the spec generates left out
files() {
	local folders=() patterns=() word

	for word; do
		if [[ -d $word ]]; then folders+=("$word"); else patterns+=(-o -name "$word"); fi
	done
	((${#folders[@]})) || folders=(.)
	find "${folders[@]}" \( -name .git -o -path ./build -o -name __pycache__ \) -prune -o \
		-type f \( "${patterns[@]:1}" \) ! -name 'nl_gen.[ch]' ! -path '*include/uapi/*' -print |
		sed 's,^\./,,' | sort
}

# scripts LANGUAGE PATTERN...: files of these names, and those whose first line asks for such an interpreter
scripts() {
	local language=$1
	shift

	{
		files "$@"
		files '*' | while read -r file; do
			if [[ -x $file ]] && head -c 100 "$file" | head -n 1 | grep -aqE "^#!.*\b($language)\b"; then
				echo "$file"
			fi
		done
	} | sort -u
}

# none: succeeds if there is nothing to read, and prints what there is
none() { ! grep .; }

# objects FOLDER...: builds the module for the User Mode Linux kernel, prints the objects of these folders
objects() {
	local target=uml-6.12-release lock object

	mkdir -p build
	exec {lock}>build/.guest.lock
	flock "$lock"
	make -s guest-module TARGET=$target >&2
	exec {lock}>&-
	# what is left of a source that is gone does not count
	find "${@/#/build/$target/module/}" -name '*.o' | sort | while read -r object; do
		if [[ -e ${object%.o}.c ]]; then echo "$object"; fi
	done
}
