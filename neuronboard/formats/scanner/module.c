/* Python's side of scan.h: one type, `Core`, in the limited API of Python 3.11. */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "scan.h"

typedef struct {
    PyObject_HEAD
    Scan scan;
    int busy; /* a thread scans without the GIL; no other may come near */
} Core;

static int enter(Core *core) {
    if (core->busy) {
        PyErr_SetString(PyExc_RuntimeError, "this Core is in use by another thread");
        return 0;
    }
    core->busy = 1;
    return 1;
}

static PyObject *core_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"full", NULL};
    Py_ssize_t full;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "n", names, &full)) return NULL;
    if (full < 1) return PyErr_Format(PyExc_ValueError, "full must be at least 1, got %zd", full);
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Core *core = (Core *)allocate(type, 0);
    if (core) scan_begin(&core->scan, (size_t)full);
    return (PyObject *)core;
}

static void core_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    scan_free(&((Core *)self)->scan);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static int add_tag(Scan *scan, PyObject *name, PyObject *metadata) {
    char *text, *data;
    Py_ssize_t size, length;
    if (PyBytes_AsStringAndSize(name, &text, &size) < 0) return 0;
    if (PyBytes_AsStringAndSize(metadata, &data, &length) < 0) return 0;
    uint32_t hash = hash_of((const uint8_t *)text, (uint32_t)size);
    uint32_t tag = tag_add(scan, (const uint8_t *)text, (uint32_t)size, hash);
    if (tag == NO_TAG) {
        PyErr_NoMemory();
        return 0;
    }
    Tag *tags = ITEMS(Tag, scan->tags);
    tags[tag].next = tag + 1;
    tags[tag].has_metadata = length > 0;
    return 1;
}

static PyObject *core_begin(PyObject *self, PyObject *arguments) {
    Core *core = (Core *)self;
    PyObject *names, *metadata;
    if (!PyArg_ParseTuple(arguments, "O!O!", &PyTuple_Type, &names, &PyTuple_Type, &metadata))
        return NULL;
    Py_ssize_t count = PyTuple_Size(names);
    if (PyTuple_Size(metadata) != count)
        return PyErr_Format(PyExc_ValueError, "names and metadata differ in length");
    if (!enter(core)) return NULL;
    scan_forget_tags(&core->scan);
    scan_forget_found(&core->scan);
    int added = 1;
    for (Py_ssize_t i = 0; added && i < count; i++)
        added = add_tag(&core->scan, PyTuple_GetItem(names, i), PyTuple_GetItem(metadata, i));
    core->busy = 0;
    if (!added) return NULL;
    Py_RETURN_NONE;
}

static PyObject *core_feed(PyObject *self, PyObject *arguments) {
    Core *core = (Core *)self;
    Py_buffer data;
    unsigned long long offset;
    size_t used = 0;
    if (!PyArg_ParseTuple(arguments, "y*K", &data, &offset)) return NULL;
    if (!enter(core)) {
        PyBuffer_Release(&data);
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = scan_feed(&core->scan, data.buf, (size_t)data.len, offset, &used);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&data);
    core->busy = 0;
    if (result == SCAN_MEMORY) return PyErr_NoMemory();
    if (result == SCAN_RESTART)
        return Py_BuildValue("niL", (Py_ssize_t)used, result, (long long)core->scan.restart_step);
    return Py_BuildValue("niK", (Py_ssize_t)used, result, (unsigned long long)core->scan.needed);
}

static PyObject *new_names(const Scan *scan, size_t from) {
    size_t count = scan->tags.count;
    PyObject *names = PyTuple_New((Py_ssize_t)(count > from ? count - from : 0));
    for (size_t i = from; names && i < count; i++) {
        const Tag *tag = &ITEMS(Tag, scan->tags)[i];
        const char *text = tag->size ? ITEMS(char, scan->names) + tag->name : "";
        PyObject *name = PyBytes_FromStringAndSize(text, tag->size);
        if (!name || PyTuple_SetItem(names, (Py_ssize_t)(i - from), name) < 0) Py_CLEAR(names);
    }
    return names;
}

static PyObject *new_metadata(const Scan *scan) {
    PyObject *found = PyList_New(0);
    for (size_t i = 0; found && i < scan->metadatas.count; i++) {
        const Metadata *kept = &ITEMS(Metadata, scan->metadatas)[i];
        const char *data = ITEMS(char, scan->metadata) + kept->at;
        PyObject *item = Py_BuildValue("Iy#", kept->tag, data, (Py_ssize_t)kept->size);
        if (!item || PyList_Append(found, item) < 0) Py_CLEAR(found);
        Py_XDECREF(item);
    }
    return found;
}

static PyObject *new_damage(const Scan *scan) {
    PyObject *found = PyList_New(0);
    for (size_t i = 0; found && i < scan->damage.count; i++) {
        const Damage *damage = &ITEMS(Damage, scan->damage)[i];
        PyObject *item = Py_BuildValue("KKI", (unsigned long long)damage->offset,
                                       (unsigned long long)damage->skipped, damage->reason);
        if (!item || PyList_Append(found, item) < 0) Py_CLEAR(found);
        Py_XDECREF(item);
    }
    return found;
}

