"""What is said of mistakes in building a graph: what happened, whose line, and the way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neuronboard import errors
from neuronboard.engine.where import origins, user_line

if TYPE_CHECKING:
    from neuronboard.engine.graph import Operation, Tensor
    from neuronboard.engine.shape import TensorShape


def no_value(tensor: Tensor, what: str, then: str) -> errors.OperatorNotAllowedInGraphError:
    """The error of Python code that wants the value of a tensor while the graph is built."""
    return errors.OperatorNotAllowedInGraphError(
        op=tensor.op,
        message=f"{what} is not allowed. {tensor.name} has no value until a session runs it; "
        f"fetch it with sess.run(...) and {then}. {origins([tensor.op])}",
    )


def require_text(name: object, kind: str) -> None:
    """Raises DTypeError (TypeError) for a name that is no text."""
    if not isinstance(name, str):
        raise errors.DTypeError(
            message=f"{kind} names are strings (or similar), not {type(name).__name__}. Got "
            f"{name!r} at {user_line()}"
        )


def spelled(name: str) -> str:
    """The rule for names in words, a name that would do, and the line."""
    fitting = re.sub(r"[^A-Za-z0-9_./>-]", "_", name).lstrip("_/>-") or "x"
    return (
        "Names hold letters, digits and _ . / - without spaces, and begin with a letter, digit or "
        f"dot: {fitting!r} would do, at {user_line()}"
    )


def misshapen(
    op: Operation, what: str, mend: str = "look at the shapes with x.get_shape()"
) -> errors.ShapeError:
    """The error of inputs whose shapes do not fit: which node, whose line, and the way out."""
    names = ", ".join(tensor.op.name for tensor in op.inputs)
    shapes = ", ".join(_bracketed(tensor.shape) for tensor in op.inputs)
    made = origins(tensor.op for tensor in op.inputs)
    return errors.ShapeError(
        message=f"{what} for '{{{{node {op.name}}}}} = {op.type}({names})' with input shapes: "
        f"{shapes}.\nIt was to be made at {op.where}{f'; {made}' if made else ''}. To mend it: "
        f"{mend}"
    )


def _bracketed(shape: TensorShape) -> str:
    if shape.dims is None:
        return "?"
    return "[" + ",".join("?" if size is None else str(size) for size in shape.dims) + "]"


def said(error: Exception) -> str:
    """What an error says, without the quotes that KeyError adds."""
    return error.message if isinstance(error, errors.OpError) else str(error)
