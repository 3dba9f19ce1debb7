/* Which points of a curve draw the same line as all of them: M4, at the cost of the pixels.
 *
 * Plain C without Python. A curve is a list of pieces that follow each other; each piece has its x
 * and y columns and a table with a row for each block of 64 points: its lowest and highest finite
 * value, where they stand, and whether any is not finite. Where x ascends, the points of a pixel column
 * are found by binary search and its lowest and highest value from the table, so that the cost does
 * not depend on how many points a column has.
 *
 * What is kept of each pixel column: first, lowest, highest and last of the values that can be
 * drawn, and of those that cannot the first and last, and the first of each kind (NaN and -inf; inf).
 * Of what lies beside the picture the points next to it are kept, so that lines leave it in the right
 * direction. The edges of pixel columns are columns of their own: a point there may be counted to
 * either side by whoever draws it with arithmetic that differs in the last bit. */
#ifndef NEURONBOARD_REDUCE_H
#define NEURONBOARD_REDUCE_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 64

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) (void)(address)
#endif

typedef struct {
    double lowest, highest;
    uint8_t low, high; /* where they stand in the block */
    uint8_t gap;       /* whether any is not */
} Row;

typedef struct {
    const int64_t *steps;
    const double *wall_times;
    const void *values;
    const Row *table;
    size_t start, stop; /* the points of the piece that belong to the curve */
    size_t before;      /* points of the curve in the pieces before this one */
    int wide;           /* values are float64 */
    int ascending;      /* x never goes back, and is finite */
} Piece;

typedef struct {
    int by_time, log, positive;
    double origin, low, high; /* low, high: the x at the picture's edges */
    double from, factor, edge;
    int64_t pixels;
} View;

static double value_at(const Piece *piece, size_t i) {
    return piece->wide ? ((const double *)piece->values)[i]
                       : (double)((const float *)piece->values)[i];
}

/* 0: can be drawn; 1: drawn as a mark below; 2: as a mark above; 3: not on a logarithmic axis. */
static int gap_of(double value, int positive) {
    if (isfinite(value)) return positive && value <= 0 ? 3 : 0;
    return value > 0 ? 2 : 1;
}

#define LEFT INT64_MIN
#define RIGHT INT64_MAX
#define NOWHERE (INT64_MAX - 1) /* x is no number on this axis */

static View view_of(int by_time, int log, int positive, double origin, double low, double high,
                    int64_t pixels) {
    double from = log ? log10(low) : low, to = log ? log10(high) : high;
    double factor = to > from ? (double)pixels / (to - from) : 0;
    View view = {by_time, log, positive, origin, low, high, from, factor, 0, pixels};
    double largest = fabs(from) > fabs(to) ? fabs(from) : fabs(to);
    view.edge = 1e-9 + 4 * DBL_EPSILON * largest * view.factor;
    if (!(view.edge < 0.25)) view.edge = 0.25;
    return view;
}

static double x_at(const View *view, const Piece *piece, size_t i) {
    return view->by_time ? piece->wall_times[i] - view->origin : (double)piece->steps[i];
}

/* The floor of a number that int64 holds; libm's is a call where the processor has no instruction. */
static int64_t floor_of(double value) {
    int64_t whole = (int64_t)value;
    return whole - ((double)whole > value);
}

/* Twice the pixel column, and one more between its edges. Grows with x. */
static int64_t column_of(const View *view, const Piece *piece, size_t i) {
    double x = x_at(view, piece, i);
    if (view->log) x = x > 0 ? log10(x) : NAN;
    if (!isfinite(x)) return NOWHERE;
    double at = (x - view->from) * view->factor;
    if (at < -1 - view->edge) return LEFT;
    if (at > (double)view->pixels + 1 + view->edge) return RIGHT;
    int64_t column = floor_of(at + view->edge);
    return 2 * column + (at - (double)column >= view->edge);
}

