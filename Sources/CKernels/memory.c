// The caching allocator. Blocks are rounded to size classes, four to each doubling. Classes up to
// 256 KiB are carved from 2 MiB slabs; larger blocks are mapped by themselves, aligned to 2 MiB,
// and asked to be huge pages as far as they fill them: what is left over takes small ones, so that a
// block of 600 KB does not take up 2 MiB. A freed block goes to its class's list and is reused as it is, so
// that after a warm-up a training step asks the system for nothing.
#include "include/hs_memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "spinlock.h"

// Under Address Sanitizer, what no tensor owns is poisoned: freed blocks, what is not yet handed out,
// and the rest of a block behind its last byte.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HS_POISONS 1
#endif
#endif
#ifdef HS_POISONS
void __asan_poison_memory_region(const volatile void *start, size_t bytes);
void __asan_unpoison_memory_region(const volatile void *start, size_t bytes);
static void forbid(const void *start, size_t bytes) { __asan_poison_memory_region(start, bytes); }
static void permit(const void *start, size_t bytes) { __asan_unpoison_memory_region(start, bytes); }
#else
static inline void forbid(const void *start, size_t bytes) { (void)start, (void)bytes; }
static inline void permit(const void *start, size_t bytes) { (void)start, (void)bytes; }
#endif

enum { SMALLEST_SHIFT = 6, STEPS = 4, CLASSES = (48 - SMALLEST_SHIFT) * STEPS };

static const size_t SLAB = (size_t)2 << 20;
static const size_t LARGEST_SMALL = (size_t)256 << 10;

typedef struct free_block {
    struct free_block *next;
} free_block;

typedef struct size_class {
    hs_spinlock lock;
    free_block *head;
    char padding[64 - sizeof(hs_spinlock) - sizeof(free_block *)];
} size_class;

static size_class classes[CLASSES];
static hs_spinlock slab_lock;
static char *slab_next, *slab_end;

static _Atomic int64_t in_use, peak, cached, mapped, system_requests, allocations;
static _Atomic int64_t limit = INT64_MAX;

// Class c holds blocks of 64 << (c / 4), plus (c % 4) quarters of that, rounded up to 64 bytes.
static size_t class_bytes(int c) {
    size_t base = (size_t)1 << (SMALLEST_SHIFT + c / STEPS);
    size_t bytes = base + base / STEPS * (size_t)(c % STEPS);
    return (bytes + 63) & ~(size_t)63;
}

static int class_of(size_t bytes) {
    if (bytes <= ((size_t)1 << SMALLEST_SHIFT)) return 0;
    int shift = 63 - __builtin_clzll(bytes);
    size_t base = (size_t)1 << shift;
    size_t quarter = base / STEPS;
    int step = (int)((bytes - base + quarter - 1) / quarter);
    return (shift - SMALLEST_SHIFT) * STEPS + step;
}

/// `bytes` of address space, of which `huge` are asked to be huge pages.
static void *map_aligned(size_t bytes, size_t huge) {
    size_t span = bytes + SLAB;
    char *raw = mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (raw == MAP_FAILED) return NULL;
    char *start = (char *)(((uintptr_t)raw + SLAB - 1) & ~(uintptr_t)(SLAB - 1));
    if (start > raw) munmap(raw, (size_t)(start - raw));
    char *end = raw + span;
    if (end > start + bytes) munmap(start + bytes, (size_t)(end - (start + bytes)));
#ifdef MADV_HUGEPAGE
    if (huge > 0) madvise(start, huge, MADV_HUGEPAGE);
#else
    (void)huge;
#endif
    atomic_fetch_add_explicit(&system_requests, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&mapped, (int64_t)bytes, memory_order_relaxed);
    return start;
}

static size_t mapped_size(size_t bytes) { return (bytes + SLAB - 1) & ~(SLAB - 1); }

