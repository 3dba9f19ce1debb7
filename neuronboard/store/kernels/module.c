/* Python's side of reduce.h and smooth.h, in the limited API of Python 3.11. */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "reduce.h"
#include "smooth.h"

/* A column of a piece, held while the piece is used. */
static const void *column_in(PyObject *tuple, Py_ssize_t at, Py_buffer *view) {
    if (PyObject_GetBuffer(PyTuple_GetItem(tuple, at), view, PyBUF_SIMPLE) < 0) return NULL;
    return view->buf ? view->buf : "";
}

typedef struct {
    Piece *pieces;
    Py_buffer *views; /* four for each piece */
    Py_ssize_t count, held;
} Pieces;

static void pieces_free(Pieces *all) {
    for (Py_ssize_t i = 0; i < all->held; i++) PyBuffer_Release(&all->views[i]);
    free(all->pieces);
    free(all->views);
}

/* (steps, wall_times, values, table, wide, start, stop, steps_ascend, times_ascend, counts); every
 * range is checked. */
static int piece_from(PyObject *item, int by_time, Pieces *all, Piece *piece) {
    Py_ssize_t start, stop;
    int steps_ascend, times_ascend;
    PyObject *steps, *wall_times, *values, *table, *counts;
    if (!PyTuple_Check(item)) {
        PyErr_SetString(PyExc_TypeError, "a piece is a tuple");
        return 0;
    }
    if (!PyArg_ParseTuple(item, "OOOOpnnppO", &steps, &wall_times, &values, &table,
                          &piece->wide, &start, &stop, &steps_ascend, &times_ascend, &counts))
        return 0;
    piece->ascending = by_time ? times_ascend : steps_ascend;
    const void *columns[4];
    for (Py_ssize_t i = 0; i < 4; i++) {
        columns[i] = column_in(item, i, &all->views[all->held]);
        if (!columns[i]) return 0;
        all->held++;
    }
    const Py_buffer *views = &all->views[all->held - 4];
    Py_ssize_t length = views[0].len / 8;
    if (start < 0 || stop < start || stop > length || views[1].len / 8 < length ||
        views[2].len / (piece->wide ? 8 : 4) < length ||
        views[3].len / (Py_ssize_t)sizeof(Row) < (length + BLOCK - 1) / BLOCK) {
        PyErr_SetString(PyExc_ValueError, "the columns of a piece differ in length");
        return 0;
    }
    piece->steps = (const int64_t *)columns[0];
    piece->wall_times = (const double *)columns[1];
    piece->values = columns[2];
    piece->table = (const Row *)columns[3];
    piece->start = (size_t)start;
    piece->stop = (size_t)stop;
    return 1;
}

static int pieces_from(PyObject *tuple, int by_time, Pieces *all) {
    memset(all, 0, sizeof *all);
    all->count = PyTuple_Size(tuple);
    all->pieces = (Piece *)calloc((size_t)all->count + 1, sizeof *all->pieces);
    all->views = (Py_buffer *)calloc(4 * (size_t)all->count + 1, sizeof *all->views);
    if (!all->pieces || !all->views) {
        pieces_free(all);
        PyErr_NoMemory();
        return 0;
    }
    size_t before = 0;
    for (Py_ssize_t i = 0; i < all->count; i++) {
        if (!piece_from(PyTuple_GetItem(tuple, i), by_time, all, &all->pieces[i])) {
            pieces_free(all);
            return 0;
        }
        all->pieces[i].before = before;
        before += all->pieces[i].stop - all->pieces[i].start;
    }
    return 1;
}

static PyObject *do_survey(PyObject *self, PyObject *arguments) {
    (void)self;
    Py_buffer values;
    Piece piece = {0};
    if (!PyArg_ParseTuple(arguments, "y*p", &values, &piece.wide)) return NULL;
    size_t length = (size_t)values.len / (piece.wide ? 8 : 4);
    size_t size = (length + BLOCK - 1) / BLOCK * sizeof(Row);
    PyObject *table = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (table) {
        Row *rows = (Row *)(void *)PyBytes_AsString(table);
        piece.values = values.buf;
        Py_BEGIN_ALLOW_THREADS
        survey(&piece, length, rows);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&values);
    return table;
}

static PyObject *do_reduce(PyObject *self, PyObject *arguments) {
    (void)self;
    PyObject *tuple;
    int by_time, log, positive;
    double origin, low, high;
    long long pixels;
    if (!PyArg_ParseTuple(arguments, "O!ppp(ddd)L", &PyTuple_Type, &tuple, &by_time, &log,
                          &positive, &origin, &low, &high, &pixels))
        return NULL;
    Pieces all;
    if (!pieces_from(tuple, by_time, &all)) return NULL;
    View view = view_of(by_time, log, positive, origin, low, high, pixels);
    int64_t *items = NULL;
    size_t length = 0;
    int done;
    Py_BEGIN_ALLOW_THREADS
    done = reduce(&view, all.pieces, (size_t)all.count, &items, &length);
    Py_END_ALLOW_THREADS
    pieces_free(&all);
    if (!done) return PyErr_NoMemory();
    PyObject *found = PyBytes_FromStringAndSize(length ? (const char *)items : "",
                                                (Py_ssize_t)(length * sizeof *items));
    free(items);
    return found;
}