static PyObject *bytes_of(const void *data, size_t size) {
    return PyBytes_FromStringAndSize(size ? data : "", (Py_ssize_t)size);
}

/* (ids, starts, wide, steps, wall_times, values) of the points. */
static PyObject *new_columns(const Scan *scan) {
    Groups groups;
    PyObject *steps = NULL, *wall_times = NULL, *values = NULL, *columns = NULL;
    int done;
    Py_BEGIN_ALLOW_THREADS
    done = groups_count(scan, &groups);
    Py_END_ALLOW_THREADS
    if (!done) return PyErr_NoMemory();
    size_t narrow = groups.points - groups.wide_points;
    steps = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(groups.points * sizeof(int64_t)));
    wall_times = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(groups.points * sizeof(double)));
    values = PyBytes_FromStringAndSize(
        NULL, (Py_ssize_t)(groups.wide_points * sizeof(double) + narrow * sizeof(float)));
    if (steps && wall_times && values) {
        int64_t *to_steps = (int64_t *)(void *)PyBytes_AsString(steps);
        double *to_wall_times = (double *)(void *)PyBytes_AsString(wall_times);
        uint8_t *to_values = (uint8_t *)PyBytes_AsString(values);
        Py_BEGIN_ALLOW_THREADS
        done = groups_fill(scan, &groups, to_steps, to_wall_times, to_values);
        Py_END_ALLOW_THREADS
        if (done)
            columns = Py_BuildValue(
                "NNIOOO", bytes_of(groups.ids, groups.tags * sizeof *groups.ids),
                bytes_of(groups.starts, (groups.tags + 1) * sizeof *groups.starts), groups.wide,
                steps, wall_times, values);
        else PyErr_NoMemory();
    }
    Py_XDECREF(steps);
    Py_XDECREF(wall_times);
    Py_XDECREF(values);
    groups_free(&groups);
    return columns;
}

static PyObject *core_take(PyObject *self, PyObject *arguments) {
    Core *core = (Core *)self;
    Scan *scan = &core->scan;
    Py_ssize_t known;
    if (!PyArg_ParseTuple(arguments, "n", &known)) return NULL;
    if (known < 0) return PyErr_Format(PyExc_ValueError, "known must not be negative");
    if (!enter(core)) return NULL;
    PyObject *first = NULL, *taken = NULL;
    PyObject *columns = new_columns(scan);
    if (columns) {
        first = scan->has_wall_time ? PyFloat_FromDouble(scan->first_wall_time)
                                    : Py_NewRef(Py_None);
        taken = Py_BuildValue("NNNNNN", new_names(scan, (size_t)known), new_metadata(scan), columns,
                              bytes_of(scan->blobs.items, scan->blobs.count * sizeof(Blob)),
                              new_damage(scan), first);
    }
    if (taken) scan_forget_found(scan);
    core->busy = 0;
    return taken;
}

static PyMethodDef core_methods[] = {
    {"begin", core_begin, METH_VARARGS,
     "begin(names, metadata): forget everything; the tags known are these, in this order."},
    {"feed", core_feed, METH_VARARGS,
     "feed(data, offset) -> (used, why, needed or step): read the whole records of data."},
    {"take", core_take, METH_VARARGS,
     "take(known) -> (names, metadata, columns, blobs, damage, first_wall_time): what was found "
     "since the last take; names from number `known` on."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot core_slots[] = {{Py_tp_doc, "A scan of one file at a time; see scan.h."},
                                   {Py_tp_new, core_new},
                                   {Py_tp_dealloc, core_dealloc},
                                   {Py_tp_methods, core_methods},
                                   {0, NULL}};

static PyType_Spec core_spec = {"neuronboard.formats._event_scan.Core", sizeof(Core), 0,
                                Py_TPFLAGS_DEFAULT, core_slots};

static PyObject *checksum(PyObject *module, PyObject *arguments) {
    Py_buffer data;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*", &data)) return NULL;
    uint32_t crc = crc32c(data.buf, (size_t)data.len);
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong(crc);
}

static PyObject *use_instruction(PyObject *module, PyObject *arguments) {
    int want;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "p", &want)) return NULL;
    return PyBool_FromLong(crc32c_choose(want));
}

static PyMethodDef module_methods[] = {
    {"crc32c", checksum, METH_VARARGS, "crc32c(data) -> CRC-32C, as the scan computes it."},
    {"use_instruction", use_instruction, METH_VARARGS,
     "use_instruction(want) -> whether checksums are the processor's instruction now."},
    {NULL, NULL, 0, NULL}};

static int module_exec(PyObject *module) {
    crc32c_choose(1);
    PyObject *core = PyType_FromSpec(&core_spec);
    if (!core) return -1;
    int added = PyModule_AddObjectRef(module, "Core", core);
    Py_DECREF(core);
    return added;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT, "_event_scan", "The fast path of event_scan.", 0,
    module_methods, module_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__event_scan(void) { return PyModuleDef_Init(&module_definition); }
