/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_GENL_FAMILY_H
#define _NSW_GENL_FAMILY_H

#include <net/genetlink.h>
#include <net/sock.h>
#include "adapter.h"
#include "genl/nl_gen.h"

extern struct genl_family nsw_nl_family;

enum nsw_nl_mcgrp {
	NSW_NL_MCGRP_CONFIG,
	NSW_NL_MCGRP_BACKCHANNEL,
};

/**
 * typedef nsw_nl_fill_fn - describe an object
 * @skb: message to append attributes to
 * @adapter: its adapter
 * @obj: the object
 *
 * Context: config lock held.
 * Return: 0 or -EMSGSIZE.
 */
typedef int nsw_nl_fill_fn(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj);

/* One for each noun; @obj is the noun's structure of the model. */
nsw_nl_fill_fn nsw_nl_adapter_fill;
nsw_nl_fill_fn nsw_nl_switch_fill;
nsw_nl_fill_fn nsw_nl_vf_fill;
nsw_nl_fill_fn nsw_nl_vport_fill;
nsw_nl_fill_fn nsw_nl_filter_fill;
nsw_nl_fill_fn nsw_nl_caps_fill;
nsw_nl_fill_fn nsw_nl_fault_fill;
nsw_nl_fill_fn nsw_nl_queue_fill;

/**
 * nsw_nl_adapter() - the adapter that a request is about
 * @info: the request
 *
 * Return: the adapter, kept until the request ends; NULL for requests that make
 * or delete one.
 */
static inline struct nsw_adapter *nsw_nl_adapter(struct genl_info *info)
{
	return info->user_ptr[0];
}

/**
 * nsw_nl_sender() - the socket that a request came from
 * @info: the request
 *
 * Return: the socket, which may be closing by now.
 */
static inline const struct sock *nsw_nl_sender(struct genl_info *info)
{
	return info->user_ptr[1];
}

/**
 * nsw_nl_require() - a u32 attribute that a request must have
 * @info: the request
 * @attr: attribute
 * @name: its name in the spec
 * @value: where the value goes
 *
 * Return: 0 or -EINVAL.
 */
int nsw_nl_require(struct genl_info *info, int attr, const char *name, u32 *value);

/**
 * nsw_nl_name() - a name that a request may have
 * @info: the request
 * @attr: attribute
 *
 * Return: the name, valid as long as the request; NULL without it.
 */
const char *nsw_nl_name(struct genl_info *info, int attr);

/**
 * nsw_nl_u32() - a u32 attribute that a request may have
 * @info: the request
 * @attr: attribute
 * @value: what it is when absent
 *
 * Return: the value.
 */
u32 nsw_nl_u32(struct genl_info *info, int attr, u32 value);

/**
 * nsw_nl_reply() - answer a request with the description of an object
 * @info: the request
 * @fill: how to describe it
 * @obj: the object
 *
 * Context: config lock held.
 * Return: 0 or a negative errno.
 */
int nsw_nl_reply(struct genl_info *info, nsw_nl_fill_fn *fill, const void *obj);

/**
 * struct nsw_nl_key - the answer to a request that creates something
 * @skb: message; made first, so that the request cannot fail afterwards
 * @hdr: its header
 */
struct nsw_nl_key {
	struct sk_buff *skb;
	void *hdr;
};

/**
 * nsw_nl_key_begin() - prepare the answer
 * @info: the request
 * @key: the answer
 *
 * Return: 0 or -ENOMEM.
 */
int nsw_nl_key_begin(struct genl_info *info, struct nsw_nl_key *key);

/**
 * nsw_nl_key_end() - send the id of what was created, or nothing
 * @info: the request
 * @key: the answer
 * @attr: attribute that holds the id
 * @id: the id
 * @err: result of the creation
 *
 * Return: @err, or the error of sending.
 */
int nsw_nl_key_end(struct genl_info *info, struct nsw_nl_key *key, int attr, u32 id, int err);

/**
 * struct nsw_nl_dump - where a dump goes on
 * @pos: first position that has not been sent
 */
struct nsw_nl_dump {
	unsigned long pos;
};

static inline struct nsw_nl_dump *nsw_nl_dump_ctx(struct netlink_callback *cb)
{
	NL_ASSERT_DUMP_CTX_FITS(struct nsw_nl_dump);
	return (struct nsw_nl_dump *)cb->ctx;
}

/**
 * typedef nsw_nl_next_fn - step through the objects of a dump
 * @adapter: the adapter
 * @cb: the dump
 * @pos: where to start; set to the position of the object
 *
 * Context: config lock held.
 * Return: the object at or after @pos, NULL, or an ERR_PTR() that ends the dump.
 */
typedef const void *nsw_nl_next_fn(struct nsw_adapter *adapter, struct netlink_callback *cb,
				   unsigned long *pos);

/**
 * nsw_nl_dump() - send as many objects as fit
 * @skb: message
 * @cb: the dump
 * @cmd: command
 * @next: how to step
 * @fill: how to describe an object
 *
 * Return: as dumpit.
 */
int nsw_nl_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, nsw_nl_next_fn *next,
		nsw_nl_fill_fn *fill);

/**
 * nsw_nl_dump_adapter() - the same for an adapter that was found already
 * @skb: message
 * @cb: the dump
 * @cmd: command
 * @adapter: the adapter, which is put
 * @next: how to step
 * @fill: how to describe an object
 *
 * Return: as dumpit.
 */
