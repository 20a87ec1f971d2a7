/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_KUNIT_VMQ_FIXTURE_H
#define _NSW_KUNIT_VMQ_FIXTURE_H

#include "fixture.h"
#include "model/vmq.h"

/* An adapter with a driver and without a NIC switch. */
struct nsw_fixture *nsw_vmq_fixture(struct kunit *test, u32 num_queues);
int nsw_vmq_try(struct nsw_fixture *fx, const struct nsw_vmq_params *params);
/* A queue in state Allocated. */
u32 nsw_vmq_new(struct nsw_fixture *fx, const struct nsw_caller *caller);
struct nsw_vmq *nsw_vmq_get(struct nsw_fixture *fx, u32 id);
int nsw_vmq_try_filter(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 queue, u64 mac,
		       int cond);
u32 nsw_vmq_filter(struct nsw_fixture *fx, u32 queue, u64 mac, int cond);
/* A queue in state Running. */
u32 nsw_vmq_running(struct nsw_fixture *fx, u64 mac, int cond);
int nsw_vmq_try_free(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 id);
int nsw_vmq_try_switch(struct nsw_fixture *fx);

#endif
