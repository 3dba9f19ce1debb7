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
    if (
        isinstance(op.definition.kernel, str)
        and len(shapes) == 2
        and not any(v is None for v in given)
    ):
        mend = "make their sizes equal, or one of them 1, with tf.reshape or tf.expand_dims"
        return f"Incompatible shapes: {shapes[0]} vs. {shapes[1]}", mend
    found = _inferred(op, given)
    return found if found is not None else (str(error), "")


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