/* Where the points of a column end that begins at `from`: the first point of another column.
 * width: about how many points a column has. */
static size_t end_of(const View *view, const Piece *piece, size_t from, int64_t column,
                     size_t width) {
    size_t stop = piece->stop;
    if (!piece->ascending) {
        while (from < stop && column_of(view, piece, from) == column) from++;
        return from;
    }
    size_t inside = from, outside = stop, stride = width + 1;
    while (stride < outside - inside && column_of(view, piece, inside + stride) == column) {
        inside += stride;
        stride *= 2;
    }
    if (stride < outside - inside) outside = inside + stride;
    for (stride = 2; stride < outside - inside; stride *= 2) {
        if (column_of(view, piece, outside - stride) == column) {
            inside = outside - stride;
            break;
        }
        outside -= stride;
    }
    while (inside + 1 < outside) {
        size_t middle = inside + (outside - inside) / 2;
        if (column_of(view, piece, middle) == column) inside = middle;
        else outside = middle;
    }
    return outside;
}

typedef struct {
    int64_t *items;
    size_t count, room;
    int failed;
} Found;

static void keep(Found *found, size_t at) {
    if (found->count && found->items[found->count - 1] == (int64_t)at) return;
    if (found->count == found->room) {
        size_t room = found->room ? 2 * found->room : 1024;
        int64_t *items = (int64_t *)realloc(found->items, room * sizeof *items);
        if (!items) {
            found->failed = 1;
            return;
        }
        found->items = items;
        found->room = room;
    }
    found->items[found->count++] = (int64_t)at;
}

typedef struct {
    int64_t column; /* of the points so far; NOWHERE if there are none */
    size_t first, last, low, high;
    double lowest, highest;
} Drawn;

typedef struct {
    int64_t column;
    size_t first, last, mark[4];
    int seen[4];
} Gaps;

typedef struct {
    const View *view;
    Drawn drawn;
    Gaps gaps;
    Found lines, breaks;
} Reduction;

static void keep_sorted(Found *found, size_t *items, size_t count) {
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j && items[j] < items[j - 1]; j--) {
            size_t swapped = items[j];
            items[j] = items[j - 1];
            items[j - 1] = swapped;
        }
    for (size_t i = 0; i < count; i++) keep(found, items[i]);
}

static void flush_drawn(Reduction *reduction) {
    Drawn *drawn = &reduction->drawn;
    if (drawn->column == NOWHERE) return;
    int beside = drawn->column == LEFT || drawn->column == RIGHT;
    size_t items[4] = {drawn->first, drawn->last, drawn->low, drawn->high};
    keep_sorted(&reduction->lines, items, beside ? 2 : 4);
    drawn->column = NOWHERE;
}

static void flush_gaps(Reduction *reduction) {
    Gaps *gaps = &reduction->gaps;
    if (gaps->column == NOWHERE) return;
    size_t items[5] = {gaps->first, gaps->last};
    size_t count = 2;
    for (int kind = 1; kind < 4; kind++)
        if (gaps->seen[kind]) items[count++] = gaps->mark[kind];
    keep_sorted(&reduction->breaks, items, count);
    gaps->column = NOWHERE;
}

static void add_gap(Reduction *reduction, int64_t column, size_t at, int kind) {
    Gaps *gaps = &reduction->gaps;
    if (gaps->column != column) {
        flush_gaps(reduction);
        memset(gaps, 0, sizeof *gaps);
        gaps->column = column;
        gaps->first = at;
    }
    if (!gaps->seen[kind]) {
        gaps->seen[kind] = 1;
        gaps->mark[kind] = at;
    }
    gaps->last = at;
}

static void add_drawn(Reduction *reduction, int64_t column, size_t at, double value) {
    Drawn *drawn = &reduction->drawn;
    if (drawn->column != column) {
        flush_drawn(reduction);
        *drawn = (Drawn){column, at, at, at, at, value, value};
        return;
    }
    drawn->last = at;
    if (value < drawn->lowest) {
        drawn->lowest = value;
        drawn->low = at;
    }
    if (value > drawn->highest) {
        drawn->highest = value;
        drawn->high = at;
    }
}

