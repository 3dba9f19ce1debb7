/* Bytes of an event file to columns of scalars and places of everything else. No Python, no I/O.
 *
 * `scan_feed` is given the bytes that have come so far and says how many it used up. It must find
 * what `neuronboard/formats/event_scan_pure.py` finds, which is written with protobuf's own decoder
 * and is the reference. An event that this parser is not sure of (groups, a field twice, a length
 * that does not fit) is not guessed at: the scan stops before it (SCAN_ODD), and the caller gives
 * that one record to the reference.
 *
 * Every length is compared with the bytes that are there before it is used. Memory is taken only
 * for what was found, never because a file says that much will follow. */
#ifndef NEURONBOARD_SCAN_H
#define NEURONBOARD_SCAN_H

#include <math.h>
#include <stdlib.h>

#include "crc32c.h"

enum { HEADER = 12, FOOTER = 4, KNOWN_HEADERS = 32 };
#define LONGEST_PAYLOAD 0x7FFFFFFFu /* protobuf refuses longer messages */
#define NO_TAG 0xFFFFFFFFu

/* Why scan_feed came back. */
enum {
    SCAN_NEED,    /* every whole record is used up */
    SCAN_FULL,    /* enough points for one batch */
    SCAN_ODD,     /* the record at `used` is for the reference */
    SCAN_RESTART, /* the record before `used` was a SessionLog START, of step `restart_step` */
    SCAN_MEMORY   /* out of memory; nothing of the record at `used` was kept */
};

/* Reasons of damage. */
enum { DAMAGE_HEADER, DAMAGE_PAYLOAD, DAMAGE_LENGTH };

/* Forms of what is no scalar: which field of Summary.Value or of Event holds it. */
enum {
    FORM_IMAGE = 4,
    FORM_HISTO = 5,
    FORM_AUDIO = 6,
    FORM_TENSOR = 8,
    FORM_GRAPH_DEF = 104,
    FORM_RUN_METADATA = 108,
    FORM_META_GRAPH_DEF = 109
};

typedef struct {
    int64_t step;
    double wall_time;
    double value;
    uint32_t tag;
    uint32_t wide; /* whether it was written with more precision than float32 has */
} Point;

typedef struct {
    int64_t step;
    double wall_time;
    uint64_t offset; /* of the record's payload in the file */
    uint32_t length; /* of that payload */
    uint32_t tag;
    uint32_t index; /* which value of its event it is */
    uint32_t form;
} Blob;

typedef struct {
    uint64_t offset;
    uint64_t skipped;
    uint32_t reason;
} Damage;

typedef struct {
    uint32_t name; /* where its name begins in `names` */
    uint32_t size;
    uint32_t hash;
    uint32_t next; /* the tag that came after it the last time */
    uint32_t has_metadata;
    uint32_t template; /* where the bytes of its template begin in `templates` */
    uint32_t template_size; /* 0 if it has none */
    uint32_t template_room;
    uint32_t middle, hole;  /* where the template's middle and its value begin */
} Tag;

typedef struct {
    uint32_t tag;
    uint32_t at; /* where it begins in `metadata` */
    uint32_t size;
} Metadata;

typedef struct {
    void *items;
    size_t count, room;
} List;

typedef struct {
    List points, blobs, damage, tags, names, metadatas, metadata, templates;
    uint32_t *table; /* hash -> tag + 1 */
    uint32_t table_size;
    uint32_t last_tag;
    size_t full; /* points after which a batch is enough */
    double first_wall_time;
    int has_wall_time;
    int64_t restart_step;
    uint64_t needed; /* bytes of the unfinished record at `used`, 0 if not known */
    uint8_t known_headers[KNOWN_HEADERS][HEADER]; /* that hold; by the low bits of the length */
    const uint8_t *hole; /* where the float of the last value stands in its event, or NULL */
    int out_of_memory;
} Scan;

#define ITEMS(type, list) ((type *)(list).items)

static int list_reserve(List *list, size_t size, size_t more) {
    if (list->count + more <= list->room) return 1;
    size_t room = list->room ? list->room * 2 : 64;
    while (room < list->count + more) room *= 2;
    void *items = realloc(list->items, room * size);
    if (!items) return 0;
    list->items = items;
    list->room = room;
    return 1;
}

/* The next free item of a list, or NULL when memory is used up. */
#define APPEND(scan, type, list)                                              \
    (list_reserve(&(scan)->list, sizeof(type), 1)                             \
         ? &ITEMS(type, (scan)->list)[(scan)->list.count++]                   \
         : ((scan)->out_of_memory = 1, (type *)NULL))

/* ---- tags ---- */

