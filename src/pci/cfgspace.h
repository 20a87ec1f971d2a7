/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_CFGSPACE_H
#define _NSW_PCI_CFGSPACE_H

#include <linux/types.h>

/**
 * DOC: Configuration space as data
 *
 * What a PCI function answers to configuration accesses is a table: one row for
 * each 32-bit register, saying which bits software may only read, which it may
 * write and which it clears by writing one (PCIe r5.0, 7.4, "Configuration
 * Register Types"). One generic read and one generic write apply that table to
 * an image. Whatever no row mentions is reserved: it reads zero and ignores
 * writes, so a capability costs its rows and no code.
 *
 * The table, a &struct nsw_cfg_layout, is built once and shared; the image, a
 * &struct nsw_cfgspace, exists once for each function and is as long as the
 * registers in use, so that a thousand VFs cost a few hundred bytes each.
 *
 * Registers are kept in CPU byte order. Offsets are in bytes.
 *
 * Nothing in here locks, and nothing after set-up sleeps: the PCI core calls
 * its accessors with a raw spinlock held and interrupts off. It does not
 * serialise them for us everywhere, though (CONFIG_PCI_LOCKLESS_CONFIG, which
 * x86 and UML select), and whether a VF answers depends on a register of its
 * PF. So whoever owns a group of functions that look at each other owns one
 * raw spinlock for all of them.
 */

/** define NSW_CFG_SPACE_SIZE - bytes in a PCI Express configuration space */
#define NSW_CFG_SPACE_SIZE	4096

/**
 * struct nsw_cfg_row - what software may do with one 32-bit register
 * @offset: byte offset, a multiple of four
 * @reset: value after power-on and after a reset
 * @ro: bits that are implemented and read-only (RO, HwInit)
 * @rw: bits that are read and written (RW)
 * @w1c: bits that a written one clears and a written zero leaves (RW1C)
 *
 * A bit is in at most one mask; a bit that is in none reads as zero.
 */
struct nsw_cfg_row {
	u16 offset;
	u32 reset;
	u32 ro;
	u32 rw;
	u32 w1c;
};

/**
 * struct nsw_cfg_layout - the registers of one kind of function
 * @len: bytes in use, a multiple of four: everything from here on reads zero
 * @rows: one row for each register below @len, also for reserved ones
 *
 * Built by one thread, then only read.
 */
struct nsw_cfg_layout {
	unsigned int len;
	struct nsw_cfg_row *rows;
};

struct nsw_cfgspace;

/**
 * struct nsw_cfg_ops - side effects of a function's registers
 */
struct nsw_cfg_ops {
	/**
	 * @written: Optional; software has written to the register at @offset.
	 * @old and @new are its values before and after, and may be equal. A
	 * write that only touches reserved registers is not reported.
	 *
	 * Context: that of nsw_cfgspace_write(): atomic, interrupts off. May call
	 * nsw_cfgspace_set() and nsw_cfgspace_reset().
	 */
	void (*written)(struct nsw_cfgspace *cfg, unsigned int offset, u32 old, u32 new);
};

/**
 * struct nsw_cfgspace - the configuration space of one function
 * @layout: what its bits are; must outlive it
 * @ops: side effects, or %NULL
 * @image: present value of each register below the layout's length
 */
struct nsw_cfgspace {
	const struct nsw_cfg_layout *layout;
	const struct nsw_cfg_ops *ops;
	u32 *image;
};

/**
 * nsw_cfgspace_layout_init - begin a layout with no registers
 * @layout: the layout
 *
 * Context: any.
 */
void nsw_cfgspace_layout_init(struct nsw_cfg_layout *layout);

/**
 * nsw_cfgspace_layout_fini - free what a layout holds
 * @layout: a layout that no configuration space uses any more; may be empty
 *
 * Context: any but NMI.
 */
void nsw_cfgspace_layout_fini(struct nsw_cfg_layout *layout);

/**
 * nsw_cfgspace_layout_add - add registers to a layout
 * @layout: the layout; no configuration space uses it yet
 * @base: byte offset that is added to that of every row, a multiple of four
 * @rows: the registers, in any order
 * @nr: how many rows there are
 *
 * All rows are added or none.
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL for an unaligned offset, a bit in two masks or a reset
 * value in reserved bits, -EEXIST for a register that the layout already has,
 * -ENOSPC beyond %NSW_CFG_SPACE_SIZE, or -ENOMEM.
 */
int nsw_cfgspace_layout_add(struct nsw_cfg_layout *layout, unsigned int base,
			    const struct nsw_cfg_row *rows, unsigned int nr);

/**
 * nsw_cfgspace_layout_set - choose the reset value of a field
 * @layout: the layout; no configuration space uses it yet
 * @where: byte offset of the field
 * @size: bytes in the field: 1, 2 or 4
 * @val: the value; bits of it that are reserved in the layout are dropped
 *
 * Context: any.
 */
void nsw_cfgspace_layout_set(struct nsw_cfg_layout *layout, unsigned int where,
			     unsigned int size, u32 val);

/**
 * nsw_cfgspace_init - make the configuration space of one function
 * @cfg: the configuration space, to be undone by nsw_cfgspace_fini()
 * @layout: its registers, complete
 * @ops: side effects, or %NULL
 *
 * All registers have their reset values.
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nsw_cfgspace_init(struct nsw_cfgspace *cfg, const struct nsw_cfg_layout *layout,
		      const struct nsw_cfg_ops *ops);

/**
 * nsw_cfgspace_fini - free what a configuration space holds
 * @cfg: the configuration space; one that is all zero is fine
 *
 * Context: any but NMI. No access is running nor can one begin.
 */
void nsw_cfgspace_fini(struct nsw_cfgspace *cfg);

/**
 * nsw_cfgspace_reset - give every register its reset value
 * @cfg: the configuration space
 *
 * Does not call &nsw_cfg_ops.written.
 *
 * Context: atomic; the caller serialises all accesses to @cfg.
 */
void nsw_cfgspace_reset(struct nsw_cfgspace *cfg);

/**
 * nsw_cfgspace_read - software reads a field
 * @cfg: the configuration space
 * @where: byte offset; need not be aligned to @size
 * @size: bytes to read: 1, 2 or 4
 *
 * Context: atomic; the caller serialises all accesses to @cfg.
 * Return: the value; reserved bits and everything beyond the end are zero.
 */
u32 nsw_cfgspace_read(const struct nsw_cfgspace *cfg, unsigned int where, unsigned int size);

/**
 * nsw_cfgspace_write - software writes a field
 * @cfg: the configuration space
 * @where: byte offset; need not be aligned to @size
 * @size: bytes to write: 1, 2 or 4
 * @val: the value
 *
 * Only the bytes written count: a byte write beside a status byte clears no
 * status. &nsw_cfg_ops.written is called once for each register touched.
 *
 * Context: atomic; the caller serialises all accesses to @cfg.
 */
void nsw_cfgspace_write(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size, u32 val);

/**
 * nsw_cfgspace_set - the device itself changes a field
 * @cfg: the configuration space
 * @where: byte offset of the field
 * @size: bytes in the field: 1, 2 or 4
 * @val: the value; bits of it that are reserved in the layout are dropped
 *
 * As nsw_cfgspace_write(), but read-only and write-one-to-clear bits take the
 * value too, and &nsw_cfg_ops.written is not called.
 *
 * Context: atomic; the caller serialises all accesses to @cfg.
 */
void nsw_cfgspace_set(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size, u32 val);

#endif /* _NSW_PCI_CFGSPACE_H */
