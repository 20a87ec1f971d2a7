/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_SELFTEST_H
#define _NSW_NETDEV_SELFTEST_H

#include <linux/types.h>

struct ethtool_test;
struct net_device;

/*
 * ethtool -t, as struct ethtool_ops wants it; the strings are those of the set
 * %ETH_SS_TEST. Documentation/ethtool.rst says what each test does.
 */

/**
 * nsw_selftest_get_count() - how many tests there are
 *
 * Return: their number.
 */
int nsw_selftest_get_count(void);

/**
 * nsw_selftest_get_strings() - what they are called
 * @data: where the names go
 */
void nsw_selftest_get_strings(u8 *data);

/**
 * nsw_selftest_run() - test an interface
 * @dev: the interface
 * @test: which tests, and whether one has failed
 * @data: for each test 0, or the number of an error
 *
 * Context: RTNL held; may take some seconds if there is something wrong.
 */
void nsw_selftest_run(struct net_device *dev, struct ethtool_test *test, u64 *data);

#endif