static uint32_t hash_of(const uint8_t *name, uint32_t size) {
    uint64_t hash = size * 0x9E3779B97F4A7C15ull;
    if (size < 8) {
        while (size--) hash = (hash ^ *name++) * 0x100000001B3ull;
    } else {
        /* Words of eight bytes; the last one ends with the name, and overlaps the one before. */
        const uint8_t *last = name + size - 8;
        for (;; name = name + 8 < last ? name + 8 : last) {
            uint64_t word;
            memcpy(&word, name, 8);
            hash = (hash ^ word) * 0xFF51AFD7ED558CCDull;
            hash ^= hash >> 32;
            if (name == last) break;
        }
    }
    hash *= 0xC4CEB9FE1A85EC53ull;
    return (uint32_t)(hash >> 32);
}

/* Whether two names of the same size are equal; a call of memcmp costs more than most names. */
static inline int same_bytes(const uint8_t *a, const uint8_t *b, uint32_t size) {
    uint64_t x, y;
    while (size >= 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        if (x != y) return 0;
        a += 8;
        b += 8;
        size -= 8;
    }
    while (size--)
        if (*a++ != *b++) return 0;
    return 1;
}

static inline int same_name(const Scan *scan, const Tag *tag, const uint8_t *name, uint32_t size) {
    if (tag->size != size) return 0;
    return size == 0 || same_bytes(ITEMS(uint8_t, scan->names) + tag->name, name, size);
}

static void table_put(Scan *scan, uint32_t tag) {
    uint32_t mask = scan->table_size - 1, at = ITEMS(Tag, scan->tags)[tag].hash & mask;
    while (scan->table[at]) at = (at + 1) & mask;
    scan->table[at] = tag + 1;
}

static int table_rebuild(Scan *scan, uint32_t size) {
    uint32_t *table = calloc(size, sizeof *table);
    if (!table) return 0;
    free(scan->table);
    scan->table = table;
    scan->table_size = size;
    for (uint32_t tag = 0; tag < scan->tags.count; tag++) table_put(scan, tag);
    return 1;
}

static uint32_t tag_add(Scan *scan, const uint8_t *name, uint32_t size, uint32_t hash) {
    if (scan->names.count + size > 0xFFFFFFFEu || scan->tags.count >= 0x40000000u) goto memory;
    if (scan->tags.count * 2 >= scan->table_size &&
        !table_rebuild(scan, scan->table_size ? scan->table_size * 2 : 64))
        goto memory;
    if (!list_reserve(&scan->names, 1, size)) goto memory;
    uint32_t at = (uint32_t)scan->names.count;
    Tag *tag = APPEND(scan, Tag, tags);
    if (!tag) return NO_TAG;
    if (size) memcpy(ITEMS(uint8_t, scan->names) + at, name, size);
    scan->names.count += size;
    tag->name = at;
    tag->size = size;
    tag->hash = hash;
    tag->next = 0;
    tag->has_metadata = 0;
    tag->template_size = tag->template_room = 0;
    table_put(scan, (uint32_t)scan->tags.count - 1);
    return (uint32_t)scan->tags.count - 1;
memory:
    scan->out_of_memory = 1;
    return NO_TAG;
}

/* The tag of that name, or NO_TAG. hash: where the name's hash is put, or NULL. */
static uint32_t tag_known(const Scan *scan, const uint8_t *name, uint32_t size, uint32_t *hash) {
    uint32_t sum = hash_of(name, size), mask = scan->table_size - 1, at = sum & mask;
    const Tag *tags = ITEMS(Tag, scan->tags);
    if (hash) *hash = sum;
    while (scan->table_size && scan->table[at]) {
        uint32_t tag = scan->table[at] - 1;
        if (tags[tag].hash == sum && same_name(scan, &tags[tag], name, size)) return tag;
        at = (at + 1) & mask;
    }
    return NO_TAG;
}

/* The tag of that name: most often the one that followed the last one last time. */
static uint32_t tag_find(Scan *scan, const uint8_t *name, uint32_t size) {
    Tag *tags = ITEMS(Tag, scan->tags);
    uint32_t found;
    if (scan->last_tag < scan->tags.count) {
        found = tags[scan->last_tag].next;
        if (found < scan->tags.count && same_name(scan, &tags[found], name, size)) {
            scan->last_tag = found;
            return found;
        }
    }
    uint32_t hash;
    found = tag_known(scan, name, size, &hash);
    if (found == NO_TAG) found = tag_add(scan, name, size, hash);
    if (found == NO_TAG) return NO_TAG;
    if (scan->last_tag < scan->tags.count) ITEMS(Tag, scan->tags)[scan->last_tag].next = found;
    scan->last_tag = found;
    return found;
}

static int metadata_keep(Scan *scan, uint32_t tag, const uint8_t *data, uint32_t size) {
    if (ITEMS(Tag, scan->tags)[tag].has_metadata) return 1;
    if (scan->metadata.count + size > 0xFFFFFFFEu || !list_reserve(&scan->metadata, 1, size)) {
        scan->out_of_memory = 1;
        return 0;
    }
    Metadata *kept = APPEND(scan, Metadata, metadatas);
    if (!kept) return 0;
    kept->tag = tag;
    kept->at = (uint32_t)scan->metadata.count;
    kept->size = size;
    memcpy(ITEMS(uint8_t, scan->metadata) + kept->at, data, size);
    scan->metadata.count += size;
    ITEMS(Tag, scan->tags)[tag].has_metadata = 1;
    return 1;
}

