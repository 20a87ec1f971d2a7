// SPDX-License-Identifier: GPL-2.0-only
/* Whether the model finds what is wrong with itself: src/model/audit.c. */

#include "fixture.h"
#include "model/audit.h"

static int nsw_audit_vport(struct nsw_fixture *fx, u32 id)
{
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, id);
	int err;

	nsw_switch_lock(&fx->sw);
	err = nsw_audit_vport_locked(&fx->sw, vport);
	nsw_switch_unlock(&fx->sw);
	return err;
}

static int nsw_audit_port(struct nsw_fixture *fx, const struct nsw_audit *audit)
{
	int err;

	nsw_switch_lock(&fx->sw);
	err = nsw_audit_port_locked(&fx->sw, audit);
	nsw_switch_unlock(&fx->sw);
	return err;
}

/* A VF with an interface, a VPort and filters of all kinds. */
static u32 nsw_audit_vf(struct nsw_fixture *fx, struct nsw_audit *audit)
{
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);

	nsw_fixture_filter(fx, vport, NSW_MAC(2), 7);
	nsw_fixture_filter(fx, vport, NSW_MAC(3), NSW_COND_ANY);
	nsw_fixture_filter(fx, vport, NSW_GROUP(1), NSW_COND_NONE);
	*audit = (struct nsw_audit) {
		.port = &port->port,
		.vf = true,
		.id = 0,
		.carrier = port->up,
		.qps = nsw_fixture_get_vport(fx, vport)->qps,
		.moderation = port->moderation,
	};
	return vport;
}

static void nsw_audit_finds_nothing_in_a_sound_model(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_audit audit;
	u32 vport = nsw_audit_vf(fx, &audit);

	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, NSW_DEFAULT_VPORT_ID), 0);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, vport), 0);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, nsw_fixture_pf_vport(fx, true)), 0);
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 9, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), 0);
}

static void nsw_audit_compares_the_interface(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_audit sound, audit;

	nsw_audit_vf(fx, &sound);
	audit = sound;
	audit.carrier = !audit.carrier;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), -EUCLEAN);
	audit = sound;
	audit.qps++;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), -EUCLEAN);
	audit = sound;
	audit.moderation = NSW_MODERATION_HIGH;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), -EUCLEAN);
	audit = sound;
	audit.id = 1;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), -EUCLEAN);
	audit.id = fx->sw.num_vfs;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), -EUCLEAN);
	audit = sound;
	audit.vf = false;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), -EUCLEAN);
}

/* Each is broken by hand, and mended again. */
static void nsw_audit_finds_what_is_broken(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_audit audit;
	u32 id = nsw_audit_vf(fx, &audit);
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, id);
	u64 source = vport->source;

	vport->num_filters++;
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	vport->num_filters--;
	vport->source = nsw_key(NSW_MAC(9), NSW_VLAN_NONE);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	vport->source = source;
	__set_bit(id, fx->sw.table.silent);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	__clear_bit(id, fx->sw.table.silent);
	vport->blocked ^= NSW_BLOCK_SILENT;
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	vport->blocked ^= NSW_BLOCK_SILENT;
	/* Filters stand elsewhere than their VPort says. */
	vport->pvlan = 5;
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	vport->pvlan = NSW_VLAN_NONE;
	KUNIT_EXPECT_EQ(test, nsw_audit_port(fx, &audit), 0);
}

static void nsw_audit_finds_a_filter_that_the_table_has_lost(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_audit audit;
	u32 id = nsw_audit_vf(fx, &audit);
	u32 number = nsw_fixture_filter(fx, id, NSW_MAC(4), 8);
	struct nsw_filter *filter = xa_load(&fx->sw.filters, number);

	nsw_table_del(&fx->sw.table, &filter->entry);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	KUNIT_EXPECT_EQ(test, nsw_table_add(&fx->sw.table, &filter->entry), 0);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), 0);
	nsw_table_group_set(&fx->sw.table, nsw_key(NSW_GROUP(1), NSW_VLAN_NONE), id,
			    NSW_MEMBER_FILTER, false);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), -EUCLEAN);
	nsw_table_group_set(&fx->sw.table, nsw_key(NSW_GROUP(1), NSW_VLAN_NONE), id,
			    NSW_MEMBER_FILTER, true);
	KUNIT_EXPECT_EQ(test, nsw_audit_vport(fx, id), 0);
}

static struct kunit_case nsw_audit_cases[] = {
	KUNIT_CASE(nsw_audit_finds_nothing_in_a_sound_model),
	KUNIT_CASE(nsw_audit_compares_the_interface),
	KUNIT_CASE(nsw_audit_finds_what_is_broken),
	KUNIT_CASE(nsw_audit_finds_a_filter_that_the_table_has_lost),
	{}
};

static struct kunit_suite nsw_audit_suite = {
	.name = "nsw_audit",
	.test_cases = nsw_audit_cases,
};

kunit_test_suite(nsw_audit_suite);
