// SPDX-License-Identifier: GPL-2.0-only
/* Configuration space as data: one row for each register, one read, one write. */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "pci/cfgspace.h"

/* A field of up to four bytes at any byte offset lies in at most two registers. */
struct nsw_cfgspace_span {
	unsigned int shift;
	u64 mask;
};

static struct nsw_cfgspace_span nsw_cfgspace_span(unsigned int where, unsigned int size)
{
	struct nsw_cfgspace_span span = { .shift = where % 4 * BITS_PER_BYTE };

	span.mask = GENMASK_ULL(size * BITS_PER_BYTE - 1, 0) << span.shift;
	return span;
}

static u32 nsw_cfgspace_implemented(const struct nsw_cfg_row *row)
{
	return row->ro | row->rw | row->w1c;
}

static bool nsw_cfgspace_row_is_valid(const struct nsw_cfg_row *row)
{
	return !(row->ro & row->rw) && !(row->ro & row->w1c) && !(row->rw & row->w1c) &&
	       !(row->reset & ~nsw_cfgspace_implemented(row)) && !(row->offset % 4);
}

/* The bits of @val that @mask selects, over those of @old that it does not. */
static u32 nsw_cfgspace_merge(u32 old, u32 val, u32 mask)
{
	return (old & ~mask) | (val & mask);
}

void nsw_cfgspace_layout_init(struct nsw_cfg_layout *layout)
{
	*layout = (struct nsw_cfg_layout){};
}

void nsw_cfgspace_layout_fini(struct nsw_cfg_layout *layout)
{
	kfree(layout->rows);
	nsw_cfgspace_layout_init(layout);
}

static int nsw_cfgspace_layout_grow(struct nsw_cfg_layout *layout, unsigned int len)
{
	struct nsw_cfg_row *rows;
	unsigned int offset;

	if (len <= layout->len)
		return 0;
	rows = krealloc(layout->rows, len / 4 * sizeof(*rows), GFP_KERNEL);
	if (!rows)
		return -ENOMEM;
	for (offset = layout->len; offset < len; offset += 4)
		rows[offset / 4] = (struct nsw_cfg_row){ .offset = offset };
	layout->rows = rows;
	layout->len = len;
	return 0;
}

/* May @rows[@i] be added, after those before it? */
static int nsw_cfgspace_layout_check(const struct nsw_cfg_layout *layout, unsigned int base,
				     const struct nsw_cfg_row *rows, unsigned int i)
{
	unsigned int offset = base + rows[i].offset;
	unsigned int j;

	if (base % 4 || !nsw_cfgspace_row_is_valid(&rows[i]))
		return -EINVAL;
	if (base >= NSW_CFG_SPACE_SIZE || offset >= NSW_CFG_SPACE_SIZE)
		return -ENOSPC;
	if (offset < layout->len && nsw_cfgspace_implemented(&layout->rows[offset / 4]))
		return -EEXIST;
	for (j = 0; j < i; j++)
		if (rows[j].offset == rows[i].offset)
			return -EEXIST;
	return 0;
}

int nsw_cfgspace_layout_add(struct nsw_cfg_layout *layout, unsigned int base,
			    const struct nsw_cfg_row *rows, unsigned int nr)
{
	unsigned int end = layout->len;
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		err = nsw_cfgspace_layout_check(layout, base, rows, i);
		if (err)
			return err;
		end = max(end, base + rows[i].offset + 4);
	}
	err = nsw_cfgspace_layout_grow(layout, end);
	if (err)
		return err;
	for (i = 0; i < nr; i++) {
		struct nsw_cfg_row *row = &layout->rows[(base + rows[i].offset) / 4];

		*row = rows[i];
		row->offset = base + rows[i].offset;
	}
	return 0;
}

static void nsw_cfgspace_layout_merge(struct nsw_cfg_layout *layout, unsigned int offset, u32 val,
				      u32 mask)
{
	struct nsw_cfg_row *row;

	if (!mask || offset >= layout->len)
		return;
	row = &layout->rows[offset / 4];
	row->reset = nsw_cfgspace_merge(row->reset, val, mask & nsw_cfgspace_implemented(row));
}