/* ---- protobuf ---- */

typedef struct {
    const uint8_t *at, *end;
} Bytes;

static uint32_t le32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t le64(const uint8_t *p) { return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32; }

static float float_of(uint32_t bits) {
    float number;
    memcpy(&number, &bits, 4);
    return number;
}

static double double_of(uint64_t bits) {
    double number;
    memcpy(&number, &bits, 8);
    return number;
}

static int read_long_varint(Bytes *in, uint64_t *value) {
    uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (in->at == in->end) return 0;
        uint8_t byte = *in->at++;
        if (shift == 63 && byte > 1) return 0;
        number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = number;
            return 1;
        }
    }
    return 0;
}

static inline int read_varint(Bytes *in, uint64_t *value) {
    if (in->at < in->end && *in->at < 0x80) {
        *value = *in->at++;
        return 1;
    }
    return read_long_varint(in, value);
}

static inline int read_bytes(Bytes *in, Bytes *out) {
    uint64_t size;
    if (!read_varint(in, &size) || size > (uint64_t)(in->end - in->at)) return 0;
    out->at = in->at;
    out->end = in->at += size;
    return 1;
}

static int skip_field(Bytes *in, uint32_t wire) {
    uint64_t number;
    Bytes bytes;
    switch (wire) {
        case 0: return read_varint(in, &number);
        case 1: return in->end - in->at >= 8 ? (in->at += 8, 1) : 0;
        case 2: return read_bytes(in, &bytes);
        case 5: return in->end - in->at >= 4 ? (in->at += 4, 1) : 0;
        default: return 0; /* groups, and wire types that are none */
    }
}

/* A field's number and wire type in one: number << 3 | wire, as it is written. 0 if it is none. */
static inline uint32_t read_key(Bytes *in) {
    uint64_t key;
    if (!read_varint(in, &key) || key < 8 || key > 0xFFFFFFFFu) return 0;
    return (uint32_t)key;
}

#define KEY(number, wire) ((number) << 3 | (wire))

/* ---- scalar tensors ---- */

enum { NOT_SCALAR, SCALAR, UNSURE };

/* How each DataType of TensorFlow's types.proto is held: its size in tensor_content and the field
 * that lists its elements. Types that are no real numbers have size 0. */
typedef struct {
    uint8_t size, field, wide;
} TypeRow;

static const TypeRow TYPES[24] = {
    [1] = {4, 5, 0},   /* float */
    [2] = {8, 6, 1},   /* double */
    [3] = {4, 7, 1},   /* int32 */
    [4] = {1, 7, 0},   /* uint8 */
    [5] = {2, 7, 0},   /* int16 */
    [6] = {1, 7, 0},   /* int8 */
    [9] = {8, 10, 1},  /* int64 */
    [10] = {1, 11, 0}, /* bool */
    [14] = {2, 13, 0}, /* bfloat16 */
    [17] = {2, 7, 0},  /* uint16 */
    [19] = {2, 13, 0}, /* half */
    [22] = {4, 16, 1}, /* uint32 */
    [23] = {8, 17, 1}, /* uint64 */
};

static double half_of(uint32_t bits) {
    uint32_t exponent = bits >> 10 & 0x1F, fraction = bits & 0x3FF;
    double sign = bits & 0x8000 ? -1.0 : 1.0;
    if (exponent == 31) return fraction ? sign * (double)NAN : sign * (double)INFINITY;
    if (!exponent) return sign * ldexp((double)fraction, -24);
    return sign * ldexp((double)(fraction | 0x400), (int)exponent - 25);
}

/* The number whose bits, of its type's size, are the low ones of `bits`. */
static double number_of(uint32_t type, uint64_t bits) {
    switch (type) {
        case 1: return (double)float_of((uint32_t)bits);
        case 2: return double_of(bits);
        case 3: return (double)(int32_t)(uint32_t)bits;
        case 4: return (double)(uint8_t)bits;
        case 5: return (double)(int16_t)(uint16_t)bits;
        case 6: return (double)(int8_t)(uint8_t)bits;
        case 9: return (double)(int64_t)bits;
        case 10: return bits ? 1.0 : 0.0;
        case 14: return (double)float_of((uint32_t)bits << 16);
        case 17: return (double)(uint16_t)bits;
        case 19: return half_of((uint32_t)bits & 0xFFFF);
        case 22: return (double)(uint32_t)bits;
        default: return (double)bits;
    }
}

