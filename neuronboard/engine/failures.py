"""What is said of an operation that fails in a run: which, whose line, what it was given, the fix.

A kernel that raises ValueError(what, how to mend it) is quoted. Of any other failure the inference
of the operation is asked again, with the shapes that came: it says as much as while the graph is
built. What is left are numpy's own words.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.graph import Graph, Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef
from neuronboard.engine.shape import TensorShape

if TYPE_CHECKING:
    from neuronboard.engine.plan import Step


def told(step: Step, state: dict[str, Any], error: Exception, given: list[Any]) -> Exception:
    """The error of a step, with the operation, its inputs and the lines that made them.

    given: the values that it took, None where they are not known any more.
    """
    if isinstance(error, errors.OpError):
        return error
    missing = _missing(step, state)
    if isinstance(error, KeyError):
        return error if missing is None else _uninitialised(step, missing)
    assert step.op is not None
    op = step.op
    what, mend = _words(op, error, given)
    inputs = ", ".join(
        f"{tensor.name}{_shown(value)} (made at {tensor.op.where})"
        for tensor, value in zip(op.inputs, given, strict=True)
    )
    return errors.InvalidArgumentError(
        op.node_def,
        op,
        f"{what}\n\t [[{{{{node {op.name}}}}}]]\n"
        f"Operation {op.name!r} of type {op.type} was made at {op.where}, with inputs {inputs}; "
        f"{mend or 'fetch the inputs with sess.run(...) to see their values'}",
    )


def _shown(value: Any) -> str:
    """The type and shape of a value that came in."""
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype == object:
        return ""
    return f" {value.dtype.name}{list(value.shape)}"


def _words(op: Operation, error: Exception, given: list[Any]) -> tuple[str, str]:
    """What happened, and how to mend it."""
    if len(error.args) == 2 and isinstance(error.args[1], str):
        return error.args
    shapes = [list(np.shape(value)) for value in given]
    told = _IN_A_RUN.get(op.type)
    if told is not None and not any(value is None for value in given):
        what, mend = told(given)
        if what:
            return what, mend
    if (
        isinstance(op.definition.kernel, str)
        and len(shapes) == 2
        and not any(v is None for v in given)
    ):
        mend = "make their sizes equal, or one of them 1, with tf.reshape or tf.expand_dims"
        return f"Incompatible shapes: {shapes[0]} vs. {shapes[1]}", mend
    found = _inferred(op, given)
    return found if found is not None else (str(error), "")


def _reshaped(given: list[Any]) -> tuple[str, str]:
    total, sizes = np.size(given[0]), [int(size) for size in np.ravel(given[1])]
    known = int(np.prod([size for size in sizes if size >= 0], dtype=np.int64))
    what = f"Input to reshape is a tensor with {total} values, but the requested shape "
    if sizes.count(-1) == 1 and known and total % known:
        return f"{what}requires a multiple of {known}", "let a size of it be another divisor"
    if -1 not in sizes and known != total:
        return f"{what}has {known}", f"give sizes whose product is {total}; one of them may be -1"
    return "", ""


def _multiplied(given: list[Any]) -> tuple[str, str]:
    a, b = (np.shape(value) for value in given)
    if len(a) != 2 or len(b) != 2:
        return "", ""
    return (
        f"Matrix size-incompatible: In[0]: {_tight(a)}, In[1]: {_tight(b)}",
        "the columns of a must be as many as the rows of b: transpose_a=True or transpose_b=True "
        "turns one of them",
    )


def _joined(given: list[Any]) -> tuple[str, str]:
    *shapes, axis = [np.shape(value) for value in given[:-1]] + [int(np.ravel(given[-1])[0])]
    first = shapes[0]
    for i, shape in enumerate(shapes[1:], start=1):
        both = f"shape[0] = {_tight(first)} vs. shape[{i}] = {_tight(shape)}"
        if len(shape) != len(first):
            what = f"ConcatOp : Ranks of all input tensors should match: {both}"
            return what, "tf.expand_dims(x, 0) gives a tensor another axis"
        for place, (one, other) in enumerate(zip(first, shape, strict=True)):
            if one != other and place != axis % len(first):
                what = f"ConcatOp : Dimension {place} in both shapes must be equal: {both}"
                return what, "all sizes but that of the axis must be the same"
    return "", ""


def _tight(shape: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, shape))}]"


# What TensorFlow says in a run where it says something else while the graph is built.
_IN_A_RUN = {"Reshape": _reshaped, "MatMul": _multiplied, "ConcatV2": _joined}


_GIVEN = OpDef(
    type="Const",
    infer=lambda op: [],
    kernel=lambda xp: None,
    grad=NOT_DIFFERENTIABLE,
)


def _inferred(op: Operation, given: list[Any]) -> tuple[str, str] | None:
    """What inference says of an operation with inputs of exactly these values."""
    if any(not isinstance(value, (np.ndarray, np.generic)) for value in given):
        return None
    graph = Graph()
    inputs = []
    for tensor, value in zip(op.inputs, given, strict=True):
        attrs = {"value": np.asarray(value), "dtype": tensor.dtype}
        source = Operation(graph, _GIVEN, tensor.op.name, (), (), attrs)
        inputs.append(Tensor(source, 0, tensor.dtype, TensorShape(np.shape(value))))
    try:
        op.definition.infer(Operation(graph, op.definition, op.name, inputs, (), op.attrs))
    except errors.OpError as error:
        return error.message, ""
    except ValueError as error:
        what, *mend = error.args
        return str(what), str(mend[0]) if mend else ""
    return None


def _missing(step: Step, state: dict[str, Any]) -> Any:
    """The variable without value that a step stumbled over, or None."""
    if step.reads is not None:
        return step.reads
    assert step.op is not None
    for tensor in step.op.inputs:
        if tensor.dtype.is_ref:
            variable = tensor.op
            while variable.type != "VariableV2":
                variable = variable.inputs[0].op
            if variable.name not in state:
                return variable
    return None


def _initializer() -> str:
    """The way to initialise variables, first in the words of the API that was imported."""
    old, new = "tf.initialize_all_variables()", "tf.global_variables_initializer()"
    if "neuronboard.compat.v1" in sys.modules:
        return f"sess.run({new}) first (in TensorFlow 0.x it is called {old})"
    return f"sess.run({old}) first (in TensorFlow 1.x it is called {new})"


def _uninitialised(step: Step, variable: Any) -> errors.OpError:
    """The error of a variable that has no value: which, whose line, and the way out."""
    node = step.op.name if step.op is not None else f"_retval_{variable.name}_0_0"
    return errors.FailedPreconditionError(
        step.op.node_def if step.op is not None else None,
        step.op,
        f"Attempting to use uninitialized value {variable.name}\n\t [[{{{{node {node}}}}}]]\n"
        f"The variable {variable.name!r} was made at {variable.where} and has no value in this "
        f"session yet: run {_initializer()}",
    )
