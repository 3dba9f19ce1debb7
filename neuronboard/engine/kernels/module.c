/* Python's side of steps.h, in the limited API of Python 3.11. */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "steps.h"

enum { VAR, MEAN, SQUARE, GRAD, ARRAYS };

/* adam(var, mean, square, grad, wide, alpha, rest1, rest2, epsilon) */
static PyObject *do_adam(PyObject *self, PyObject *args) {
    Py_buffer view[ARRAYS];
    int wide;
    double alpha, rest1, rest2, epsilon;
    (void)self;
    if (!PyArg_ParseTuple(args, "w*w*w*y*pdddd", &view[VAR], &view[MEAN], &view[SQUARE],
                          &view[GRAD], &wide, &alpha, &rest1, &rest2, &epsilon))
        return NULL;
    Py_ssize_t length = view[VAR].len;
    int fits = length % (wide ? 8 : 4) == 0;
    for (int i = 0; i < ARRAYS; i++) {
        fits = fits && view[i].len == length;
        for (int j = 0; j < i; j++) fits = fits && (!length || view[i].buf != view[j].buf);
    }
    if (fits) {
        size_t count = (size_t)length / (wide ? 8 : 4);
        Py_BEGIN_ALLOW_THREADS
        if (wide)
            (wide_registers() ? adam_double_wide : adam_double)(
                view[VAR].buf, view[MEAN].buf, view[SQUARE].buf, view[GRAD].buf, count, alpha,
                rest1, rest2, epsilon);
        else
            (wide_registers() ? adam_float_wide : adam_float)(
                view[VAR].buf, view[MEAN].buf, view[SQUARE].buf, view[GRAD].buf, count,
                (float)alpha, (float)rest1, (float)rest2, (float)epsilon);
        Py_END_ALLOW_THREADS
    }
    for (int i = 0; i < ARRAYS; i++) PyBuffer_Release(&view[i]);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "four arrays of one length, none of them twice");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"adam", do_adam, METH_VARARGS,
     "adam(var, mean, square, grad, wide, alpha, rest1, rest2, epsilon): changes the first three"},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_steps",
    .m_doc = "Steps of optimizers over whole arrays.",
    .m_size = 0,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__steps(void) { return PyModule_Create(&module); }
