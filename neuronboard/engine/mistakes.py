"""What is said of mistakes in building a graph: what happened, whose line, and the way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neuronboard import errors
from neuronboard.engine.shape import bracketed
from neuronboard.engine.where import origins, user_line

if TYPE_CHECKING:
    from neuronboard.engine.graph import Operation, Tensor


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
    shapes = ", ".join(bracketed(tensor.shape) for tensor in op.inputs)
    made = origins(tensor.op for tensor in op.inputs)
    return errors.ShapeError(
        message=f"{what}{_merging(op)} for '{{{{node {op.name}}}}} = {op.type}({names})' with "
        f"input shapes: {shapes}{_looked_at(op, what)}.\nIt was to be made at {op.where}"
        f"{f'; {made}' if made else ''}. To mend it: {mend}"
    )


def _merging(op: Operation) -> str:
    """Which of many shapes that must be one does not fit those behind it."""
    if op.type not in ("AddN", "Pack"):
        return ""
    whole = op.inputs[-1].shape
    for i in reversed(range(len(op.inputs) - 1)):
        if not op.inputs[i].shape.is_compatible_with(whole):
            return f"\n\tFrom merging shape {i} with other shapes."
        whole = whole.merge_with(op.inputs[i].shape)
    return ""


# Inputs whose values tell the shape, by the type of the operation.
_VALUES = {
    **dict.fromkeys(["Sum", "Mean", "Prod", "Max", "Min", "All", "Any"], (1,)),
    **dict.fromkeys(["ArgMax", "ArgMin", "ExpandDims", "Transpose", "TopKV2"], (1,)),
    "ConcatV2": (-1,),
    "Range": (0, 1, 2),
    "Split": (0,),
    "SplitV": (1, 2),
    "Slice": (1, 2),
    "StridedSlice": (1, 2, 3),
    "GatherV2": (2,),
    "LinSpace": (2,),
}


def _looked_at(op: Operation, what: str) -> str:
    """The values that were looked at to find the shape, as TensorFlow tells them."""
    from neuronboard.engine.ops.static import static_value

    if op.type == "Reshape":
        sizes = static_value(op.inputs[1])
        if sizes is None or sizes.ndim != 1:
            return ""
        shown = ",".join("?" if size < 0 else str(size) for size in sizes.tolist())
        return f" and with input tensors computed as partial shapes: input[1] = [{shown}]"
    places = _VALUES.get(op.type, ())
    if op.type == "StridedSlice" and what.startswith("Index out of range"):
        places = (3,)
    told = []
    for place in places:
        value = static_value(op.inputs[place])
        if value is not None and value.ndim < 2:
            shown = " ".join(str(item) for item in value.reshape(-1).tolist())
            told.append(f"input[{place % len(op.inputs)}] = <{shown}>")
    return f" and with computed input tensors: {', '.join(told)}" if told else ""


def said(error: Exception) -> str:
    """What an error says, without the quotes that KeyError adds."""
    return error.message if isinstance(error, errors.OpError) else str(error)