/* The bits of the one element in a packed or single list field; 0 if it is not one element. */
static int read_element(Bytes *in, uint32_t wire, uint64_t *bits) {
    if (wire == 5) {
        if (in->end - in->at < 4) return 0;
        *bits = le32(in->at);
        in->at += 4;
        return 1;
    }
    if (wire == 1) {
        if (in->end - in->at < 8) return 0;
        *bits = le64(in->at);
        in->at += 8;
        return 1;
    }
    return wire == 0 && read_varint(in, bits);
}

/* Reads a TensorShapeProto: whether a tensor of it has exactly one element. */
static int read_shape(Bytes in) {
    Bytes dim;
    while (in.at < in.end) {
        uint64_t size = 0;
        if (read_key(&in) != KEY(2, 2) || !read_bytes(&in, &dim)) return UNSURE;
        while (dim.at < dim.end)
            if (read_key(&dim) != KEY(1, 0) || !read_varint(&dim, &size)) return UNSURE;
        if (size != 1) return NOT_SCALAR;
    }
    return SCALAR;
}

/* Reads a TensorProto: one number, something else, or something for the reference. */
static int read_tensor(Bytes in, double *value, uint32_t *wide, const uint8_t **hole) {
    uint32_t type = 0, list_field = 0;
    uint64_t bits = 0, number;
    Bytes content = {NULL, NULL}, part;
    const uint8_t *element_at = NULL;
    int has_shape = 0, has_other = 0;
    while (in.at < in.end) {
        uint32_t key = read_key(&in), field = key >> 3, wire = key & 7;
        switch (field) {
            case 1:
                if (wire != 0 || !read_varint(&in, &number) || number > 200) return UNSURE;
                type = (uint32_t)number;
                break;
            case 2:
                if (wire != 2 || has_shape++ || !read_bytes(&in, &part)) return UNSURE;
                switch (read_shape(part)) {
                    case NOT_SCALAR: return NOT_SCALAR;
                    case UNSURE: return UNSURE;
                }
                break;
            case 3:
                if (wire != 0 || !read_varint(&in, &number)) return UNSURE;
                break;
            case 4:
                if (wire != 2 || content.at || !read_bytes(&in, &content)) return UNSURE;
                break;
            case 5: case 6: case 7: case 10: case 11: case 13: case 16: case 17: {
                uint32_t element = field == 5 ? 5 : field == 6 ? 1 : 0;
                if (list_field) return UNSURE;
                list_field = field;
                if (wire == 2) {
                    if (!read_bytes(&in, &part)) return UNSURE;
                    element_at = part.at;
                    if (!read_element(&part, element, &bits) || part.at != part.end) return UNSURE;
                } else {
                    element_at = in.at;
                    if (wire != element || !read_element(&in, element, &bits)) return UNSURE;
                }
                break;
            }
            case 8: case 9: case 12: case 14: case 15: case 18:
                if (wire != 2 || !read_bytes(&in, &part)) return UNSURE;
                has_other = 1;
                break;
            default: return UNSURE;
        }
    }
    if (type >= 24 || !TYPES[type].size) return NOT_SCALAR;
    const TypeRow *row = &TYPES[type];
    if (has_other) return UNSURE;
    if (content.at && content.at != content.end) {
        if (content.end - content.at != row->size) return UNSURE;
        bits = 0;
        for (int i = row->size; i--;) bits = bits << 8 | content.at[i];
        if (type == 10 && bits > 1) return UNSURE;
    } else if (list_field && list_field != row->field) {
        return UNSURE;
    }
    *value = number_of(type, bits);
    *wide = row->wide;
    *hole = type == 1 && element_at && content.at == content.end ? element_at : NULL;
    return SCALAR;
}

/* ---- events ---- */

typedef struct {
    int64_t step;
    double wall_time;
    uint64_t offset;
    uint32_t length;
} Place;

static int keep_blob(Scan *scan, const Place *place, uint32_t tag, uint32_t index, uint32_t form) {
    Blob *blob = APPEND(scan, Blob, blobs);
    if (!blob) return 0;
    blob->step = place->step;
    blob->wall_time = place->wall_time;
    blob->offset = place->offset;
    blob->length = place->length;
    blob->tag = tag;
    blob->index = index;
    blob->form = form;
    return 1;
}

