// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration spaces, src/pci/cfgspace.c, caps.c and face.c: any access of
 * software, to a PF and its VFs or to registers that the input makes up.
 * Input: three bytes of what there is, then operations of seven bytes each.
 */

#include "pci/face.h"

#include "fuzz.h"

#define HEADER		3
#define OPERATION	7
#define ROWS		8

unsigned int kernel_memory;

static unsigned int told;	/* of events, since the last were taken */

/* As the PCI core has it, pci/access.c: an access does not cross a register. */
static unsigned int size_of(u8 code)
{
	return 1U << code % 3;
}

static const struct nsw_cfg_row *row_at(const struct nsw_cfgspace *cfg, unsigned int offset)
{
	return offset < cfg->layout->len ? &cfg->layout->rows[offset / 4] : NULL;
}

/* Reads in all sizes agree, up to the end. */
static void check_read(const struct nsw_cfgspace *cfg, unsigned int where, unsigned int size)
{
	u32 val = nsw_cfgspace_read(cfg, where, size);
	unsigned int i;

	for (i = 0; i < size; i++)
		fuzz_check(nsw_cfgspace_read(cfg, where + i, 1) == (val >> 8 * i & 0xff));
	fuzz_check(size == 4 || !(val >> 8 * size));
}

/* No bit is set that is not there, wherever writes have gone. */
static void check_image(const struct nsw_cfgspace *cfg)
{
	const struct nsw_cfg_row *row;
	unsigned int at;

	for (at = 0; at < NSW_CFG_SPACE_SIZE; at += 4) {
		row = row_at(cfg, at);
		fuzz_check(!(nsw_cfgspace_read(cfg, at, 4) &
			     ~(row ? row->ro | row->rw | row->w1c : 0)));
	}
}

/* What a write to a register makes of it, when nothing looks at it. */
static u32 written(const struct nsw_cfgspace *cfg, unsigned int at, u32 val, u32 mask)
{
	const struct nsw_cfg_row *row = row_at(cfg, at);
	u32 old = nsw_cfgspace_read(cfg, at, 4);

	if (!row)
		return 0;
	old = (old & ~(mask & row->rw)) | (val & mask & row->rw);
	return old & ~(val & mask & row->w1c);
}

/* A space without side effects, against the words of the specification. */
static void check_write(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size, u32 val)
{
	unsigned int first = where - where % 4, shift = where % 4 * 8;
	u64 mask = GENMASK_ULL(8 * size - 1, 0) << shift, bits = (u64)val << shift;
	u32 low = written(cfg, first, (u32)bits, (u32)mask);
	u32 high = written(cfg, first + 4, (u32)(bits >> 32), (u32)(mask >> 32));

	nsw_cfgspace_write(cfg, where, size, val);
	fuzz_check(nsw_cfgspace_read(cfg, first, 4) == low);
	fuzz_check(nsw_cfgspace_read(cfg, first + 4, 4) == high);
}

static u32 u32_at(const u8 *at)
{
	return get_unaligned_be32(at);
}

/* Any rows, @how many and where: those that are refused leave nothing behind. */
static unsigned int add_rows(struct nsw_cfg_layout *layout, u8 how, const u8 *data, size_t size)
{
	unsigned int count, len = layout->len, wanted = 1 + (how >> 1) % ROWS;
	struct nsw_cfg_row rows[ROWS];

	for (count = 0; count < wanted && size >= 18; count++, data += 18, size -= 18)
		rows[count] = (struct nsw_cfg_row) {
			.offset = get_unaligned_be16(data),
			.reset = u32_at(data + 2),
			.ro = u32_at(data + 6),
			.rw = u32_at(data + 10),
			.w1c = u32_at(data + 14),
		};
	if (nsw_cfgspace_layout_add(layout, 4 * (how >> 4), rows, count))
		fuzz_check(layout->len == len);
	return 18 * count;
}

static void play_rows(const u8 *data, size_t size)
{
	struct nsw_cfg_layout layout;
	struct nsw_cfgspace cfg;
	unsigned int used;

	nsw_cfgspace_layout_init(&layout);
	while (size && *data & 1) {
		used = add_rows(&layout, data[0], data + 1, size - 1);
		data += 1 + used;
		size -= 1 + used;
	}
	if (!nsw_cfgspace_init(&cfg, &layout, NULL)) {
		check_image(&cfg);
		for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
			unsigned int where = get_unaligned_be16(data + 1) % NSW_CFG_SPACE_SIZE;

			check_read(&cfg, where, size_of(data[0]));
			check_write(&cfg, where, size_of(data[0]), u32_at(data + 3));
			nsw_cfgspace_set(&cfg, where, size_of(data[0] >> 2), u32_at(data + 3));
			check_image(&cfg);
		}
	}
	nsw_cfgspace_fini(&cfg);
	nsw_cfgspace_layout_fini(&layout);
}

static void changed(struct nsw_pci_face *face)
{
	fuzz_check(face->lock.held);
	told++;
}

