/* Python's side of encode.h: one type, `Encoder`, in the limited API of Python 3.11.
 *
 * Every method runs from its beginning to its end under the GIL and calls nothing that gives it up,
 * so threads and signal handlers may use one Encoder at once. */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <time.h>

#include "encode.h"

/* What a call answers; the same numbers are in event_encode.py, with their meaning. */
enum { DONE, FIRST, MUCH, SHUT, ODD };

#define MOST_TYPES 32
#define KEPT ((size_t)1 << 22) /* bytes of room that an empty buffer keeps */

typedef struct {
    PyObject_HEAD
    Buffer records, summary;
    Py_ssize_t events; /* in `records` */
    unsigned long long dropped; /* bytes, ever */
    Py_ssize_t much, most, most_events;
    int wide, shut;
    PyObject *numbers; /* tuple of types that are numbers, and are converted without any Python */
    PyObject *types[MOST_TYPES]; /* what is in it */
    Py_ssize_t type_count;
    PyObject *known; /* set of the tags whose metadata were written, where `wide` */
} Encoder;

static PyObject *encoder_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"much", "most", "most_events", "wide", "numbers", NULL};
    Py_ssize_t much, most, most_events;
    int wide;
    PyObject *numbers;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "nnnpO!", names, &much, &most,
                                     &most_events, &wide, &PyTuple_Type, &numbers))
        return NULL;
    Py_ssize_t count = PyTuple_Size(numbers);
    if (count > MOST_TYPES) return PyErr_Format(PyExc_ValueError, "more than %d types", MOST_TYPES);
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Encoder *encoder = (Encoder *)allocate(type, 0);
    if (!encoder) return NULL;
    encoder->much = much;
    encoder->most = most;
    encoder->most_events = most_events;
    encoder->wide = wide;
    encoder->numbers = Py_NewRef(numbers);
    encoder->type_count = count;
    for (Py_ssize_t i = 0; i < count; i++) encoder->types[i] = PyTuple_GetItem(numbers, i);
    encoder->known = PySet_New(NULL);
    if (!encoder->known) Py_CLEAR(encoder);
    return (PyObject *)encoder;
}

