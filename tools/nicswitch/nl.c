// SPDX-License-Identifier: GPL-2.0-only

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "nl.h"

/* The kernel fills up to 32 KiB for each read of a dump if it may. */
#define RECEIVE_SIZE	(64 * 1024)
/* Room for bursts of events; the kernel caps it at rmem_max. */
#define EVENT_BACKLOG	(4 * 1024 * 1024)
#define DUMP_TRIES	5

struct nsw_nl {
	struct nl_sock *sock;
	struct nl_cb *cb;
	int family;
	struct nsw_nl_error *error;

	/* The request under way. */
	const struct args *args;
	struct nl_msg *request;
	struct store *reply;
	bool done;
	bool failed;
	bool torn;

	const struct nsw_nl_listener *listener;
	void *listener_arg;
};

static int set_error(struct nsw_nl_error *error, int err, const char *reason)
{
	*error = (struct nsw_nl_error) { .err = err };
	snprintf(error->reason, sizeof(error->reason), "%s", reason);
	return -1;
}

static int set_nl_error(struct nsw_nl_error *error, int nl_err)
{
	return set_error(error, EIO, nl_geterror(nl_err));
}

/* The user's word for the attribute at @offset of the request. */
static const char *blamed_word(const struct nsw_nl *nl, uint32_t offset)
{
	const struct nlmsghdr *head = nlmsg_hdr(nl->request);
	struct nlattr attr;
	const struct arg *arg;

	if (offset > head->nlmsg_len ||
	    head->nlmsg_len - offset < sizeof(attr))
		return NULL;

	memcpy(&attr, (const char *)head + offset, sizeof(attr));
	arg = args_find(nl->args, attr.nla_type & NLA_TYPE_MASK);
	return arg ? arg->word : NULL;
}

static void read_extack(struct nsw_nl *nl, const void *data, size_t len)
{
	struct nsw_nl_error *error = nl->error;
	struct attr attr;
	uint32_t offset;
	uint16_t type;
	size_t pos = 0;

	while (attrs_next(data, len, &pos, &type, &attr)) {
		switch (type) {
		case NLMSGERR_ATTR_MSG:
			if (attr.len)
				snprintf(error->reason, sizeof(error->reason),
					 "%.*s", (int)attr.len,
					 (const char *)attr.data);
			break;
		case NLMSGERR_ATTR_OFFS:
			if (attr.len < sizeof(offset))
				break;
			memcpy(&offset, attr.data, sizeof(offset));
			error->word = blamed_word(nl, offset);
			break;
		case NLMSGERR_ATTR_COOKIE:
			if (attr.len != sizeof(error->ndis_status))
				break;
			memcpy(&error->ndis_status, attr.data,
			       sizeof(error->ndis_status));
			error->has_ndis_status = true;
			break;
		}
	}
}

/*
 * A refusal: @used bytes behind the header of @msg, then attributes if the
 * header says so.
 */
static void refused(struct nsw_nl *nl, const struct nlmsghdr *msg, size_t used,
		    int err)
{
	size_t offset = NLMSG_HDRLEN + NLMSG_ALIGN(used);

	set_error(nl->error, -err, strerror(-err));
	if (msg->nlmsg_flags & NLM_F_ACK_TLVS && msg->nlmsg_len > offset)
		read_extack(nl, (const char *)msg + offset,
			    msg->nlmsg_len - offset);
	nl->failed = true;
	nl->done = true;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	const struct nlmsghdr *msg =
		(const void *)((const char *)e - NLMSG_HDRLEN);
	size_t used = sizeof(*e);

	(void)from;
	/* Without the cap the whole request comes back, not just its header. */
	if (!(msg->nlmsg_flags & NLM_F_CAPPED))
		used += e->msg.nlmsg_len - NLMSG_HDRLEN;
	refused(arg, msg, used, e->error);
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct nsw_nl *nl = arg;

	(void)msg;
	nl->done = true;
	return NL_STOP;
}

