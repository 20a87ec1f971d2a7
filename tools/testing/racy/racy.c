// SPDX-License-Identifier: GPL-2.0-only
/* Two threads race, so that who looks for data races can show that it finds one. */

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

static unsigned long nsw_racy_count;
static struct task_struct *nsw_racy_tasks[2];

static int nsw_racy_run(void *unused)
{
	while (!kthread_should_stop()) {
		/* without a mark or a lock, and on purpose */
		nsw_racy_count++;
		cond_resched();
	}
	return 0;
}

static int __init nsw_racy_init(void)
{
	nsw_racy_tasks[0] = kthread_run(nsw_racy_run, NULL, "nsw_racy/0");
	if (IS_ERR(nsw_racy_tasks[0]))
		return PTR_ERR(nsw_racy_tasks[0]);
	nsw_racy_tasks[1] = kthread_run(nsw_racy_run, NULL, "nsw_racy/1");
	if (IS_ERR(nsw_racy_tasks[1])) {
		kthread_stop(nsw_racy_tasks[0]);
		return PTR_ERR(nsw_racy_tasks[1]);
	}
	return 0;
}

static void __exit nsw_racy_exit(void)
{
	kthread_stop(nsw_racy_tasks[1]);
	kthread_stop(nsw_racy_tasks[0]);
}

module_init(nsw_racy_init);
module_exit(nsw_racy_exit);

MODULE_DESCRIPTION("Two threads that race");
MODULE_LICENSE("GPL");