static void *carve(size_t bytes) {
    hs_spinlock_lock(&slab_lock);
    if ((size_t)(slab_end - slab_next) < bytes || !slab_next) {
        char *slab = map_aligned(SLAB, SLAB);
        if (!slab) {
            hs_spinlock_unlock(&slab_lock);
            return NULL;
        }
        forbid(slab, SLAB);
        slab_next = slab;
        slab_end = slab + SLAB;
    }
    void *block = slab_next;
    slab_next += bytes;
    hs_spinlock_unlock(&slab_lock);
    return block;
}

static void *pop(size_class *c) {
    hs_spinlock_lock(&c->lock);
    free_block *block = c->head;
    if (block) {
        permit(block, sizeof *block);
        c->head = block->next;
    }
    hs_spinlock_unlock(&c->lock);
    return block;
}

static void count_in_use(int64_t bytes) {
    int64_t now = atomic_fetch_add_explicit(&in_use, bytes, memory_order_relaxed) + bytes;
    int64_t top = atomic_load_explicit(&peak, memory_order_relaxed);
    while (now > top && !atomic_compare_exchange_weak_explicit(
                            &peak, &top, now, memory_order_relaxed, memory_order_relaxed)) {
    }
}

void *hs_memory_take(size_t bytes) {
    if (bytes > ((size_t)1 << 46)) return NULL;
    int index = class_of(bytes);
    size_t size = class_bytes(index);
    int64_t most = atomic_load_explicit(&limit, memory_order_relaxed);
    if (atomic_load_explicit(&in_use, memory_order_relaxed) + (int64_t)size > most) return NULL;
    void *block = pop(&classes[index]);
    if (block) {
        atomic_fetch_sub_explicit(&cached, (int64_t)size, memory_order_relaxed);
    } else if (size <= LARGEST_SMALL) {
        block = carve(size);
    } else {
        const size_t huge = size & ~(SLAB - 1);
        block = map_aligned(mapped_size(size), huge);
        if (!block) {
            hs_memory_trim();
            block = map_aligned(mapped_size(size), huge);
        }
    }
    if (!block) return NULL;
    forbid(block, size <= LARGEST_SMALL ? size : mapped_size(size));
    permit(block, bytes);
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    count_in_use((int64_t)size);
    return block;
}

void hs_memory_give(void *block, size_t bytes) {
    if (!block) return;
    int index = class_of(bytes);
    int64_t size = (int64_t)class_bytes(index);
    atomic_fetch_sub_explicit(&in_use, size, memory_order_relaxed);
    atomic_fetch_add_explicit(&cached, size, memory_order_relaxed);
    size_class *c = &classes[index];
    hs_spinlock_lock(&c->lock);
    permit(block, sizeof(free_block));
    ((free_block *)block)->next = c->head;
    forbid(block, (size_t)size);
    c->head = block;
    hs_spinlock_unlock(&c->lock);
}

void hs_memory_trim(void) {
    for (int i = 0; i < CLASSES; i++) {
        size_t size = class_bytes(i);
        if (size <= LARGEST_SMALL) continue;
        void *block;
        while ((block = pop(&classes[i]))) {
            permit(block, mapped_size(size));  // whoever is given these addresses next
            munmap(block, mapped_size(size));
            atomic_fetch_sub_explicit(&cached, (int64_t)size, memory_order_relaxed);
            atomic_fetch_sub_explicit(&mapped, (int64_t)mapped_size(size), memory_order_relaxed);
        }
    }
}

void hs_memory_set_limit(int64_t bytes) { atomic_store(&limit, bytes); }

int64_t hs_memory_limit(void) { return atomic_load(&limit); }

hs_memory_statistics hs_memory_read_statistics(void) {
    return (hs_memory_statistics){
        .in_use = atomic_load(&in_use),
        .peak = atomic_load(&peak),
        .cached = atomic_load(&cached),
        .mapped = atomic_load(&mapped),
        .system_requests = atomic_load(&system_requests),
        .allocations = atomic_load(&allocations),
    };
}

void hs_memory_reset_peak(void) { atomic_store(&peak, atomic_load(&in_use)); }