/* The end of a dump carries its status; libnl does not look at it. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *head = nlmsg_hdr(msg);
	struct nsw_nl *nl = arg;
	int err = 0;

	nl->done = true;
	if (head->nlmsg_len >= NLMSG_HDRLEN + sizeof(err))
		memcpy(&err, nlmsg_data(head), sizeof(err));
	if (err < 0)
		refused(nl, head, sizeof(err), err);
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct nsw_nl *nl = arg;

	(void)msg;
	nl->torn = true;
	return NL_OK;
}

static int on_reply(struct nl_msg *msg, void *arg)
{
	const struct genlmsghdr *head = genlmsg_hdr(nlmsg_hdr(msg));
	struct nsw_nl *nl = arg;

	if (!nl->reply)
		return NL_OK;
	if (store_add(nl->reply, genlmsg_attrdata(head, 0),
		      (size_t)genlmsg_attrlen(head, 0)))
		return -NLE_NOMEM;
	return NL_OK;
}

static int set_callbacks(struct nsw_nl *nl)
{
	return nl_cb_err(nl->cb, NL_CB_CUSTOM, on_error, nl) |
	       nl_cb_set(nl->cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, nl) |
	       nl_cb_set(nl->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, nl) |
	       nl_cb_set(nl->cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM,
			 on_interrupted, nl) |
	       nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_reply, nl);
}

static int set_socket(struct nsw_nl *nl)
{
	int fd = nl_socket_get_fd(nl->sock);
	int on = 1;

	/* Reasons are worth having, but not worth failing for. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_socket_disable_msg_peek(nl->sock);
	return nl_socket_set_msg_buf_size(nl->sock, RECEIVE_SIZE);
}

static int connect_family(struct nsw_nl *nl)
{
	int err;

	err = genl_connect(nl->sock);
	if (err < 0)
		return set_nl_error(nl->error, err);

	err = set_socket(nl);
	if (err < 0)
		return set_nl_error(nl->error, err);

	nl->family = genl_ctrl_resolve(nl->sock, NSW_GENL_NAME);
	if (nl->family == -NLE_OBJ_NOTFOUND)
		return set_error(nl->error, ENOENT,
				 "the nicswitch module is not loaded (no netlink family)");
	if (nl->family < 0)
		return set_nl_error(nl->error, nl->family);
	return 0;
}

struct nsw_nl *nsw_nl_open(struct nsw_nl_error *error)
{
	struct nsw_nl *nl;

	nl = calloc(1, sizeof(*nl));
	if (!nl)
		goto no_memory;

	nl->error = error;
	nl->sock = nl_socket_alloc();
	nl->cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!nl->sock || !nl->cb || set_callbacks(nl))
		goto no_memory;

	if (connect_family(nl)) {
		nsw_nl_close(nl);
		return NULL;
	}
	return nl;

no_memory:
	nsw_nl_close(nl);
	set_error(error, ENOMEM, strerror(ENOMEM));
	return NULL;
}

void nsw_nl_report(struct nsw_nl *nl, struct nsw_nl_error *error)
{
	nl->error = error;
}

void nsw_nl_close(struct nsw_nl *nl)
{
	if (!nl)
		return;

	nl_cb_put(nl->cb);
	nl_socket_free(nl->sock);
	free(nl);
}

static int put_hex(struct nl_msg *msg, const struct arg *arg)
{
	uint8_t bytes[PARSE_HEX_MAX];
	size_t len = parse_hex_bytes(arg->string, bytes);

	return nla_put(msg, arg->attr, (int)len, bytes);
}

static int put_list(struct nl_msg *msg, const struct arg *arg)
{
	uint32_t ids[PARSE_LIST_MAX];
	size_t count = parse_list_numbers(arg->string, ids);

	return nla_put(msg, arg->attr, (int)(count * sizeof(*ids)), ids);
}

static int put_arg(struct nl_msg *msg, const struct arg *arg);

/* One level: nests hold numbers. */
static int put_nest(struct nl_msg *msg, const struct arg *arg)
{
	struct nlattr *nest = nla_nest_start(msg, arg->attr | NLA_F_NESTED);
	unsigned int i;

	for (i = 0; nest && i < arg->nest->count; i++) {
		if (put_arg(msg, &arg->nest->list[i]) < 0)
			return -NLE_NOMEM;
	}
	return nest ? nla_nest_end(msg, nest) : -NLE_NOMEM;
}

static int put_arg(struct nl_msg *msg, const struct arg *arg)
{
	switch (arg->type) {
	case ARG_U8:
		return nla_put_u8(msg, arg->attr, arg->u8);
	case ARG_U16:
		return nla_put_u16(msg, arg->attr, arg->u16);
	case ARG_BE16:
		return nla_put_u16(msg, arg->attr, htons(arg->u16));
	case ARG_U32:
		return nla_put_u32(msg, arg->attr, arg->u32);
	case ARG_U64:
		return nla_put_u64(msg, arg->attr, arg->u64);
	case ARG_HEX:
		return put_hex(msg, arg);
	case ARG_LIST:
		return put_list(msg, arg);
	case ARG_STRING:
		return nla_put_string(msg, arg->attr, arg->string);
	case ARG_MAC:
		return nla_put(msg, arg->attr, sizeof(arg->mac), arg->mac);
	case ARG_FLAG:
		return nla_put_flag(msg, arg->attr);
	case ARG_NEST:
		return put_nest(msg, arg);
	}
	return -NLE_INVAL;
}