/* One Summary.Value. Returns 0 if it is for the reference (or memory is used up). */
static int read_value(Scan *scan, Bytes in, uint32_t index, const Place *place) {
    Bytes name = {NULL, NULL}, node_name = {NULL, NULL}, metadata = {NULL, NULL}, tensor = {NULL, NULL}, part;
    uint32_t form = 0, wide = 0;
    double value = 0;
    while (in.at < in.end) {
        uint32_t key = read_key(&in);
        switch (key) {
            case KEY(1, 2):
                if (!read_bytes(&in, &name)) return 0;
                break;
            case KEY(2, 5):
                if (form || in.end - in.at < 4) return 0;
                form = 2;
                scan->hole = in.at;
                value = (double)float_of(le32(in.at));
                in.at += 4;
                break;
            case KEY(3, 2): case KEY(4, 2): case KEY(5, 2): case KEY(6, 2):
                if (form || !read_bytes(&in, &part)) return 0;
                form = key >> 3;
                break;
            case KEY(7, 2):
                if (!read_bytes(&in, &node_name)) return 0;
                break;
            case KEY(8, 2):
                if (form || !read_bytes(&in, &tensor)) return 0;
                form = 8;
                break;
            case KEY(9, 2):
                if (metadata.at || !read_bytes(&in, &metadata)) return 0;
                break;
            default: {
                uint32_t field = key >> 3;
                if (!key || field <= 9 || !skip_field(&in, key & 7)) return 0;
            }
        }
    }
    if (form == 8) {
        int kind = read_tensor(tensor, &value, &wide, &scan->hole);
        if (kind == UNSURE) return 0;
        if (kind == SCALAR) form = 2;
    }
    if (name.at == name.end) name = node_name;
    int has_metadata = metadata.at != metadata.end;
    if (!form && !has_metadata) return 1;
    uint32_t tag = tag_find(scan, name.at, (uint32_t)(name.end - name.at));
    if (tag == NO_TAG) return 0;
    if (has_metadata &&
        !metadata_keep(scan, tag, metadata.at, (uint32_t)(metadata.end - metadata.at)))
        return 0;
    if (form == 2) {
        Point *point = APPEND(scan, Point, points);
        if (!point) return 0;
        point->step = place->step;
        point->wall_time = place->wall_time;
        point->value = value;
        point->tag = tag;
        point->wide = wide;
        return 1;
    }
    if (form == 0 || form == 3) return 1; /* metadata alone; a histogram of a form that died in 2016 */
    return keep_blob(scan, place, tag, index, form);
}

static int read_summary(Scan *scan, Bytes in, const Place *place) {
    Bytes value;
    uint32_t index = 0;
    while (in.at < in.end) {
        uint32_t key = read_key(&in);
        if (key == KEY(1, 2)) {
            if (!read_bytes(&in, &value) || !read_value(scan, value, index, place)) return 0;
            index++;
        } else if (key >> 3 <= 1 || !skip_field(&in, key & 7)) {
            return 0;
        }
    }
    return 1;
}

/* SessionLog.status, or -1 if the message is for the reference. */
static int read_status(Bytes in) {
    uint64_t status = 0;
    while (in.at < in.end) {
        uint32_t key = read_key(&in);
        if (key == KEY(1, 0)) {
            if (!read_varint(&in, &status) || status > 0x7FFFFFFFu) return -1;
        } else if (key >> 3 <= 1 || !skip_field(&in, key & 7)) {
            return -1;
        }
    }
    return (int)status;
}

/* The tag of a TaggedRunMetadata. */
static int read_tagged(Scan *scan, Bytes in, const Place *place) {
    Bytes name = {NULL, NULL};
    while (in.at < in.end) {
        uint32_t key = read_key(&in);
        if (key == KEY(1, 2)) {
            if (!read_bytes(&in, &name)) return 0;
        } else if (key >> 3 <= 1 || !skip_field(&in, key & 7)) {
            return 0;
        }
    }
    uint32_t tag = tag_find(scan, name.at, (uint32_t)(name.end - name.at));
    return tag != NO_TAG && keep_blob(scan, place, tag, 0, FORM_RUN_METADATA);
}

/* What an event was. */
enum { EVENT_KEPT, EVENT_RESTART, EVENT_ODD };

static int read_event(Scan *scan, Bytes in, uint64_t offset) {
    Place place = {0, 0.0, offset, (uint32_t)(in.end - in.at)};
    Bytes what = {NULL, NULL};
    uint32_t field = 0;
    uint64_t number;
    while (in.at < in.end) {
        uint32_t key = read_key(&in);
        switch (key) {
            case KEY(1, 1):
                if (in.end - in.at < 8) return EVENT_ODD;
                place.wall_time = double_of(le64(in.at));
                in.at += 8;
                break;
            case KEY(2, 0):
                if (!read_varint(&in, &number)) return EVENT_ODD;
                place.step = (int64_t)number;
                break;
            case KEY(3, 2): case KEY(4, 2): case KEY(5, 2): case KEY(6, 2): case KEY(7, 2):
            case KEY(8, 2): case KEY(9, 2):
                if (field || !read_bytes(&in, &what)) return EVENT_ODD;
                field = key >> 3;
                break;
            default:
                if (key >> 3 <= 9 || !skip_field(&in, key & 7)) return EVENT_ODD;
        }
    }
    int kept = 1, status = 0;
    switch (field) {
        case 4: kept = keep_blob(scan, &place, NO_TAG, 0, FORM_GRAPH_DEF); break;
        case 5: kept = read_summary(scan, what, &place); break;
        case 7:
            status = read_status(what);
            kept = status >= 0;
            break;
        case 8: kept = read_tagged(scan, what, &place); break;
        case 9: kept = keep_blob(scan, &place, NO_TAG, 0, FORM_META_GRAPH_DEF); break;
    }
    if (!kept) return EVENT_ODD;
    if (!scan->has_wall_time) {
        scan->has_wall_time = 1;
        scan->first_wall_time = place.wall_time;
    }
    if (status != 1) return EVENT_KEPT;
    scan->restart_step = place.step;
    return EVENT_RESTART;
}

