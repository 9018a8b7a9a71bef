// Checks the caching allocator: sizes, reuse, limit, and, under Address Sanitizer, that everything no
// tensor owns is poisoned. Prints what is wrong and returns non-zero if anything is.
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../Sources/CKernels/kernels.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONS 1
#endif
#endif
#ifdef POISONS
int __asan_address_is_poisoned(const volatile void *address);
static bool is_right(const void *address, bool poisoned) {
    return (__asan_address_is_poisoned(address) != 0) == poisoned;
}
#else
static bool is_right(const void *address, bool poisoned) {
    (void)address, (void)poisoned;
    return true;
}
#endif

static int failures;

static void expect(bool right, const char *what, size_t bytes) {
    if (!right) printf("%s (%zu bytes)\n", what, bytes), failures++;
}

static void check_size(size_t bytes) {
    int64_t before = hs_memory_read_statistics().in_use;
    char *block = hs_memory_take(bytes), *other = hs_memory_take(bytes);
    expect(block && other && block != other, "no block of its own", bytes);
    expect((uintptr_t)block % 64 == 0, "not aligned", bytes);
    if (bytes > 0) {
        memset(block, 1, bytes);
        memset(other, 2, bytes);
        expect(block[0] == 1 && block[bytes - 1] == 1, "another block is written to", bytes);
        expect(is_right(block, false), "the first byte is poisoned", bytes);
        expect(is_right(block + bytes - 1, false), "the last byte is poisoned", bytes);
    }
    expect(is_right(block + bytes, true), "a byte behind the last is not poisoned", bytes);
    expect(hs_memory_read_statistics().in_use >= before + 2 * (int64_t)bytes, "in use", bytes);
    hs_memory_give(other, bytes);
    hs_memory_give(block, bytes);
    expect(is_right(block, true), "a freed block is not poisoned", bytes);
    expect(is_right(block + bytes / 2, true), "a freed block's middle is not poisoned", bytes);
    expect(hs_memory_read_statistics().in_use == before, "in use after giving back", bytes);
    char *again = hs_memory_take(bytes);
    expect(again == block, "a freed block is not used again", bytes);
    if (bytes > 0) memset(again, 3, bytes);
    hs_memory_give(again, bytes);
}

int main(void) {
    const size_t sizes[] = {0,     1,     8,     63,     65,     100,     1000,
                            4095,  8193,  70001, 262143, 262145, 1000003, (size_t)5 << 20};
    // None fills a block of a slab: behind such a one may be a neighbour's first byte.
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) check_size(sizes[i]);
    hs_memory_trim();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) check_size(sizes[i]);
    hs_memory_set_limit(1 << 20);
    expect(!hs_memory_take((size_t)2 << 20), "memory over the limit", (size_t)2 << 20);
    hs_memory_set_limit(INT64_MAX);
    expect(!hs_memory_take(SIZE_MAX), "more memory than there is", SIZE_MAX);
    printf(failures ? "%d FAILURES\n" : "all is well\n", failures);
    return failures != 0;
}
