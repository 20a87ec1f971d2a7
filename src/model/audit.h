/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_AUDIT_H
#define _NSW_MODEL_AUDIT_H

#include <linux/types.h>
#include "model/types.h"

struct nsw_port;
struct nsw_switch;
struct nsw_vport;

/**
 * struct nsw_audit - an interface, as it sees itself
 * @port: what the model knows of it
 * @vf: it is that of a VF
 * @id: VF id, or VPort id
 * @carrier: it has carrier
 * @qps: queue pairs that it may use
 * @moderation: its interrupt moderation
 */
struct nsw_audit {
	const struct nsw_port *port;
	bool vf;
	u32 id;
	bool carrier;
	u32 qps;
	enum nsw_moderation moderation;
};

/**
 * nsw_audit_vport_locked() - whether a VPort, its filters and the table agree
 * @sw: the switch
 * @vport: the VPort
 *
 * Context: config lock held.
 * Return: 0 or -EUCLEAN.
 */
int nsw_audit_vport_locked(struct nsw_switch *sw, struct nsw_vport *vport);

/**
 * nsw_audit_port_locked() - whether the model agrees with an interface
 * @sw: the switch
 * @audit: the interface
 *
 * Its VPort is checked as well.
 *
 * Context: config lock held.
 * Return: 0 or -EUCLEAN.
 */
int nsw_audit_port_locked(struct nsw_switch *sw, const struct nsw_audit *audit);

#endif
