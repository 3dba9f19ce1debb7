"""Functions whose gradient is written by hand: `tf.custom_gradient`, `tf.grad_pass_through`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.gradients import RegisterGradient
from neuronboard.engine.graph import Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.where import user_line

__all__ = ["custom_gradient", "grad_pass_through"]

IDENTITY_N = register(
    OpDef(
        type="IdentityN",
        inputs=("*input",),
        infer=lambda op: [(t.dtype.base_dtype, t.shape) for t in op.inputs],
        kernel=lambda xp, *values: values if len(values) > 1 else values[0],
        grad=lambda op, *grads: grads,
    )
)

_made = 0


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function (tensors) -> (result, gradient) as a function of its result alone.

    gradient: (gradient of each result) -> gradient of each argument, as graph. Raises ValueError,
    when gradients are made, where it gives another number of them.
    """

    @functools.wraps(f)
    def decorated(*given: Any, **named: Any) -> Any:
        global _made
        _made += 1
        label = f"CustomGradient-{_made}"
        arguments = [array.identity(convert_to_tensor(value)) for value in given]
        result, gradient = f(*arguments, **named)
        several = isinstance(result, (list, tuple))
        results = [convert_to_tensor(part) for part in (result if several else [result])]

        def rule(op: Operation, *slopes: Tensor) -> list[Any]:
            found = gradient(*slopes[: len(results)])
            parts = list(found) if isinstance(found, (list, tuple)) else [found]
            if len(parts) != len(arguments):
                raise errors.ArgumentValueError(
                    op=op,
                    message=f"custom_gradient: the gradient of {getattr(f, '__name__', f)} gave "
                    f"{len(parts)} parts for {len(arguments)} arguments. At {user_line()}; give "
                    "one for each, or None",
                )
            return [None] * len(results) + parts

        RegisterGradient(label)(rule)
        with get_default_graph().gradient_override_map({"IdentityN": label}):
            outputs = apply(IDENTITY_N, [*results, *arguments]).outputs[: len(results)]
        return type(result)(outputs) if several else outputs[0]

    return decorated


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function of tensors through which gradients pass as if it were not there."""

    @custom_gradient
    def passing(*arguments: Any, **named: Any) -> Any:
        return f(*arguments, **named), lambda *slopes: slopes

    return passing
