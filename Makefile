# SPDX-License-Identifier: GPL-2.0-only
#
# make            module and CLI for the running kernel
# make run        the demo, in a User Mode Linux guest
# make check      all tests
# make check-smp  races, with KCSAN
# make conformance   software of others looks at the module
# make stress     everything that can happen, at once
# make faults     allocations that fail, each in turn
# make fuzz       wrong messages and frames, a million
# make fuzz-user  parsers in user space, with libFuzzer
# make coverage   which lines the tests reach
# make bench      measurements
# make help       the other targets

# Kbuild reads this file too when dkms builds in place.
ifeq ($(KERNELRELEASE),)

MAKEFLAGS += --no-print-directory
B := build
KREL ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KREL)/build
TARGET ?= uml-6.12-release
# of make stress and make soak
CONFIG ?= debug
SECONDS ?= 120
CYCLES ?= 1000
# of make fuzz
MESSAGES ?= 1000000
FRAMES ?= 30000
SEED ?= 1
# of make faults
EVERY ?= 1

# Stage the sources as links, so that one checkout serves many kernels and
# objects stay in build/.
stage = mkdir -p $(B)/$(1)/module && \
	cp -rsuf $(CURDIR)/Kbuild $(CURDIR)/src $(CURDIR)/include $(CURDIR)/kunit $(B)/$(1)/module && \
	find $(B)/$(1)/module -xtype l -delete
# $(1) name below build/, $(2) kernel build folder, $(3) ARCH
module = $(call stage,$(1)) && \
	$(MAKE) -s -C $(2) ARCH=$(3) M=$(CURDIR)/$(B)/$(1)/module modules && \
	for ko in nicswitch nicswitch_kunit; do \
		if [ -f $(B)/$(1)/module/$$ko.ko ]; then cp -u $(B)/$(1)/module/$$ko.ko $(B)/$(1)/; fi; done

.PHONY: all module cli guest-module run check check-smp stress soak faults fuzz fuzz-user coverage bench conformance shell setup clean help
all: module cli

module:
	@if [ ! -e $(KDIR)/Makefile ]; then \
		echo "No headers of kernel $(KREL) in $(KDIR): the module is not built." >&2; \
		echo "  apt-get install linux-headers-$(KREL)   or   make KDIR=... module" >&2; \
		echo "  'make run' needs none: it builds its own User Mode Linux kernel." >&2; \
		exit 1; fi
	+@$(call module,$(KREL),$(KDIR),$(shell uname -m))
	@echo "build/$(KREL)/nicswitch.ko"

cli:
	@$(MAKE) -s -C tools/nicswitch O=$(CURDIR)/$(B)/bin

# Guests that start side by side build once.
guest-module:
	+@kdir=$$(scripts/kernel kdir $(TARGET)) && arch=$$(scripts/kernel arch $(TARGET)) && \
	mkdir -p $(B)/$(TARGET) && exec 9>$(B)/$(TARGET)/.lock && flock 9 && \
	$(call module,$(TARGET),$$kdir,$$arch)

run:
	@scripts/setup run
	@scripts/demo

check:
	@scripts/setup check
	@scripts/check-all

check-smp:
	@scripts/setup check
	@scripts/check-all --smp

conformance:
	@scripts/setup conformance
	@scripts/conformance

stress:
	@scripts/setup check
	@scripts/guest uml --config $(CONFIG) --timeout 0 -- tools/testing/stress/run --seconds $(SECONDS)
	@scripts/guest qemu --smp 4 --timeout 0 -- tools/testing/stress/run --seconds $(SECONDS)

soak: SECONDS := 3600
soak:
	@scripts/setup check
	@scripts/guest uml --timeout 0 -- tools/testing/stress/run --cycles $(CYCLES)
	@scripts/guest uml --config $(CONFIG) --timeout 0 -- tools/testing/stress/run --seconds $(SECONDS)

faults:
	@scripts/setup check
	@scripts/guest uml --config debug --timeout 0 -- tools/testing/robust/run --every $(EVERY) --seed $(SEED)

fuzz:
	@scripts/setup check
	@scripts/guest uml --timeout 0 -- tools/testing/fuzz/run --seed $(SEED) --messages $(MESSAGES) --processes 6 --frames $(FRAMES)

fuzz-user: SECONDS := 60
fuzz-user:
	@scripts/setup fuzz
	@tools/testing/fuzz/user/run --seconds $(SECONDS)

coverage:
	@scripts/setup check
	@scripts/coverage

bench:
	@scripts/setup check
	@scripts/bench

shell:
	@scripts/setup run
	@scripts/guest uml -- bash

setup:
	@scripts/setup check

clean:
	rm -rf $(B)

help:
	@echo "make            module and CLI for the running kernel, into build/"
	@echo "make run        the demo: switch, VFs, VPorts and filters in a User Mode Linux guest"
	@echo "make check      all tests, in User Mode Linux and on Debian's kernels in QEMU"
	@echo "make check-smp  data races, with KCSAN and four processors, emulated; takes long"
	@echo "make conformance   what other software makes of PF and VFs, and the kernel's forwarding tests"
	@echo "make stress     all that can happen to adapters, at once; SECONDS=120"
	@echo "make soak       loading 1000 times, and stress for an hour; CYCLES=1000 SECONDS=3600"
	@echo "make faults     each allocation of each operation fails; EVERY=1, SEED=1 where to begin"
	@echo "make fuzz       wrong messages and frames; SEED=1 MESSAGES=1000000 FRAMES=30000"
	@echo "make fuzz-user  parsers of the CLI, of configuration spaces and frames, in user space; SECONDS=60"
	@echo "make coverage   which lines of src/ the tests reach"
	@echo "make bench      frames per second against veth, bridge, macvlan, Open vSwitch"
	@echo "make shell      a shell in a guest with the module loaded"
	@echo "make setup      install the packages that all of this needs"
	@echo "make cli        only the command-line tool"
	@echo "make clean      remove build/"

endif
