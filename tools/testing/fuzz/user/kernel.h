/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the kernel as src/pci and the parsers of src/dp take, in user space.
 * Included before everything else; the kernel's headers are empty, or those of
 * the C library's kernel headers.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define U64_MAX			UINT64_MAX
#define BITS_PER_BYTE		8
#define BIT(bit)		(1UL << (bit))
#define BIT_ULL(bit)		(1ULL << (bit))
#define GENMASK_ULL(high, low)	((~0ULL << (low)) & (~0ULL >> (63 - (high))))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define likely(condition)	(condition)
#define unlikely(condition)	(condition)
#define noinline		__attribute__((noinline))
#define container_of(pointer, type, member)				\
	((type *)((char *)(pointer) - offsetof(type, member)))

static inline u32 lower_32_bits(u64 value)
{
	return (u32)value;
}

static inline u32 upper_32_bits(u64 value)
{
	return (u32)(value >> 32);
}

static inline unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static inline unsigned int max(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

static inline u16 get_unaligned_be16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

static inline u32 get_unaligned_be32(const u8 *at)
{
	return (u32)get_unaligned_be16(at) << 16 | get_unaligned_be16(at + 2);
}

static inline u64 get_unaligned_be64(const u8 *at)
{
	return (u64)get_unaligned_be32(at) << 32 | get_unaligned_be32(at + 4);
}

/* Memory: so many more allocations succeed; none after that. */
extern unsigned int kernel_memory;

#define GFP_KERNEL 0

static inline void *kcalloc(size_t count, size_t size, int flags)
{
	(void)flags;
	return kernel_memory && kernel_memory-- ? calloc(count, size) : NULL;
}

static inline void *krealloc(void *old, size_t size, int flags)
{
	(void)flags;
	return kernel_memory && kernel_memory-- ? realloc(old, size) : NULL;
}

#define kvcalloc	kcalloc
#define kfree		free
#define kvfree		free

/* Locks: whoever asks for one has to be right about it. */
#define raw_spinlock_t struct kernel_lock
struct kernel_lock {
	bool held;
};

static inline void raw_spin_lock_init(struct kernel_lock *lock)
{
	lock->held = false;
}

static inline void kernel_lock(struct kernel_lock *lock)
{
	assert(!lock->held);
	lock->held = true;
}

static inline void kernel_unlock(struct kernel_lock *lock)
{
	assert(lock->held);
	lock->held = false;
}

#define raw_spin_lock_irqsave(lock, flags)	((flags) = 0, kernel_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags)	((void)(flags), kernel_unlock(lock))
#define lockdep_assert_held(lock)		assert((lock)->held)

/* Bitmaps. */
#define KERNEL_LONG_BITS 64U

static inline unsigned long *bitmap_zalloc(unsigned int bits, int flags)
{
	return kcalloc((bits + KERNEL_LONG_BITS - 1) / KERNEL_LONG_BITS, sizeof(long), flags);
}

#define bitmap_free free

static inline void __set_bit(unsigned int bit, unsigned long *map)
{
	map[bit / KERNEL_LONG_BITS] |= 1UL << bit % KERNEL_LONG_BITS;
}

static inline bool __test_and_clear_bit(unsigned int bit, unsigned long *map)
{
	unsigned long mask = 1UL << bit % KERNEL_LONG_BITS;
	bool found = map[bit / KERNEL_LONG_BITS] & mask;

	map[bit / KERNEL_LONG_BITS] &= ~mask;
	return found;
}

static inline void __clear_bit(unsigned int bit, unsigned long *map)
{
	__test_and_clear_bit(bit, map);
}

static inline unsigned int find_first_bit(const unsigned long *map, unsigned int bits)
{
	unsigned int bit;

	for (bit = 0; bit < bits; bit++)
		if (map[bit / KERNEL_LONG_BITS] >> bit % KERNEL_LONG_BITS & 1)
			break;
	return bit;
}

struct rcu_head {
	int unused;
};

#include "skb.h"

#endif