static void encoder_dealloc(PyObject *self) {
    Encoder *encoder = (Encoder *)self;
    PyTypeObject *type = Py_TYPE(self);
    buffer_free(&encoder->records);
    buffer_free(&encoder->summary);
    Py_XDECREF(encoder->numbers);
    Py_XDECREF(encoder->known);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/* ---- what was given; each returns 0 for what Python has to look at */

static int is_number(const Encoder *encoder, PyObject *given) {
    for (Py_ssize_t i = 0; i < encoder->type_count; i++)
        if ((PyObject *)Py_TYPE(given) == encoder->types[i]) return 1;
    return 0;
}

static int number_of(const Encoder *encoder, PyObject *given, double *number) {
    if (PyFloat_Check(given) || is_number(encoder, given)) *number = PyFloat_AsDouble(given);
    else if (PyLong_Check(given)) *number = PyLong_AsDouble(given);
    else return 0;
    if (*number != -1.0 || !PyErr_Occurred()) return 1;
    PyErr_Clear();
    return 0;
}

static int step_of(const Encoder *encoder, PyObject *given, int64_t *step) {
    if (given == Py_None) {
        *step = 0;
        return 1;
    }
    if (PyLong_Check(given)) *step = PyLong_AsLongLong(given);
    else if (PyIndex_Check(given) && is_number(encoder, given)) {
        PyObject *whole = PyNumber_Index(given);
        *step = whole ? PyLong_AsLongLong(whole) : -1;
        Py_XDECREF(whole);
    } else return 0;
    if (*step != -1 || !PyErr_Occurred()) return 1;
    PyErr_Clear();
    return 0;
}

static int wall_time_of(const Encoder *encoder, PyObject *given, double *wall_time) {
    if (given != Py_None) return number_of(encoder, given, wall_time);
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    *wall_time = (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
    return 1;
}

/* Adds a value to the summary: 1 done, 0 odd, -1 an exception. */
static int add_value(Encoder *encoder, PyObject *tag, PyObject *value) {
    double number;
    Py_ssize_t size;
    if (!PyUnicode_CheckExact(tag) || !number_of(encoder, value, &number)) return 0;
    const char *text = PyUnicode_AsUTF8AndSize(tag, &size);
    if (!text) { /* half a surrogate pair */
        PyErr_Clear();
        return 0;
    }
    int added;
    if (encoder->wide) {
        int known = PySet_Contains(encoder->known, tag);
        if (known < 0) return -1;
        added = value_add_wide(&encoder->summary, text, (size_t)size, number, !known);
    } else added = value_add(&encoder->summary, text, (size_t)size, number);
    if (added) return 1;
    PyErr_NoMemory();
    return -1;
}

/* ---- answers */

static int is_shut(const Encoder *encoder) {
    return encoder->shut || (Py_ssize_t)encoder->records.used >= encoder->most ||
           encoder->events >= encoder->most_events;
}

/* The answer to an event that came to the records, which were `before` bytes. */
static PyObject *added(Encoder *encoder, size_t before) {
    int answer = DONE;
    encoder->events++;
    if ((Py_ssize_t)before < encoder->much && (Py_ssize_t)encoder->records.used >= encoder->much)
        answer = MUCH;
    else if (!before) answer = FIRST;
    return PyLong_FromLong(answer);
}

static PyObject *add_summary(Encoder *encoder, PyObject *step, PyObject *wall_time) {
    int64_t number;
    double seconds;
    size_t before = encoder->records.used;
    if (!step_of(encoder, step, &number) || !wall_time_of(encoder, wall_time, &seconds))
        return PyLong_FromLong(ODD);
    if (!event_add(&encoder->records, &encoder->summary, number, seconds)) return PyErr_NoMemory();
    return added(encoder, before);
}

/* After the record was made: the metadata of a tag that is known now are not written again. */
static int learn(Encoder *encoder, PyObject *tag) {
    return !encoder->wide || PySet_Add(encoder->known, tag) == 0;
}

static PyObject *wrong_count(const char *name, Py_ssize_t wanted, Py_ssize_t given) {
    return PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, got %zd", name, wanted, given);
}

static PyObject *encoder_scalar(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    Encoder *encoder = (Encoder *)self;
    if (count != 4) return wrong_count("scalar", 4, count);
    if (is_shut(encoder)) return PyLong_FromLong(SHUT);
    Py_ssize_t events = encoder->events;
    encoder->summary.used = 0;
    int result = add_value(encoder, given[0], given[1]);
    if (result < 0) return NULL;
    if (!result) return PyLong_FromLong(ODD);
    PyObject *answer = add_summary(encoder, given[2], given[3]);
    if (encoder->events > events && !learn(encoder, given[0])) Py_CLEAR(answer);
    return answer;
}

static PyObject *encoder_scalars(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    Encoder *encoder = (Encoder *)self;
    PyObject *tag, *value;
    Py_ssize_t at = 0;
    if (count != 3) return wrong_count("scalars", 3, count);
    if (is_shut(encoder)) return PyLong_FromLong(SHUT);
    if (!PyDict_CheckExact(given[0])) return PyLong_FromLong(ODD);
    Py_ssize_t events = encoder->events;
    encoder->summary.used = 0;
    while (PyDict_Next(given[0], &at, &tag, &value)) {
        int result = add_value(encoder, tag, value);
        if (result < 0) return NULL;
        if (!result) return PyLong_FromLong(ODD);
    }
    if (!encoder->summary.used) return PyLong_FromLong(DONE);
    PyObject *answer = add_summary(encoder, given[1], given[2]);
    at = 0;
    while (encoder->events > events && answer && PyDict_Next(given[0], &at, &tag, NULL))
        if (!learn(encoder, tag)) Py_CLEAR(answer);
    return answer;
}

static PyObject *encoder_record(PyObject *self, PyObject *payload) {
    Encoder *encoder = (Encoder *)self;
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(payload, &bytes, &size) < 0) return NULL;
    if (is_shut(encoder)) return PyLong_FromLong(SHUT);
    size_t before = encoder->records.used;
    if (!record_add(&encoder->records, bytes, (size_t)size)) return PyErr_NoMemory();
    return added(encoder, before);
}

static PyObject *encoder_peek(PyObject *self, PyObject *nothing) {
    Encoder *encoder = (Encoder *)self;
    Buffer *records = &encoder->records;
    (void)nothing;
    PyObject *bytes = PyBytes_FromStringAndSize(records->used ? (const char *)records->bytes : "",
                                                (Py_ssize_t)records->used);
    Py_ssize_t events = encoder->events;
    return bytes ? Py_BuildValue("Nn", bytes, events) : NULL;
}

static PyObject *encoder_drop(PyObject *self, PyObject *const *given, Py_ssize_t count) {
    Encoder *encoder = (Encoder *)self;
    Buffer *records = &encoder->records;
    if (count != 2) return wrong_count("drop", 2, count);
    size_t size = PyLong_AsSize_t(given[0]);
    Py_ssize_t events = PyErr_Occurred() ? -1 : PyLong_AsSsize_t(given[1]);
    if (PyErr_Occurred()) return NULL;
    if (size > records->used || events < 0 || events > encoder->events)
        return PyErr_Format(PyExc_ValueError, "only %zu bytes and %zd events wait", records->used,
                            encoder->events);
    if (size) memmove(records->bytes, records->bytes + size, records->used - size);
    records->used -= size;
    encoder->events -= events;
    encoder->dropped += size;
    if (!records->used && records->capacity > KEPT) buffer_free(records);
    Py_RETURN_NONE;
}

static PyObject *encoder_dropped(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return PyLong_FromUnsignedLongLong(((Encoder *)self)->dropped);
}

static PyObject *encoder_waiting(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return PyLong_FromSize_t(((Encoder *)self)->records.used);
}

static PyObject *encoder_shut(PyObject *self, PyObject *wanted) {
    int shut = PyObject_IsTrue(wanted);
    if (shut < 0) return NULL;
    ((Encoder *)self)->shut = shut;
    Py_RETURN_NONE;
}

static PyMethodDef encoder_methods[] = {
    {"scalar", (PyCFunction)(void (*)(void))encoder_scalar, METH_FASTCALL,
     "scalar(tag, value, step, wall_time) -> answer: an event of one value."},
    {"scalars", (PyCFunction)(void (*)(void))encoder_scalars, METH_FASTCALL,
     "scalars({tag: value}, step, wall_time) -> answer: an event of several values."},
    {"record", encoder_record, METH_O, "record(payload) -> answer: an event that is serialised."},
    {"peek", encoder_peek, METH_NOARGS, "peek() -> (bytes, events): the records that wait."},
    {"drop", (PyCFunction)(void (*)(void))encoder_drop, METH_FASTCALL,
     "drop(size, events): the first records that wait, so many bytes and events, no longer do."},
    {"dropped", encoder_dropped, METH_NOARGS, "dropped() -> bytes that were ever dropped."},
    {"waiting", encoder_waiting, METH_NOARGS, "waiting() -> bytes that wait."},
    {"shut", encoder_shut, METH_O, "shut(bool): whether to answer SHUT to every event."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot encoder_slots[] = {{Py_tp_doc, "Scalars to records; see encode.h."},
                                      {Py_tp_new, encoder_new},
                                      {Py_tp_dealloc, encoder_dealloc},
                                      {Py_tp_methods, encoder_methods},
                                      {0, NULL}};

static PyType_Spec encoder_spec = {"neuronboard.formats._event_encode.Encoder", sizeof(Encoder), 0,
                                   Py_TPFLAGS_DEFAULT, encoder_slots};

static int module_exec(PyObject *module) {
    crc32c_choose(1);
    PyObject *encoder = PyType_FromSpec(&encoder_spec);
    if (!encoder) return -1;
    int added = PyModule_AddObjectRef(module, "Encoder", encoder);
    Py_DECREF(encoder);
    return added;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT, "_event_encode", "The fast path of event_encode.", 0,
    NULL, module_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__event_encode(void) { return PyModuleDef_Init(&module_definition); }
