// SPDX-License-Identifier: GPL-2.0-only
/* Invariants of the capability record: src/model/caps.c. */

#include "fixture.h"

static const struct nsw_caps nsw_caps_base = {
	.max_vfs = 8,
	.max_vports = 16,
	.max_qps = 64,
	.max_qps_vport = 4,
	.max_qps_default = 2,
	.max_macs = 32,
	.max_filters = 64,
};

/* The base record with one field changed. */
struct nsw_caps_row {
	const char *desc;
	size_t field;
	u32 value;
	bool valid;
};

#define NSW_CAPS_ROW(_field, _value, _valid, _desc) {			\
	.desc = _desc, .field = offsetof(struct nsw_caps, _field),	\
	.value = _value, .valid = _valid }

/* Source: ndis_nic_switch_capabilities, ndis_receive_filter_capabilities. */
static const struct nsw_caps_row nsw_caps_rows[] = {
	NSW_CAPS_ROW(flags, 63, true, "every feature"),
	NSW_CAPS_ROW(flags, 63 & ~NSW_CAPS_F_SINGLE_VPORT_POOL, false,
		     "RSS on VPorts of the PF without a single pool"),
	NSW_CAPS_ROW(flags, NSW_CAPS_F_VF_RSS, true, "RSS on VFs only"),
	NSW_CAPS_ROW(max_vfs, 0, true, "no VFs"),
	NSW_CAPS_ROW(max_vfs, 15, true, "a VPort for each VF and the default VPort"),
	NSW_CAPS_ROW(max_vfs, 16, false, "no VPort left for the last VF"),
	NSW_CAPS_ROW(max_vfs, NSW_VFS_MAX + 1, false, "more VFs than there can be"),
	NSW_CAPS_ROW(max_vfs, U32_MAX, false, "VFs + 1 overflows"),
	NSW_CAPS_ROW(max_vports, 9, true, "VPorts for VFs only"),
	NSW_CAPS_ROW(max_vports, 8, false, "MaxNumVPorts below MaxNumVFs + 1"),
	NSW_CAPS_ROW(max_vports, 0, false, "no VPort"),
	NSW_CAPS_ROW(max_vports, NSW_VPORTS_MAX + 1, false, "more VPorts than there can be"),
	NSW_CAPS_ROW(max_qps, 16, true, "a queue pair for each VPort"),
	NSW_CAPS_ROW(max_qps, 15, false, "MaxNumQueuePairs below MaxNumVPorts"),
	NSW_CAPS_ROW(max_qps_vport, 1, true, "one queue pair for a VPort"),
	NSW_CAPS_ROW(max_qps_vport, 3, false, "queue pairs of a VPort: no power of two"),
	NSW_CAPS_ROW(max_qps_vport, 0, false, "queue pairs of a VPort: none"),
	NSW_CAPS_ROW(max_qps_default, 16, true, "16 default queue pairs"),
	NSW_CAPS_ROW(max_qps_default, 6, false, "default queue pairs: no power of two"),
	NSW_CAPS_ROW(max_qps_default, 0, false, "default queue pairs: none"),
	NSW_CAPS_ROW(max_macs, 16, true, "an address for each VPort"),
	NSW_CAPS_ROW(max_macs, 15, false, "MaxNumMacAddresses below MaxNumVPorts"),
	NSW_CAPS_ROW(max_filters, 32, true, "unicast filters only"),
	NSW_CAPS_ROW(max_filters, 31, false, "fewer filters than unicast filters"),
	NSW_CAPS_ROW(max_filters, NSW_FILTERS_MAX + 1, false, "more filters than there can be"),
	NSW_CAPS_ROW(num_queues, NSW_VPORTS_MAX - 1, true, "as many queues as there can be"),
	NSW_CAPS_ROW(num_queues, NSW_VPORTS_MAX, false, "more queues than there can be"),
};

KUNIT_ARRAY_PARAM_DESC(nsw_caps, nsw_caps_rows, desc);

static void nsw_caps_invariants(struct kunit *test)
{
	const struct nsw_caps_row *row = test->param_value;
	struct netlink_ext_ack extack = { };
	struct nsw_caps caps = nsw_caps_base;
	u32 status = 0;

	*(u32 *)((void *)&caps + row->field) = row->value;
	KUNIT_EXPECT_EQ(test, nsw_caps_validate(&caps, &extack), row->valid ? 0 : -EINVAL);
	KUNIT_EXPECT_EQ(test, !extack._msg, row->valid);
	memcpy(&status, extack.cookie, sizeof(status));
	KUNIT_EXPECT_EQ(test, status, row->valid ? 0 : (u32)NSW_STATUS_INVALID_PARAMETER);
}