static const struct nsw_pci_face_ops ops = { .changed = changed };

/* All events, each about a function that there could be. */
static void take_events(struct nsw_pci_face *face)
{
	struct nsw_pci_event event;
	unsigned int count = 0;

	while (nsw_pci_face_take_event(face, &event)) {
		fuzz_check(event.power < 4);
		fuzz_check(!event.is_vf || event.vf < face->total_vfs);
		fuzz_check(++count <= face->total_vfs + 1);
	}
	fuzz_check(!count == !told);
	told = 0;
}

static void check_bars(struct nsw_pci_face *face)
{
	u32 pages = nsw_cfgspace_read(&face->pf, face->pf_sriov + PCI_SRIOV_SYS_PGSIZE, 4);
	struct nsw_pci_bar bar, again;
	unsigned int index;

	for (index = 0; index < 7; index++) {
		nsw_pci_face_probe_vf_bar(face, 0, index, &bar);
		nsw_pci_face_probe_vf_bar(face, 0, index, &again);
		/* Nobody sees the register being probed. */
		fuzz_check(bar.start == again.start && bar.len == again.len);
		/* With several page sizes at once, it is not defined what happens. */
		fuzz_check(pages & (pages - 1) || !(bar.len & (bar.len - 1)));
	}
}

/* However their registers are written, functions keep their capabilities. */
static void check_face(struct nsw_pci_face *face)
{
	unsigned int vf;

	fuzz_check(!face->lock.held);
	check_image(&face->pf);
	fuzz_check(nsw_pci_caps_find(&face->pf, PCI_CAP_ID_EXP) == face->pf_exp);
	fuzz_check(nsw_pci_caps_find(&face->pf, PCI_CAP_ID_PM) == face->pf_pm);
	fuzz_check(nsw_pci_caps_find_ext(&face->pf, PCI_EXT_CAP_ID_SRIOV) == face->pf_sriov);
	for (vf = 0; vf < face->total_vfs; vf++) {
		check_image(&face->vfs[vf]);
		fuzz_check(nsw_pci_caps_find(&face->vfs[vf], PCI_CAP_ID_EXP) == face->vf_exp);
	}
}

/* A register of the input's choice, often one that does something. */
static unsigned int register_of(const struct nsw_pci_face *face, const u8 *data)
{
	const unsigned int special[] = {
		face->pf_exp + PCI_EXP_DEVCTL, face->vf_exp + PCI_EXP_DEVCTL,
		face->pf_pm + PCI_PM_CTRL, face->vf_pm + PCI_PM_CTRL,
		face->pf_sriov + PCI_SRIOV_CTRL, face->pf_sriov + PCI_SRIOV_NUM_VF,
		face->pf_sriov + PCI_SRIOV_BAR, face->pf_sriov + PCI_SRIOV_SYS_PGSIZE,
		face->vf_msix + PCI_MSIX_FLAGS, PCI_COMMAND,
	};

	if (data[1] & 0x80)
		return special[data[2] % ARRAY_SIZE(special)];
	return get_unaligned_be16(data + 1) % NSW_CFG_SPACE_SIZE;
}

static void operate(struct nsw_pci_face *face, const u8 *data)
{
	unsigned int vf = data[0] >> 4, where = register_of(face, data), size = size_of(data[0]);
	unsigned int rid = vf ? nsw_pci_face_vf_rid(vf - 1) : 0;
	u32 val, bits = u32_at(data + 3);

	switch (data[0] >> 2 & 3) {
	case 0:
		if (!nsw_pci_face_read(face, rid, where, size, &val))
			fuzz_check(rid && val == ~0U);
		break;
	case 1:
		nsw_pci_face_set_vf_vectors(face, vf, bits >> 24);
		break;
	default:
		nsw_pci_face_write(face, rid, where, size, bits);
		break;
	}
}

static void play_face(const u8 *data, size_t size)
{
	struct nsw_pci_ids ids = {
		.vendor = 0x4e53,
		.device = 0x4e53,
		.class = 0x020000,
		.bar = data[0] & 2 ? 0xfe000000 : 0,
		.vf_bar = data[0] & 4 ? 0x1fe100000 : 0,
	};
	struct nsw_pci_face face;

	kernel_memory = data[2] < 64 ? data[2] : 1000;
	told = 0;
	if (nsw_pci_face_init(&face, &ids, data[1] % 17, 0x4e54, &ops))
		return;
	check_face(&face);
	data += HEADER;
	size -= HEADER;
	for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
		operate(&face, data);
		if (data[6] & 1)
			take_events(&face);
		if (data[6] & 2)
			check_bars(&face);
	}
	take_events(&face);
	check_face(&face);
	nsw_pci_face_fini(&face);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEADER || size > FUZZ_INPUT_MAX)
		return 0;
	kernel_memory = 1000;
	if (data[0] & 1)
		play_rows(data + 1, size - 1);
	else
		play_face(data, size);
	return 0;
}