static void add_points(Reduction *reduction, const Piece *piece, int64_t column, size_t from,
                       size_t to) {
    for (size_t i = from; i < to; i++) {
        double value = value_at(piece, i);
        int kind = gap_of(value, reduction->view->positive);
        size_t at = piece->before + (i - piece->start);
        if (kind) add_gap(reduction, column, at, kind);
        else add_drawn(reduction, column, at, value);
    }
}

/* The lowest and highest of the points, all of which can be drawn: two passes, the first without
 * branches, since a processor guesses wrong what is the lowest so far. */
#define RANGE_OF(type, piece, from, to, lowest, highest)                         \
    do {                                                                         \
        const type *values_ = (const type *)(piece)->values;                     \
        type low_ = values_[from], high_ = values_[from];                        \
        for (size_t i_ = (from) + 1; i_ < (to); i_++) {                          \
            low_ = values_[i_] < low_ ? values_[i_] : low_;                      \
            high_ = values_[i_] > high_ ? values_[i_] : high_;                   \
        }                                                                        \
        *(lowest) = (double)low_;                                                \
        *(highest) = (double)high_;                                              \
    } while (0)

static size_t place_of(const Piece *piece, size_t from, double value) {
    while (value_at(piece, from) != value) from++;
    return from;
}

/* Points of one block, all of which can be drawn. */
static void add_clean(Reduction *reduction, const Piece *piece, int64_t column, size_t from,
                      size_t to) {
    const Row *row = &piece->table[from / BLOCK];
    Drawn *drawn = &reduction->drawn;
    size_t base = piece->before - piece->start;
    if (drawn->column != column) {
        flush_drawn(reduction);
        *drawn = (Drawn){column, base + from, 0, 0, 0, INFINITY, -INFINITY};
    }
    drawn->last = base + to - 1;
    if (row->lowest >= drawn->lowest && row->highest <= drawn->highest) return;
    double lowest = row->lowest, highest = row->highest;
    int whole = to - from == BLOCK;
    if (!whole && piece->wide) RANGE_OF(double, piece, from, to, &lowest, &highest);
    else if (!whole) RANGE_OF(float, piece, from, to, &lowest, &highest);
    size_t block = from - from % BLOCK;
    if (lowest < drawn->lowest) {
        drawn->lowest = lowest;
        drawn->low = base + (whole ? block + row->low : place_of(piece, from, lowest));
    }
    if (highest > drawn->highest) {
        drawn->highest = highest;
        drawn->high = base + (whole ? block + row->high : place_of(piece, from, highest));
    }
}

static void add_range(Reduction *reduction, const Piece *piece, int64_t column, size_t from,
                      size_t to) {
    while (from < to) {
        size_t block = from / BLOCK, next = (block + 1) * BLOCK;
        const Row *row = &piece->table[block];
        if (next > to) next = to;
        if (row->gap || (reduction->view->positive && row->lowest <= 0))
            add_points(reduction, piece, column, from, next);
        else add_clean(reduction, piece, column, from, next);
        from = next;
    }
}

