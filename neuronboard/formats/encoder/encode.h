/* Events that hold scalars, as records of an event file, one after the other in a growing buffer.
 *
 * The bytes are those of protobuf's serialisation of `Event` (fields in the order of their numbers,
 * what has its default value is left out), in the framing of formats/tfrecord.py. A summary is put
 * together value by value in a buffer of its own; `event_add` makes a record of it.
 *
 * No Python in here. `crc32c_choose` must run once before. Everything that may need memory returns
 * whether it got it; where it did not, the buffer is as it was. */
#ifndef NEURONBOARD_ENCODE_H
#define NEURONBOARD_ENCODE_H

#include <stdlib.h>

#include "../scanner/crc32c.h"

#define HEADER_SIZE 12
#define FOOTER_SIZE 4
#define SMALLEST 4096

typedef struct {
    uint8_t *bytes;
    size_t used, capacity;
} Buffer;

/* metadata of a scalar that is a tensor: plugin "scalars", data class scalar */
static const uint8_t SCALARS[] = {0x4A, 13, 0x0A, 9, 0x0A, 7, 's', 'c', 'a', 'l', 'a', 'r', 's',
                                  0x20, 1};
/* a tensor field of 14 bytes: double, rank 0, one element in `double_val`, which follows */
static const uint8_t DOUBLE[] = {0x42, 14, 0x08, 2, 0x12, 0, 0x32, 8};

static void buffer_free(Buffer *buffer) {
    free(buffer->bytes);
    *buffer = (Buffer){NULL, 0, 0};
}

/* Where `size` more bytes are to be written, or NULL; `used` does not move. */
static uint8_t *buffer_room(Buffer *buffer, size_t size) {
    if (size > buffer->capacity - buffer->used) {
        if (size > SIZE_MAX / 4 - buffer->used) return NULL;
        size_t capacity = buffer->capacity ? buffer->capacity : SMALLEST;
        while (capacity - buffer->used < size) capacity *= 2;
        uint8_t *bytes = realloc(buffer->bytes, capacity);
        if (!bytes) return NULL;
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    return buffer->bytes + buffer->used;
}

static size_t varint_size(uint64_t number) {
    size_t size = 1;
    while (number >>= 7) size++;
    return size;
}

static uint8_t *put_varint(uint8_t *to, uint64_t number) {
    for (; number >= 0x80; number >>= 7) *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    return to;
}

static uint8_t *put(uint8_t *to, const void *from, size_t size) {
    memcpy(to, from, size);
    return to + size;
}

static uint8_t *put_little(uint8_t *to, uint64_t bits, int size) {
    for (int i = 0; i < size; i++) *to++ = (uint8_t)(bits >> 8 * i);
    return to;
}

static uint64_t bits_of_double(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint32_t bits_of_float(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Adds a value to a summary, in single precision, as the field that has always been there. */
static int value_add(Buffer *summary, const void *tag, size_t tag_size, double number) {
    size_t size = (tag_size ? 1 + varint_size(tag_size) + tag_size : 0) + 5;
    uint8_t *to = buffer_room(summary, 1 + varint_size(size) + size);
    if (!to) return 0;
    *to++ = 0x0A;
    to = put_varint(to, size);
    if (tag_size) {
        *to++ = 0x0A;
        to = put_varint(to, tag_size);
        to = put(to, tag, tag_size);
    }
    *to++ = 0x15;
    to = put_little(to, bits_of_float((float)number), 4);
    summary->used = (size_t)(to - summary->bytes);
    return 1;
}

/* The same in double precision, as a tensor; `is_first`: of this tag, so metadata go with it. */
static int value_add_wide(Buffer *summary, const void *tag, size_t tag_size, double number,
                          int is_first) {
    size_t size = (tag_size ? 1 + varint_size(tag_size) + tag_size : 0) + sizeof DOUBLE + 8;
    if (is_first) size += sizeof SCALARS;
    uint8_t *to = buffer_room(summary, 1 + varint_size(size) + size);
    if (!to) return 0;
    *to++ = 0x0A;
    to = put_varint(to, size);
    if (tag_size) {
        *to++ = 0x0A;
        to = put_varint(to, tag_size);
        to = put(to, tag, tag_size);
    }
    to = put(to, DOUBLE, sizeof DOUBLE);
    to = put_little(to, bits_of_double(number), 8);
    if (is_first) to = put(to, SCALARS, sizeof SCALARS);
    summary->used = (size_t)(to - summary->bytes);
    return 1;
}

/* Room for a record of `size` payload bytes with its header written: where the payload goes. */
static uint8_t *record_open(Buffer *records, size_t size) {
    uint8_t *head = buffer_room(records, HEADER_SIZE + size + FOOTER_SIZE);
    if (!head) return NULL;
    uint8_t *to = put_little(head, size, 8);
    return put_little(to, crc32c_masked(head, 8), 4);
}

static void record_close(Buffer *records, const uint8_t *payload, size_t size) {
    put_little(records->bytes + records->used + HEADER_SIZE + size, crc32c_masked(payload, size),
               FOOTER_SIZE);
    records->used += HEADER_SIZE + size + FOOTER_SIZE;
}

/* The record of an event that holds a summary. */
static int event_add(Buffer *records, const Buffer *summary, int64_t step, double wall_time) {
    uint64_t time = bits_of_double(wall_time);
    size_t size = (time ? 9 : 0) + (step ? 1 + varint_size((uint64_t)step) : 0) + 1 +
                  varint_size(summary->used) + summary->used;
    uint8_t *payload = record_open(records, size);
    if (!payload) return 0;
    uint8_t *to = payload;
    if (time) {
        *to++ = 0x09;
        to = put_little(to, time, 8);
    }
    if (step) {
        *to++ = 0x10;
        to = put_varint(to, (uint64_t)step);
    }
    *to++ = 0x2A;
    to = put_varint(to, summary->used);
    put(to, summary->bytes, summary->used);
    record_close(records, payload, size);
    return 1;
}

/* The record of an event that is serialised already. */
static int record_add(Buffer *records, const void *payload, size_t size) {
    uint8_t *to = record_open(records, size);
    if (!to) return 0;
    if (size) memcpy(to, payload, size);
    record_close(records, to, size);
    return 1;
}

#endif