/* How much there is, to be able to go back to it. */
typedef struct {
    size_t points, blobs, tags, names, metadatas, metadata;
    uint32_t last_tag;
} Mark;

static Mark mark_of(const Scan *scan) {
    Mark mark = {scan->points.count,    scan->blobs.count,    scan->tags.count, scan->names.count,
                 scan->metadatas.count, scan->metadata.count, scan->last_tag};
    return mark;
}

/* Takes back what an event left behind before it turned out to be for the reference. */
static int roll_back(Scan *scan, const Mark *mark) {
    int rebuilt = 1;
    for (size_t i = mark->metadatas; i < scan->metadatas.count; i++) {
        uint32_t tag = ITEMS(Metadata, scan->metadatas)[i].tag;
        ITEMS(Tag, scan->tags)[tag].has_metadata = 0;
    }
    scan->points.count = mark->points;
    scan->blobs.count = mark->blobs;
    scan->metadatas.count = mark->metadatas;
    scan->metadata.count = mark->metadata;
    if (scan->tags.count != mark->tags) {
        scan->tags.count = mark->tags;
        scan->names.count = mark->names;
        rebuilt = table_rebuild(scan, scan->table_size);
    }
    scan->last_tag = mark->last_tag;
    return rebuilt;
}

/* ---- templates ----
 *
 * Most events hold one float, and are byte for byte what the tag's last event was but for time,
 * step and value. Such an event means what the parser found in the one before; to compare is three
 * times as fast as to parse. A template is a tag's last event of the form
 *
 *     09 <wall_time: 8> 10 <step: a varint> <middle> <value: 4> <end>
 */

enum { STEP_AT = 10, LONGEST_TEMPLATE = 512 };

/* How many bytes the varint at `at` has; 0 if it is none of at most five. */
static inline uint32_t step_size(const uint8_t *at) {
    for (uint32_t size = 1; size <= 5; size++)
        if (at[size - 1] < 0x80) return size;
    return 0;
}

/* Remembers an event that gave this one point as its tag's template, if it is of that form. */
static void template_keep(Scan *scan, Bytes event, uint32_t tag_number) {
    size_t size = (size_t)(event.end - event.at);
    if (size < 32 || size > LONGEST_TEMPLATE || tag_number != scan->last_tag) return;
    if (event.at[0] != 0x09 || event.at[9] != 0x10) return;
    uint32_t step = step_size(event.at + STEP_AT);
    if (!step || event.at[STEP_AT + step] != KEY(5, 2)) return;
    Bytes rest = {event.at + STEP_AT + step + 1, event.end}, summary;
    if (!read_bytes(&rest, &summary) || rest.at != rest.end) return;
    Tag *tag = &ITEMS(Tag, scan->tags)[tag_number];
    if (size > tag->template_room) {
        uint32_t room = ((uint32_t)size + 63) / 64 * 64; /* so that it moves a few times at most */
        if (scan->templates.count > 0x7FFFFFFF || !list_reserve(&scan->templates, 1, room)) return;
        tag->template = (uint32_t)scan->templates.count;
        tag->template_room = room;
        scan->templates.count += room;
    }
    memcpy(ITEMS(uint8_t, scan->templates) + tag->template, event.at, size);
    tag->template_size = (uint32_t)size;
    tag->middle = STEP_AT + step;
    tag->hole = (uint32_t)(scan->hole - event.at);
}

/* Takes an event that is like the template of the tag `due`; returns 0 if it is not. */
static inline int template_take_as(Scan *scan, Bytes event, uint32_t due) {
    const Tag *tag = &ITEMS(Tag, scan->tags)[due];
    uint32_t size = tag->template_size;
    if (!size || size != (size_t)(event.end - event.at)) return 0;
    const uint8_t *template = ITEMS(uint8_t, scan->templates) + tag->template, *at = event.at;
    uint32_t after = tag->hole + 4;
    if (at[0] != 0x09 || at[9] != 0x10) return 0;
    if (!same_bytes(at + tag->middle, template + tag->middle, tag->hole - tag->middle)) return 0;
    if (!same_bytes(at + after, template + after, size - after)) return 0;
    uint64_t step = 0;
    for (uint32_t i = STEP_AT; i < tag->middle; i++) {
        if (at[i] >= 0x80 ? i + 1 == tag->middle : i + 1 < tag->middle) return 0;
        step |= (uint64_t)(at[i] & 0x7F) << 7 * (i - STEP_AT);
    }
    Point *point = APPEND(scan, Point, points);
    if (!point) return 0;
    point->step = (int64_t)step;
    point->wall_time = double_of(le64(at + 1));
    point->value = (double)float_of(le32(at + tag->hole));
    point->tag = due;
    point->wide = 0;
    return 1;
}