static void nsw_caps_default_record_is_valid(struct kunit *test)
{
	struct netlink_ext_ack extack = { };
	struct nsw_caps caps;
	u32 vfs;

	for (vfs = 0; vfs <= NSW_VFS_MAX; vfs++) {
		nsw_caps_init(&caps, vfs);
		KUNIT_EXPECT_EQ_MSG(test, nsw_caps_validate(&caps, &extack), 0, "%u VFs: %s", vfs,
				    extack._msg);
		KUNIT_EXPECT_EQ(test, caps.max_vfs, vfs);
	}
}

static void nsw_caps_refusals_need_no_extack(struct kunit *test)
{
	struct nsw_caps caps = { };

	KUNIT_EXPECT_EQ(test, nsw_caps_validate(&caps, NULL), -EINVAL);
}

/* One field above what the hardware has, with the bit that changes it. */
static const struct nsw_caps_over {
	size_t field;
	u32 bit;
} nsw_caps_over[] = {
	{ offsetof(struct nsw_caps, max_vfs), NSW_A_CAPS_MAX_VFS },
	{ offsetof(struct nsw_caps, max_vports), NSW_A_CAPS_MAX_VPORTS },
	{ offsetof(struct nsw_caps, max_qps), NSW_A_CAPS_MAX_QUEUE_PAIRS },
	{ offsetof(struct nsw_caps, max_qps_vport), NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT },
	{ offsetof(struct nsw_caps, max_qps_default), NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT },
	{ offsetof(struct nsw_caps, max_macs), NSW_A_CAPS_MAX_MAC_ADDRESSES },
	{ offsetof(struct nsw_caps, max_filters), NSW_A_CAPS_MAX_FILTERS },
};

static void nsw_caps_stay_within_the_hardware(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_absent(test, &nsw_caps_base);
	struct nsw_caps_changes changes;
	u32 *field;
	int i;

	for (i = 0; i < ARRAY_SIZE(nsw_caps_over); i++) {
		changes = (struct nsw_caps_changes) { .caps = nsw_caps_base };
		field = (void *)&changes.caps + nsw_caps_over[i].field;
		*field *= 2;
		/* Without its bit the value does not count. */
		KUNIT_EXPECT_EQ(test, nsw_switch_set_caps(&fx->sw, &changes, NULL), 0);
		changes.fields = BIT(nsw_caps_over[i].bit);
		NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(&fx->sw, &changes, &fx->extack), EINVAL,
				   INVALID_PARAMETER);
	}
	changes = (struct nsw_caps_changes) { .caps.flags = NSW_CAPS_F_VLAN, .flags = U32_MAX };
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(&fx->sw, &changes, &fx->extack), EOPNOTSUPP,
			   NOT_SUPPORTED);
	KUNIT_EXPECT_EQ(test, memcmp(&fx->sw.caps, &nsw_caps_base, sizeof(nsw_caps_base)), 0);
}

static void nsw_caps_change_without_a_switch_only(struct kunit *test)
{
	struct nsw_caps_changes changes = {
		.caps.max_vfs = 3, .fields = BIT(NSW_A_CAPS_MAX_VFS),
	};
	struct nsw_fixture *fx = nsw_fixture_with_caps(test, &nsw_caps_base);

	NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(&fx->sw, &changes, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	nsw_fixture_reset(fx);
	KUNIT_EXPECT_EQ(test, nsw_switch_set_caps(&fx->sw, &changes, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_CAPS, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.caps.max_vfs, 3);
	KUNIT_EXPECT_EQ(test, fx->sw.caps.max_vports, nsw_caps_base.max_vports);
	KUNIT_EXPECT_EQ(test, fx->sw.hw.max_vfs, nsw_caps_base.max_vfs);
	/* An invariant that the hardware keeps, and the change breaks. */
	changes = (struct nsw_caps_changes) {
		.caps.max_vports = 3, .fields = BIT(NSW_A_CAPS_MAX_VPORTS),
	};
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(&fx->sw, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	/* And back again. */
	changes = (struct nsw_caps_changes) {
		.caps.max_vfs = 8, .fields = BIT(NSW_A_CAPS_MAX_VFS),
	};
	KUNIT_EXPECT_EQ(test, nsw_switch_set_caps(&fx->sw, &changes, NULL), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&fx->sw.caps, &nsw_caps_base, sizeof(nsw_caps_base)), 0);
}

static struct kunit_case nsw_caps_cases[] = {
	KUNIT_CASE_PARAM(nsw_caps_invariants, nsw_caps_gen_params),
	KUNIT_CASE(nsw_caps_default_record_is_valid),
	KUNIT_CASE(nsw_caps_refusals_need_no_extack),
	KUNIT_CASE(nsw_caps_stay_within_the_hardware),
	KUNIT_CASE(nsw_caps_change_without_a_switch_only),
	{}
};

static struct kunit_suite nsw_caps_suite = {
	.name = "nsw_caps",
	.test_cases = nsw_caps_cases,
};

kunit_test_suite(nsw_caps_suite);