void nsw_cfgspace_layout_set(struct nsw_cfg_layout *layout, unsigned int where,
			     unsigned int size, u32 val)
{
	struct nsw_cfgspace_span span = nsw_cfgspace_span(where, size);
	u64 bits = (u64)val << span.shift;
	unsigned int offset = where - where % 4;

	nsw_cfgspace_layout_merge(layout, offset, lower_32_bits(bits), lower_32_bits(span.mask));
	nsw_cfgspace_layout_merge(layout, offset + 4, upper_32_bits(bits),
				  upper_32_bits(span.mask));
}

int nsw_cfgspace_init(struct nsw_cfgspace *cfg, const struct nsw_cfg_layout *layout,
		      const struct nsw_cfg_ops *ops)
{
	*cfg = (struct nsw_cfgspace){ .layout = layout, .ops = ops };
	cfg->image = kcalloc(layout->len / 4, sizeof(*cfg->image), GFP_KERNEL);
	if (!cfg->image)
		return -ENOMEM;
	nsw_cfgspace_reset(cfg);
	return 0;
}

void nsw_cfgspace_fini(struct nsw_cfgspace *cfg)
{
	kfree(cfg->image);
	cfg->image = NULL;
}

void nsw_cfgspace_reset(struct nsw_cfgspace *cfg)
{
	unsigned int i;

	for (i = 0; i < cfg->layout->len / 4; i++)
		cfg->image[i] = cfg->layout->rows[i].reset;
}

static u32 nsw_cfgspace_load(const struct nsw_cfgspace *cfg, unsigned int offset)
{
	return offset < cfg->layout->len ? cfg->image[offset / 4] : 0;
}

u32 nsw_cfgspace_read(const struct nsw_cfgspace *cfg, unsigned int where, unsigned int size)
{
	struct nsw_cfgspace_span span = nsw_cfgspace_span(where, size);
	unsigned int offset = where - where % 4;
	u64 bits;

	bits = nsw_cfgspace_load(cfg, offset);
	if (upper_32_bits(span.mask))
		bits |= (u64)nsw_cfgspace_load(cfg, offset + 4) << 32;
	return (bits & span.mask) >> span.shift;
}

/* Software's view of one register: @mask selects the bytes it writes. */
static void nsw_cfgspace_store(struct nsw_cfgspace *cfg, unsigned int offset, u32 val, u32 mask)
{
	const struct nsw_cfg_row *row;
	u32 old, new;

	if (!mask || offset >= cfg->layout->len)
		return;
	row = &cfg->layout->rows[offset / 4];
	if (!nsw_cfgspace_implemented(row))
		return;
	old = cfg->image[offset / 4];
	new = nsw_cfgspace_merge(old, val, mask & row->rw);
	new &= ~(val & mask & row->w1c);
	cfg->image[offset / 4] = new;
	if (cfg->ops && cfg->ops->written)
		cfg->ops->written(cfg, offset, old, new);
}

void nsw_cfgspace_write(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size, u32 val)
{
	struct nsw_cfgspace_span span = nsw_cfgspace_span(where, size);
	u64 bits = (u64)val << span.shift;
	unsigned int offset = where - where % 4;

	nsw_cfgspace_store(cfg, offset, lower_32_bits(bits), lower_32_bits(span.mask));
	nsw_cfgspace_store(cfg, offset + 4, upper_32_bits(bits), upper_32_bits(span.mask));
}

/* The device's view of one register: only reserved bits keep their value. */
static void nsw_cfgspace_force(struct nsw_cfgspace *cfg, unsigned int offset, u32 val, u32 mask)
{
	u32 *reg;

	if (!mask || offset >= cfg->layout->len)
		return;
	reg = &cfg->image[offset / 4];
	mask &= nsw_cfgspace_implemented(&cfg->layout->rows[offset / 4]);
	*reg = nsw_cfgspace_merge(*reg, val, mask);
}

void nsw_cfgspace_set(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size, u32 val)
{
	struct nsw_cfgspace_span span = nsw_cfgspace_span(where, size);
	u64 bits = (u64)val << span.shift;
	unsigned int offset = where - where % 4;

	nsw_cfgspace_force(cfg, offset, lower_32_bits(bits), lower_32_bits(span.mask));
	nsw_cfgspace_force(cfg, offset + 4, upper_32_bits(bits), upper_32_bits(span.mask));
}