/* The tag that an event names if it is of a template's form and its value begins with the name;
 * NO_TAG if it is not, or if the tag is new. */
static inline uint32_t template_name(const Scan *scan, Bytes event) {
    if (event.end - event.at < 32) return NO_TAG;
    Bytes in = {event.at + STEP_AT, event.at + 32}, value;
    uint64_t step, size;
    if (!read_varint(&in, &step) || in.at >= in.end || *in.at++ != KEY(5, 2)) return NO_TAG;
    in.end = event.end;
    if (!read_varint(&in, &size) || in.at >= in.end || *in.at++ != KEY(1, 2)) return NO_TAG;
    if (!read_bytes(&in, &value) || value.at >= value.end || *value.at++ != KEY(1, 2)) return NO_TAG;
    if (!read_bytes(&value, &in)) return NO_TAG;
    return tag_known(scan, in.at, (uint32_t)(in.end - in.at), NULL);
}

/* Takes an event that is like the last one of its tag; returns 0 if it is not. */
static inline int template_take(Scan *scan, Bytes event) {
    if (scan->last_tag >= scan->tags.count) return 0;
    uint32_t *due = &ITEMS(Tag, scan->tags)[scan->last_tag].next;
    if (*due >= scan->tags.count || !template_take_as(scan, event, *due)) {
        uint32_t named = template_name(scan, event);
        if (named == NO_TAG || named == *due || !template_take_as(scan, event, named)) return 0;
        *due = named;
    }
    scan->last_tag = *due;
    return 1;
}

/* ---- records ---- */

static int header_holds(Scan *scan, const uint8_t *at, uint64_t *length) {
    uint8_t *known = scan->known_headers[*at % KNOWN_HEADERS];
    *length = le64(at);
    if (memcmp(at, known, HEADER) == 0) return 1;
    if (*length > LONGEST_PAYLOAD || le32(at + 8) != crc32c_masked(at, 8)) return 0;
    memcpy(known, at, HEADER);
    return 1;
}

static int keep_damage(Scan *scan, uint64_t offset, uint64_t skipped, uint32_t reason) {
    Damage *damage = APPEND(scan, Damage, damage);
    if (!damage) return 0;
    damage->offset = offset;
    damage->skipped = skipped;
    damage->reason = reason;
    return 1;
}

/* Reads the whole records of `data`, whose first byte is at `offset` of the file. */
static int scan_feed(Scan *scan, const uint8_t *data, size_t size, uint64_t offset, size_t *used) {
    size_t at = 0;
    int result = SCAN_NEED;
    scan->needed = 0;
    scan->out_of_memory = 0;
    while (size - at >= HEADER) {
        uint64_t length;
        uint32_t reason = DAMAGE_HEADER;
        if (scan->points.count >= scan->full) {
            result = SCAN_FULL;
            break;
        }
        if (header_holds(scan, data + at, &length)) {
            const uint8_t *payload = data + at + HEADER;
            if (length + FOOTER > size - at - HEADER) {
                scan->needed = HEADER + length + FOOTER;
                break;
            }
            if (le32(payload + length) == crc32c_masked(payload, (size_t)length)) {
                Bytes bytes = {payload, payload + length};
                if (template_take(scan, bytes)) {
                    at += HEADER + (size_t)length + FOOTER;
                    continue;
                }
                Mark before = mark_of(scan);
                scan->hole = NULL;
                int event = read_event(scan, bytes, offset + at + HEADER);
                if (event == EVENT_ODD) {
                    int memory = scan->out_of_memory;
                    result = roll_back(scan, &before) && !memory ? SCAN_ODD : SCAN_MEMORY;
                    break;
                }
                at += HEADER + (size_t)length + FOOTER;
                if (scan->hole && scan->points.count == before.points + 1 &&
                    scan->blobs.count == before.blobs)
                    template_keep(scan, bytes, ITEMS(Point, scan->points)[before.points].tag);
                if (event == EVENT_RESTART) {
                    result = SCAN_RESTART;
                    break;
                }
                continue;
            }
            reason = DAMAGE_PAYLOAD;
        } else if (length > LONGEST_PAYLOAD && le32(data + at + 8) == crc32c_masked(data + at, 8)) {
            reason = DAMAGE_LENGTH;
        }
        /* Damage: go on at the next twelve bytes that are a length with its checksum. */
        size_t next = at + 1;
        while (size - next >= HEADER && !header_holds(scan, data + next, &length)) next++;
        if (!keep_damage(scan, offset + at, next - at, reason)) {
            result = SCAN_MEMORY;
            break;
        }
        at = next;
    }
    *used = at;
    return result;
}