static struct nl_msg *build_request(struct nsw_nl *nl, uint8_t cmd, int flags,
				    const struct args *args)
{
	struct nl_msg *msg;
	unsigned int i;

	msg = nlmsg_alloc();
	if (!msg)
		return NULL;

	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, flags,
			 cmd, NSW_GENL_VERSION))
		goto free_msg;

	for (i = 0; i < args->count; i++) {
		if (put_arg(msg, &args->list[i]) < 0)
			goto free_msg;
	}
	return msg;

free_msg:
	nlmsg_free(msg);
	return NULL;
}

/* Sends nl->request and reads until the kernel has answered in full. */
static int exchange(struct nsw_nl *nl)
{
	int err;

	nl->done = false;
	nl->failed = false;
	nl->torn = false;
	memset(nl->error, 0, sizeof(*nl->error));

	err = nl_send_auto(nl->sock, nl->request);
	if (err < 0)
		return set_nl_error(nl->error, err);

	while (!nl->done) {
		err = nl_recvmsgs(nl->sock, nl->cb);
		if (err < 0 && !nl->done)
			return set_nl_error(nl->error, err);
	}
	return nl->failed ? -1 : 0;
}

static int request(struct nsw_nl *nl, uint8_t cmd, int flags,
		   const struct args *args, struct store *reply)
{
	int err;

	nl->request = build_request(nl, cmd, flags, args);
	if (!nl->request)
		return set_error(nl->error, ENOMEM, strerror(ENOMEM));

	nl->args = args;
	nl->reply = reply;
	err = exchange(nl);

	nlmsg_free(nl->request);
	nl->request = NULL;
	return err;
}

int nsw_nl_do(struct nsw_nl *nl, uint8_t cmd, const struct args *args,
	      struct store *reply)
{
	return request(nl, cmd, 0, args, reply);
}

int nsw_nl_dump(struct nsw_nl *nl, uint8_t cmd, const struct args *args,
		struct store *list, bool *torn)
{
	unsigned int tries;
	int err;

	for (tries = 0; tries < DUMP_TRIES; tries++) {
		store_clear(list);
		err = request(nl, cmd, NLM_F_DUMP, args, list);
		if (err || !nl->torn)
			break;
	}

	if (!err && torn)
		*torn |= nl->torn;
	return err;
}

static int on_event(struct nl_msg *msg, void *arg)
{
	const struct genlmsghdr *head = genlmsg_hdr(nlmsg_hdr(msg));
	struct nsw_nl *nl = arg;
	struct attrs attrs;

	attrs_parse(&attrs, genlmsg_attrdata(head, 0),
		    (size_t)genlmsg_attrlen(head, 0));
	nl->listener->event(nl->listener_arg, head->cmd, &attrs);
	return NL_OK;
}

/* Events carry no sequence number of ours. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int join(struct nsw_nl *nl, const char *group)
{
	int id, err;

	id = genl_ctrl_resolve_grp(nl->sock, NSW_GENL_NAME, group);
	if (id < 0)
		return id;

	err = nl_cb_set(nl->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence,
			nl);
	if (!err)
		err = nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_event,
				nl);
	if (!err)
		err = nl_socket_set_buffer_size(nl->sock, EVENT_BACKLOG, 0);
	if (!err)
		err = nl_socket_set_nonblocking(nl->sock);
	if (!err)
		err = nl_socket_add_membership(nl->sock, id);
	return err;
}

int nsw_nl_listen(struct nsw_nl *nl, const char *group, int stop_fd,
		  const struct nsw_nl_listener *listener, void *arg)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = nl_socket_get_fd(nl->sock), .events = POLLIN },
	};
	int err;

	nl->listener = listener;
	nl->listener_arg = arg;
	err = join(nl, group);
	if (err < 0)
		return set_nl_error(nl->error, err);
	if (listener->ready)
		listener->ready(arg);

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return set_error(nl->error, errno, strerror(errno));
		/* What came before the signal is told before it ends. */
		if (fds[0].revents && !fds[1].revents)
			return 0;

		err = nl_recvmsgs(nl->sock, nl->cb);
		/* libnl's word for ENOBUFS: the kernel dropped events. */
		if (err == -NLE_NOMEM)
			listener->overrun(arg);
		else if (err < 0 && err != -NLE_AGAIN)
			return set_nl_error(nl->error, err);
	}
}