int nsw_nl_dump_adapter(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			struct nsw_adapter *adapter, nsw_nl_next_fn *next, nsw_nl_fill_fn *fill);

/**
 * nsw_nl_put_dev() - describe an interface
 * @skb: message
 * @dev: the interface, which stays meanwhile
 * @index: attribute for its index
 * @name: attribute for its name
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsw_nl_put_dev(struct sk_buff *skb, const struct net_device *dev, int index, int name);

/**
 * nsw_nl_put_port() - describe the interface of a port
 * @skb: message
 * @port: the port, or NULL
 * @pci: with the address of its PCI function
 *
 * Context: config lock held.
 * Return: 0 or -EMSGSIZE.
 */
int nsw_nl_put_port(struct sk_buff *skb, struct nsw_port *port, bool pci);

/**
 * nsw_nl_adapter_count_change() - an adapter came, changed or went
 *
 * Context: any.
 */
void nsw_nl_adapter_count_change(void);

/**
 * nsw_nl_put_vf_ids() - describe the PCI function of a VF
 * @skb: message
 * @adapter: the adapter
 * @vf: the VF
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsw_nl_put_vf_ids(struct sk_buff *skb, struct nsw_adapter *adapter, const struct nsw_vf *vf);

/**
 * nsw_nl_check_switch_id() - refuse the id of a switch that cannot exist
 * @attr: attribute with the id, or NULL: it may be left out, as there is one only
 * @extack: reason of a refusal
 *
 * Return: 0 or -ENOENT.
 */
int nsw_nl_check_switch_id(const struct nlattr *attr, struct netlink_ext_ack *extack);

/**
 * nsw_nl_parse_affinity() - the CPUs that a request names
 * @info: the request
 * @cpus: the answer, to be freed with kfree(); NULL if it names none
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int nsw_nl_parse_affinity(struct genl_info *info, struct cpumask **cpus);

/**
 * nsw_nl_put_affinity() - which CPUs serve something
 * @skb: message
 * @cpus: CPUs
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsw_nl_put_affinity(struct sk_buff *skb, const struct cpumask *cpus);

/**
 * nsw_nl_queue_get_locked() - look up a VM queue, or the default queue
 * @sw: the switch
 * @id: queue id
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: how frames see it, or ERR_PTR(-ENOENT).
 */
struct nsw_vport *nsw_nl_queue_get_locked(struct nsw_switch *sw, u32 id,
					  struct netlink_ext_ack *extack);

/**
 * nsw_nl_put_block_mask() - which config blocks a VF has not been told of
 * @skb: message
 * @vf: the VF
 *
 * Context: config lock held.
 * Return: 0 or -EMSGSIZE.
 */
int nsw_nl_put_block_mask(struct sk_buff *skb, const struct nsw_vf *vf);

/**
 * nsw_nl_block_is_from_vf() - whether a VF asks, by the interface that it has
 * @info: the request
 *
 * Everybody else names adapters, which exist in the namespace of their PF only.
 *
 * Return: true if so.
 */
bool nsw_nl_block_is_from_vf(const struct genl_info *info);

/**
 * nsw_nl_block_pre_doit() - pre_doit for these
 * @info: the request
 *
 * Return: 0 or -ENODEV.
 */
int nsw_nl_block_pre_doit(struct genl_info *info);

/**
 * nsw_nl_block_notify() - tell of a change of a config block whom it concerns
 * @adapter: the adapter
 * @change: what changed
 *
 * Context: config lock held.
 */
void nsw_nl_block_notify(const struct nsw_adapter *adapter, const struct nsw_change *change);

/**
 * nsw_nl_owner_caller() - who makes a request
 * @info: the request
 * @caller: the answer
 */
void nsw_nl_owner_caller(struct genl_info *info, struct nsw_caller *caller);

/**
 * nsw_nl_owner_dumper() - who asks for a dump
 * @cb: the dump
 * @caller: the answer
 */
void nsw_nl_owner_dumper(const struct netlink_callback *cb, struct nsw_caller *caller);

/**
 * nsw_nl_owner_creator() - the same for a request that creates something
 * @info: the request, which may have the attribute owned
 * @caller: the answer
 *
 * Return: 0 or -ENOMEM.
 */
int nsw_nl_owner_creator(struct genl_info *info, struct nsw_caller *caller);

/**
 * nsw_nl_put_owned() - whether an object goes with a socket
 * @skb: message
 * @owner: owner of the object
 *
 * Return: 0 or -EMSGSIZE.
 */
static inline int nsw_nl_put_owned(struct sk_buff *skb, u64 owner)
{
	return owner ? nla_put_flag(skb, NSW_A_OWNED) : 0;
}

/**
 * nsw_nl_owner_init() - watch sockets that close
 *
 * Return: 0 or a negative errno.
 */
int nsw_nl_owner_init(void);

/**
 * nsw_nl_owner_fini() - the reverse of nsw_nl_owner_init()
 *
 * Context: process context; no adapter and no request is left.
 */
void nsw_nl_owner_fini(void);

/**
 * nsw_nl_notify_lost() - who listens has missed something for lack of memory
 * @net: where they are
 * @group: to what they listen
 *
 * The next time they read they are told ENOBUFS, as those are who were too slow.
 *
 * Context: any; RCU reader, or the caller keeps @net.
 */
void nsw_nl_notify_lost(struct net *net, enum nsw_nl_mcgrp group);

/* Who hears of changes: sends them to the multicast group "config". */
extern const struct nsw_adapter_hooks nsw_nl_notify_hooks;

#endif