/* The first point from `low` on whose x is at least `bound`, or greater (ascending pieces). */
static size_t first_beyond(const View *view, const Piece *piece, size_t low, double bound,
                           int greater) {
    size_t high = piece->stop;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        double x = x_at(view, piece, middle);
        if (greater ? x <= bound : x < bound) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* How many points lie inside the picture; they stand in [*first, *last), with others between them
 * where x goes back. */
static size_t count_inside(const View *view, const Piece *pieces, size_t count, size_t *first,
                           size_t *last) {
    size_t inside = 0;
    *first = *last = 0;
    for (size_t n = 0; n < count; n++) {
        const Piece *piece = &pieces[n];
        size_t from = piece->start, to = piece->stop, found = 0;
        if (piece->ascending) {
            from = first_beyond(view, piece, from, view->low, 0);
            to = first_beyond(view, piece, from, view->high, 1);
            found = to - from;
        } else {
            size_t lowest = SIZE_MAX, behind = 0;
            for (size_t i = from; i < to; i++) {
                double x = x_at(view, piece, i);
                if (!(x >= view->low && x <= view->high)) continue;
                if (!found++) lowest = i;
                behind = i + 1;
            }
            from = lowest;
            to = behind;
        }
        if (!found) continue;
        if (!inside) *first = piece->before + (from - piece->start);
        *last = piece->before + (to - piece->start);
        inside += found;
    }
    return inside;
}

/* Where the column after the next one begins is known by now, nearly: its lines of memory may come
 * while the next one is looked at. Without this most of the time goes into waiting for them. */
static void look_ahead(const Piece *piece, size_t at) {
    size_t size = piece->wide ? sizeof(double) : sizeof(float);
    if (!piece->ascending || at + BLOCK >= piece->stop) return;
    const char *values = (const char *)piece->values + at * size;
    PREFETCH(&piece->steps[at]);
    PREFETCH(&piece->wall_times[at]);
    PREFETCH(&piece->table[at / BLOCK]);
    for (int line = -2; line <= 2; line++) PREFETCH(values + 64 * line);
}

/* The points, ascending; 0 if there is no memory. The caller frees *items. */
static int reduce(const View *view, const Piece *pieces, size_t count, int64_t **items,
                  size_t *length) {
    Reduction reduction;
    memset(&reduction, 0, sizeof reduction);
    reduction.view = view;
    reduction.drawn.column = reduction.gaps.column = NOWHERE;
    for (size_t n = 0; n < count; n++) {
        const Piece *piece = &pieces[n];
        size_t width = 0;
        for (size_t from = piece->start; from < piece->stop;) {
            int64_t column = column_of(view, piece, from);
            size_t to = end_of(view, piece, from, column, width);
            if (column % 2) width = to - from;
            look_ahead(piece, to + width);
            if (column != NOWHERE) add_range(&reduction, piece, column, from, to);
            from = to;
        }
    }
    flush_drawn(&reduction);
    flush_gaps(&reduction);
    Found *lines = &reduction.lines, *breaks = &reduction.breaks, all = {NULL, 0, 0, 0};
    if (!breaks->count && !lines->failed && !breaks->failed) {
        free(breaks->items);
        *items = lines->items;
        *length = lines->count;
        return 1;
    }
    for (size_t i = 0, j = 0; i < lines->count || j < breaks->count;) {
        int line = j == breaks->count || (i < lines->count && lines->items[i] < breaks->items[j]);
        keep(&all, (size_t)(line ? lines->items[i++] : breaks->items[j++]));
    }
    int done = !lines->failed && !breaks->failed && !all.failed;
    free(lines->items);
    free(breaks->items);
    if (!done) free(all.items);
    *items = done ? all.items : NULL;
    *length = done ? all.count : 0;
    return done;
}

/* Fills the table of a piece: a row for each whole block and for the last. */
static void survey(const Piece *piece, size_t length, Row *row) {
    for (size_t base = 0; base < length; base += BLOCK, row++) {
        size_t stop = length - base < BLOCK ? length - base : BLOCK;
        *row = (Row){INFINITY, -INFINITY, 0, 0, 0};
        for (size_t i = 0; i < stop; i++) {
            double value = value_at(piece, base + i);
            if (!isfinite(value)) {
                row->gap = 1;
                continue;
            }
            if (value < row->lowest) {
                row->lowest = value;
                row->low = (uint8_t)i;
            }
            if (value > row->highest) {
                row->highest = value;
                row->high = (uint8_t)i;
            }
        }
    }
}

#endif
