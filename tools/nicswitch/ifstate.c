// SPDX-License-Identifier: GPL-2.0-only

#include <net/if.h>
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
