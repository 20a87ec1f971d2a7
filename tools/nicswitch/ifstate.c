// SPDX-License-Identifier: GPL-2.0-only

#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ifstate.h"

const char *ifstate(const char *name)
{
	struct ifreq request = { 0 };
	int fd, err;

	if (strlen(name) >= sizeof(request.ifr_name))
		return NULL;
	strcpy(request.ifr_name, name);

	/* Not sysfs: a mounted sysfs may belong to another namespace. */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	err = ioctl(fd, SIOCGIFFLAGS, &request);
	close(fd);
	if (err)
		return NULL;

	if (!(request.ifr_flags & IFF_UP))
		return "down";
	return request.ifr_flags & IFF_RUNNING ? "up" : "no-carrier";
}

unsigned int ifindex_of(const char *name)
{
	return if_nametoindex(name);
}

int netns_open(const char *name)
{
	char path[PATH_MAX];

	if (strchr(name, '/'))
		return open(name, O_RDONLY | O_CLOEXEC);
	if (snprintf(path, sizeof(path), "/run/netns/%s", name) >=
	    (int)sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}
