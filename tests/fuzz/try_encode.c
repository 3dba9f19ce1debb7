/* Writes 300 events to standard output, for tests/formats/test_event_encode.py; built with the
 * sanitizers, which the buffer has to grow under. */
#include <stdio.h>

#include "../../neuronboard/formats/encoder/encode.h"

int main(void) {
    Buffer records = {NULL, 0, 0}, summary = {NULL, 0, 0};
    char tag[300];
    int whole = 1;
    memset(tag, 't', sizeof tag);
    crc32c_choose(0);
    for (int64_t n = 0; n < 300 && whole; n++) {
        summary.used = 0;
        whole = value_add(&summary, tag, (size_t)n, (double)n / 3) &&
                event_add(&records, &summary, n * n * n * n * n * n - 5000, (double)n / 7);
    }
    whole = whole && fwrite(records.bytes, 1, records.used, stdout) == records.used;
    records.used = 0;
    whole = whole && record_add(&records, tag, sizeof tag) && record_add(&records, NULL, 0) &&
            value_add_wide(&summary, tag, sizeof tag, 0.1, 1);
    buffer_free(&records);
    buffer_free(&summary);
    return whole ? 0 : 1;
}