/* A scan of zero bytes of memory becomes one that can be fed. */
static void scan_begin(Scan *scan, size_t full) {
    memset(scan, 0, sizeof *scan);
    scan->full = full;
    scan->last_tag = NO_TAG;
    uint32_t checksum = crc32c_masked(scan->known_headers[0], 8); /* the header of length 0 */
    for (int i = 0; i < 4; i++) scan->known_headers[0][8 + i] = (uint8_t)(checksum >> 8 * i);
    for (int i = 1; i < KNOWN_HEADERS; i++)
        memcpy(scan->known_headers[i], scan->known_headers[0], HEADER);
}

static void scan_forget_tags(Scan *scan) {
    scan->tags.count = scan->names.count = 0;
    scan->metadatas.count = scan->metadata.count = scan->templates.count = 0;
    scan->last_tag = NO_TAG;
    if (scan->table) memset(scan->table, 0, scan->table_size * sizeof *scan->table);
}

/* Empties what was found; the tags stay. */
static void scan_forget_found(Scan *scan) {
    scan->points.count = scan->blobs.count = scan->damage.count = 0;
    scan->metadatas.count = scan->metadata.count = 0;
    scan->has_wall_time = 0;
}

static void scan_free(Scan *scan) {
    List *lists[] = {&scan->points, &scan->blobs, &scan->damage, &scan->tags,
                     &scan->names, &scan->metadatas, &scan->metadata, &scan->templates};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        free(lists[i]->items);
        memset(lists[i], 0, sizeof **lists);
    }
    free(scan->table);
    scan->table = NULL;
    scan->table_size = 0;
}

/* ---- points to columns ---- */

typedef struct {
    uint32_t tags;   /* how many have points; the wide ones come first */
    uint32_t wide;   /* how many of them are wide */
    size_t points, wide_points;
    uint32_t *order; /* tag -> its place among those, or NO_TAG */
    uint32_t *ids;   /* place -> tag */
    uint32_t *starts; /* place -> its first point, and one more */
} Groups;

static void groups_free(Groups *groups) {
    free(groups->order);
    free(groups->ids);
    free(groups->starts);
}

/* Counts the points of each tag. Returns 0 when memory is used up. */
static int groups_count(const Scan *scan, Groups *groups) {
    size_t n_tags = scan->tags.count;
    const Point *points = ITEMS(Point, scan->points);
    uint32_t *counts = calloc(n_tags * 2 + 1, sizeof *counts), *wide = counts + n_tags;
    memset(groups, 0, sizeof *groups);
    groups->order = malloc((n_tags + 1) * sizeof *groups->order);
    groups->ids = malloc((n_tags + 1) * sizeof *groups->ids);
    groups->starts = malloc((n_tags + 1) * sizeof *groups->starts);
    if (!counts || !groups->order || !groups->ids || !groups->starts) {
        free(counts);
        groups_free(groups);
        return 0;
    }
    for (size_t i = 0; i < scan->points.count; i++) {
        counts[points[i].tag]++;
        wide[points[i].tag] |= points[i].wide;
    }
    uint32_t start = 0;
    for (uint32_t want = 1; want != (uint32_t)-1; want--) {
        for (uint32_t tag = 0; tag < n_tags; tag++) {
            if (!counts[tag] || wide[tag] != want) continue;
            groups->order[tag] = groups->tags;
            groups->ids[groups->tags] = tag;
            groups->starts[groups->tags++] = start;
            start += counts[tag];
        }
        if (want) {
            groups->wide = groups->tags;
            groups->wide_points = start;
        }
    }
    groups->starts[groups->tags] = start;
    groups->points = start;
    free(counts);
    return 1;
}

/* Puts the points in columns, tag by tag. values: doubles of the wide tags, then floats. */
static int groups_fill(const Scan *scan, const Groups *groups, int64_t *steps, double *wall_times,
                       uint8_t *values) {
    const Point *points = ITEMS(Point, scan->points);
    size_t wide_points = groups->wide_points;
    double *doubles = (double *)(void *)values;
    float *floats = (float *)(void *)(values + wide_points * sizeof(double));
    uint32_t *next = malloc((groups->tags + 1) * sizeof *next);
    if (!next) return 0;
    memcpy(next, groups->starts, groups->tags * sizeof *next);
    for (size_t i = 0; i < scan->points.count; i++) {
        const Point *point = &points[i];
        uint32_t to = next[groups->order[point->tag]]++;
        steps[to] = point->step;
        wall_times[to] = point->wall_time;
        if (to < wide_points) doubles[to] = point->value;
        else floats[to - wide_points] = (float)point->value;
    }
    free(next);
    return 1;
}

#endif