static PyObject *do_inside(PyObject *self, PyObject *arguments) {
    (void)self;
    PyObject *tuple;
    int by_time, log;
    double origin, low, high;
    if (!PyArg_ParseTuple(arguments, "O!pp(ddd)", &PyTuple_Type, &tuple, &by_time, &log, &origin,
                          &low, &high))
        return NULL;
    Pieces all;
    if (!pieces_from(tuple, by_time, &all)) return NULL;
    View view = view_of(by_time, log, 0, origin, low, high, 1);
    size_t first, last, inside;
    Py_BEGIN_ALLOW_THREADS
    inside = count_inside(&view, all.pieces, (size_t)all.count, &first, &last);
    Py_END_ALLOW_THREADS
    pieces_free(&all);
    return Py_BuildValue("nnn", (Py_ssize_t)inside, (Py_ssize_t)first, (Py_ssize_t)last);
}

static const Piece *piece_of(const Pieces *all, size_t at) {
    size_t low = 0, high = (size_t)all->count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (all->pieces[middle].before <= at) low = middle;
        else high = middle;
    }
    return &all->pieces[low];
}

static void take(const Pieces *all, const int64_t *items, size_t count, int wide, int64_t *steps,
                 double *wall_times, void *values) {
    const Piece *piece = NULL;
    for (size_t n = 0; n < count; n++) {
        size_t at = (size_t)items[n];
        if (!piece || at < piece->before || at >= piece->before + (piece->stop - piece->start))
            piece = piece_of(all, at);
        size_t i = piece->start + (at - piece->before);
        steps[n] = piece->steps[i];
        wall_times[n] = piece->wall_times[i];
        if (wide) ((double *)values)[n] = value_at(piece, i);
        else ((float *)values)[n] = ((const float *)piece->values)[i];
    }
}

static PyObject *do_take(PyObject *self, PyObject *arguments) {
    (void)self;
    PyObject *tuple;
    Py_buffer numbers;
    if (!PyArg_ParseTuple(arguments, "O!y*", &PyTuple_Type, &tuple, &numbers)) return NULL;
    Pieces all;
    if (!pieces_from(tuple, 0, &all)) {
        PyBuffer_Release(&numbers);
        return NULL;
    }
    const int64_t *items = (const int64_t *)numbers.buf;
    size_t count = (size_t)numbers.len / sizeof *items, points = 0;
    int wide = 0, fits = 1;
    for (Py_ssize_t i = 0; i < all.count; i++) {
        points += all.pieces[i].stop - all.pieces[i].start;
        wide |= all.pieces[i].wide;
    }
    for (size_t i = 0; i < count; i++) fits &= items[i] >= 0 && (size_t)items[i] < points;
    PyObject *columns = NULL, *steps = NULL, *wall_times = NULL, *values = NULL;
    if (!fits) PyErr_SetString(PyExc_IndexError, "there is no such point");
    else {
        steps = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(8 * count));
        wall_times = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(8 * count));
        values = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)((wide ? 8 : 4) * count));
    }
    if (steps && wall_times && values) {
        take(&all, items, count, wide, (int64_t *)(void *)PyBytes_AsString(steps),
             (double *)(void *)PyBytes_AsString(wall_times), (void *)PyBytes_AsString(values));
        columns = Py_BuildValue("OOOi", steps, wall_times, values, wide);
    }
    Py_XDECREF(steps);
    Py_XDECREF(wall_times);
    Py_XDECREF(values);
    pieces_free(&all);
    PyBuffer_Release(&numbers);
    return columns;
}

static PyObject *do_smooth(PyObject *self, PyObject *arguments) {
    (void)self;
    Py_buffer values;
    double weight;
    int both;
    if (!PyArg_ParseTuple(arguments, "y*dp", &values, &weight, &both)) return NULL;
    size_t length = (size_t)values.len / sizeof(double);
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(8 * length));
    double *scratch = both ? (double *)malloc(16 * length + 1) : NULL;
    if (result && both && !scratch) {
        Py_CLEAR(result);
        PyErr_NoMemory();
    }
    if (result) {
        double *to = (double *)(void *)PyBytes_AsString(result);
        Py_BEGIN_ALLOW_THREADS
        if (both) smooth_both((const double *)values.buf, length, weight, to, scratch);
        else smooth_forward((const double *)values.buf, length, weight, to);
        Py_END_ALLOW_THREADS
    }
    free(scratch);
    PyBuffer_Release(&values);
    return result;
}

static PyMethodDef methods[] = {
    {"survey", do_survey, METH_VARARGS, "survey(values, wide) -> table of a piece"},
    {"reduce", do_reduce, METH_VARARGS,
     "reduce(pieces, by_time, log, positive, (origin, low, high), pixels) -> int64 numbers"},
    {"inside", do_inside, METH_VARARGS,
     "inside(pieces, by_time, log, (origin, low, high)) -> (count, first, behind the last)"},
    {"take", do_take, METH_VARARGS,
     "take(pieces, numbers) -> (steps, wall_times, values, wide)"},
    {"smooth", do_smooth, METH_VARARGS, "smooth(float64 values, weight, both) -> float64"},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_kernels",
    .m_doc = "What the store computes over whole curves.",
    .m_size = 0,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__kernels(void) { return PyModule_Create(&module); }
