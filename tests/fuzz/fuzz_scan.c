/* A libFuzzer target for the scanner: `make fuzz` builds it with AddressSanitizer.
 *
 * The first byte of an input says how it is fed: whether its checksums are set right first (without
 * that hardly any mutation would come past them), and in what pieces. Beside crashes and reads out
 * of bounds, it checks what must always hold: bytes used, points and damage add up, and pieces of
 * any size give what the whole gives. */
#include <assert.h>
#include <stdio.h>

#include "../../neuronboard/formats/scanner/scan.h"

typedef struct {
    size_t points, blobs, records_end;
    uint64_t skipped;
    double sum;
} Found;

static void put32(uint8_t *at, uint32_t word) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(word >> 8 * i);
}

/* Makes the checksums of records right, as far as lengths lead from one to the next. */
static void mend(uint8_t *data, size_t size) {
    size_t at = 0;
    while (size - at >= HEADER + FOOTER) {
        uint64_t length = le64(data + at);
        if (length > size - at - HEADER - FOOTER) {
            length %= 200;
            if (length > size - at - HEADER - FOOTER) return;
            memset(data + at, 0, 8);
            data[at] = (uint8_t)length;
        }
        put32(data + at + 8, crc32c_masked(data + at, 8));
        put32(data + at + HEADER + length, crc32c_masked(data + at + HEADER, (size_t)length));
        at += HEADER + (size_t)length + FOOTER;
    }
}

static void check_columns(Scan *scan, Found *found) {
    Groups groups;
    if (!groups_count(scan, &groups)) return;
    assert(groups.points == scan->points.count);
    int64_t *steps = malloc(groups.points * 8 + 8);
    double *wall_times = malloc(groups.points * 8 + 8);
    uint8_t *values = malloc(groups.points * 8 + 8);
    assert(steps && wall_times && values);
    assert(groups_fill(scan, &groups, steps, wall_times, values));
    for (size_t i = 0; i < groups.points; i++) found->sum += (double)(steps[i] & 0xFFFF);
    for (size_t i = 0; i < scan->blobs.count; i++)
        assert(ITEMS(Blob, scan->blobs)[i].tag == NO_TAG ||
               ITEMS(Blob, scan->blobs)[i].tag < scan->tags.count);
    free(steps);
    free(wall_times);
    free(values);
    groups_free(&groups);
}

/* What Python does behind a record that the reference read: the tags are forgotten and told again. */
static void tell_tags_again(Scan *scan) {
    size_t count = scan->tags.count, bytes = scan->names.count;
    Tag *tags = malloc(count * sizeof *tags + 1);
    uint8_t *names = malloc(bytes + 1);
    assert(tags && names);
    if (count) memcpy(tags, scan->tags.items, count * sizeof *tags);
    if (bytes) memcpy(names, scan->names.items, bytes);
    scan_forget_tags(scan);
    for (size_t i = 0; i < count; i++)
        assert(tag_add(scan, names + tags[i].name, tags[i].size, tags[i].hash) == i);
    free(tags);
    free(names);
}

static Found run(const uint8_t *data, size_t size, size_t piece, size_t full) {
    Scan scan;
    Found found = {0, 0, 0, 0, 0};
    size_t at = 0, end = 0;
    scan_begin(&scan, full);
    while (1) {
        size_t used = 0;
        end = end + piece < size ? end + piece : size;
        /* A copy of exactly these bytes, so that a read behind them is found. */
        uint8_t *copy = malloc(end - at + 1);
        memcpy(copy, data + at, end - at);
        uint8_t *exact = realloc(copy, end - at ? end - at : 1);
        int why = scan_feed(&scan, exact, end - at, at, &used);
        free(exact);
        assert(used <= end - at);
        assert(why != SCAN_MEMORY);
        at += used;
        if (why == SCAN_ODD) {
            uint64_t length = le64(data + at);
            assert(length + HEADER + FOOTER <= end - at);
            at += HEADER + (size_t)length + FOOTER;
        }
        for (size_t i = 0; i < scan.damage.count; i++)
            found.skipped += ITEMS(Damage, scan.damage)[i].skipped;
        found.points += scan.points.count;
        found.blobs += scan.blobs.count;
        check_columns(&scan, &found);
        scan_forget_found(&scan);
        if (why == SCAN_ODD) tell_tags_again(&scan);
        if (why == SCAN_NEED && end == size) break;
    }
    found.records_end = at;
    scan_free(&scan);
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size) {
    static int chosen;
    if (!chosen) chosen = 1 + crc32c_choose(1);
    if (size < 2) return 0;
    uint8_t how = input[0];
    size_t n = size - 1;
    uint8_t *data = malloc(n);
    memcpy(data, input + 1, n);
    if (how & 1) mend(data, n);
    Found whole = run(data, n, n, 1 << 18);
    Found pieces = run(data, n, 1 + (how >> 1), how & 2 ? 1 << 18 : 3);
    assert(whole.points == pieces.points && whole.blobs == pieces.blobs);
    assert(whole.skipped == pieces.skipped && whole.records_end == pieces.records_end);
    assert(whole.sum == pieces.sum);
    free(data);
    return 0;
}

#ifdef FILES
/* Without libFuzzer: runs the target on the files that are named. */
int main(int count, char **names) {
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(names[i], "rb");
        if (!file) return 2;
        static uint8_t data[1 << 22];
        size_t size = fread(data, 1, sizeof data, file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
    }
    printf("%d inputs\n", count - 1);
    return 0;
}
#endif
