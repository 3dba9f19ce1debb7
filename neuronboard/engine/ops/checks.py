"""Checks: operations that fail where something does not hold, and say what they saw.

What is known to fail while the graph is built fails there, with the user's line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic, array, compare, control, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.printing import edges, summary
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import origins, user_line

__all__ = [
    "Assert",
    "add_check_numerics_ops",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_type",
    "check_numerics",
    "ensure_shape",
    "verify_tensor_all_finite",
]

# ---- assert


def _assert(state: Any, op: Operation, condition: Any, *data: Any) -> tuple[()]:
    if not np.all(condition):
        shown = "".join(f" {summary(value, op.attrs['summarize'])}" for value in data)
        raise ValueError(f"assertion failed:{shown}")
    return ()


ASSERT = register(
    OpDef(
        type="Assert",
        inputs=("condition", "*data"),
        takes={"condition": "b"},
        infer=lambda op: [],
        kernel=_assert,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def Assert(  # noqa: N802 TensorFlow's name
    condition: Any, data: Any, summarize: int | None = None, name: str | None = None
) -> Operation:
    """An operation that raises InvalidArgumentError, showing `data`, where `condition` is false.

    It is run where something waits for it: `with tf.control_dependencies([check]):`.
    """
    with scope_of([condition, list(data)], name or "Assert"):
        values = [convert_to_tensor(item) for item in data]
        most = _most(summarize)

        def check() -> Operation:
            return apply(ASSERT, condition, list(data), name="Assert", summarize=most)

        if all(value.dtype.base_dtype in (dtypes.string, dtypes.int32) for value in values):
            return check()
        from neuronboard.engine.branches import cond

        condition = convert_to_tensor(condition, name="Condition")
        made: Operation = cond(condition, control.no_op, check, name="AssertGuard").op
        return made


def _most(summarize: int | None) -> int:
    return 3 if summarize is None else summarize


def _held(condition: Tensor, data: list[Any], summarize: int | None) -> Operation:
    """An assertion; where its value is known, it holds already or fails now."""
    known = static_value(condition)
    values = [static_value(convert_to_tensor(item)) for item in data]
    if known is None or any(value is None for value in values):
        return Assert(condition, data, summarize)
    if np.all(known):
        return control.no_op(name="static_checks_determined_all_ok")
    texts = [
        value[()].decode() if value.dtype == object and not value.ndim else edges(value, -1)
        for value in values
        if value.size
    ]
    shown = "\n".join(text for text in texts if text)
    raise errors.InvalidArgumentError(op=condition.op, message=f"{shown}\nAt {user_line()}")


def _compared(sign: str, comparison: Callable[..., Tensor], name: str) -> Callable[..., Operation]:
    """An assertion that a comparison of x and y holds everywhere."""

    def check(
        x: Any,
        y: Any,
        data: Any = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = name,
    ) -> Operation:
        with scope_of([x, y], name or check.__name__):
            a = convert_to_tensor(x, name="x")
            b = convert_to_tensor(y, a.dtype.base_dtype, name="y")
            told = [
                *([message] if message else []),
                f"Condition x {sign} y did not hold element-wise:",
                *(f"x ({a.name}) = ", a),
                *(f"y ({b.name}) = ", b),
            ]
            return _held(reduce.reduce_all(comparison(a, b)), data or told, summarize)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""Fails with InvalidArgumentError unless x {sign} y everywhere, when run.

    data: what to show in place of x and y. summarize: how many elements of each (3), -1 for all.
    """
    return check


assert_equal = _compared("==", compare.equal, "assert_equal")
assert_none_equal = _compared("!=", compare.not_equal, "assert_none_equal")
assert_less = _compared("<", compare.less, "assert_less")
assert_less_equal = _compared("<=", compare.less_equal, "assert_less_equal")
assert_greater = _compared(">", compare.greater, "assert_greater")
assert_greater_equal = _compared(">=", compare.greater_equal, "assert_greater_equal")


def _signed(sign: str, comparison: Callable[..., Tensor], name: str) -> Callable[..., Operation]:
    """An assertion about the sign of x."""

    def check(
        x: Any,
        data: Any = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = name,
    ) -> Operation:
        with scope_of([x], name or check.__name__):
            a = convert_to_tensor(x, name="x")
            told = [
                f"{message}.  " if message else "",
                f"Condition x {sign} 0 did not hold element-wise:",
                *(f"x ({a.name}) = ", a),
            ]
            zero = constant(0, a.dtype.base_dtype)
            return _held(reduce.reduce_all(comparison(a, zero)), data or told, summarize)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""Fails with InvalidArgumentError unless x {sign} 0 everywhere, when run.

    data: what to show in place of x. summarize: how many elements of each (3), -1 for all.
    """
    return check


assert_positive = _signed(">", compare.greater, "assert_positive")
assert_negative = _signed("<", compare.less, "assert_negative")
assert_non_negative = _signed(">=", compare.greater_equal, "assert_non_negative")
assert_non_positive = _signed("<=", compare.less_equal, "assert_non_positive")


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """Fails with InvalidArgumentError unless |x - y| <= atol + rtol * |y| everywhere, when run.

    rtol, atol: ten times the smallest step of the dtype where None.
    """
    with scope_of([x, y], name or "assert_near"):
        a = convert_to_tensor(x, name="x")
        b = convert_to_tensor(y, a.dtype.base_dtype, name="y")
        step = 10 * float(np.finfo(a.dtype.as_numpy_dtype).eps)
        relative, absolute = (step if given is None else given for given in (rtol, atol))
        told = [
            f"{message}.  " if message else "",
            f"x and y not equal to tolerance rtol = {relative}, atol = {absolute}",
            *(f"x ({a.name}) = ", a),
            *(f"y ({b.name}) = ", b),
        ]
        room = arithmetic.add(absolute, arithmetic.multiply(relative, arithmetic.abs(b)))
        near = compare.less_equal(arithmetic.abs(arithmetic.subtract(a, b)), room)
        return _held(reduce.reduce_all(near), data or told, summarize)


# ---- ranks, types and shapes


def _ranked(
    x: Any,
    fits: Callable[[int], bool],
    compared: Callable[[Tensor], Tensor],
    words: str,
    ranks: tuple[Any, ...],
    data: Any,
    summarize: int | None,
    message: str | None,
    label: str,
) -> Operation:
    """ValueError now, or an assertion, that the rank of x is one of those that fit."""
    with scope_of([x], label):
        tensor = convert_to_tensor(x, name="x")
        before = f"{message}.  " if message else ""
        if tensor.shape.ndims is None:
            told = [
                *(before, f"Tensor {tensor.name} must have rank {words}".rstrip(), *ranks),
                *("Received shape: ", array.shape(tensor)),
            ]
            return _held(compared(array.rank(tensor)), data or told, summarize)
        if not fits(tensor.shape.ndims):
            wanted = f"{words} {ranks if len(ranks) > 1 else ranks[0]}".strip()
            raise errors.ArgumentValueError(
                op=tensor.op,
                message=f"{before}Tensor {tensor.name} must have rank {wanted}.  Received rank "
                f"{tensor.shape.ndims}, shape {tensor.shape}. At {user_line()}; "
                f"{origins([tensor.op])}",
            )
        return control.no_op(name="static_checks_determined_all_ok")


def assert_rank(
    x: Any,
    rank: int,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """ValueError now, or InvalidArgumentError when run, where x has not `rank` axes."""
    given = (data, summarize, message, name or "assert_rank")
    return _ranked(x, rank.__eq__, lambda r: compare.equal(r, rank), "", (rank,), *given)


def assert_rank_at_least(
    x: Any,
    rank: int,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """ValueError now, or InvalidArgumentError when run, where x has fewer than `rank` axes."""
    given = (data, summarize, message, name or "assert_rank_at_least")
    return _ranked(
        x, rank.__le__, lambda r: compare.greater_equal(r, rank), "at least", (rank,), *given
    )


def assert_rank_in(
    x: Any,
    ranks: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """ValueError now, or InvalidArgumentError when run, where the rank of x is none of `ranks`."""
    some = tuple(ranks)
    given = (data, summarize, message, name or "assert_rank_in")
    return _ranked(
        x,
        some.__contains__,
        lambda r: reduce.reduce_any(compare.equal(r, list(some))),
        "in",
        some,
        *given,
    )


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Tensor:
    """`tensor`; ValueError where it is known to have axes."""
    with scope_of([tensor], name or "assert_scalar"):
        x = convert_to_tensor(tensor)
        if x.shape.ndims not in (None, 0):
            raise errors.ArgumentValueError(
                op=x.op,
                message=f"{message or ''}Expected scalar shape for {x.name}, saw shape: {x.shape}. "
                f"At {user_line()}; {origins([x.op])}",
            )
        return x


def assert_type(
    tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None
) -> Operation:
    """TypeError where a tensor has another dtype."""
    with scope_of([tensor], name or "assert_type"):
        x, wanted = convert_to_tensor(tensor), dtypes.as_dtype(tf_type)
        if x.dtype.base_dtype != wanted:
            raise errors.DTypeError(
                op=x.op,
                message=f"{message or ''}{x.name} must be of type tf.{wanted.name}; got "
                f"tf.{x.dtype.base_dtype.name}. At {user_line()}: use tf.cast(x, tf.{wanted.name})",
            )
        return control.no_op(name="statically_determined_correct_type")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Operation:
    """TypeError where x is not of whole numbers."""
    with scope_of([x], name or "assert_integer"):
        tensor = convert_to_tensor(x, name="x")
        if not tensor.dtype.is_integer:
            raise errors.DTypeError(
                op=tensor.op,
                message=f'{message or ""}Expected "x" to be integer type.  Found: {tensor.name} of '
                f"dtype {tensor.dtype!r}. At {user_line()}: use tf.cast(x, tf.int32)",
            )
        return control.no_op(name="statically_determined_was_integer")


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> dtypes.DType:
    """The one dtype of all, float32 where nothing says; ValueError where they differ."""
    given = [convert_to_tensor(tensor) for tensor in tensors or ()]
    found = [tensor.dtype.base_dtype for tensor in given]
    wanted = dtypes.as_dtype(dtype) if dtype is not None else [*found, dtypes.float32][0]
    if not wanted.is_floating or any(kind != wanted for kind in found):
        raise errors.ArgumentValueError(
            message=f"Expected floating point type, the same for all, got "
            f"{[kind.name for kind in found or [wanted]]}, at {user_line()}"
        )
    return wanted


def _ensure_shape(xp: Any, x: Any, shape: TensorShape) -> Any:
    if not shape.is_compatible_with(np.shape(x)):
        raise ValueError(
            f"Shape of tensor input {list(np.shape(x))} is not compatible with expected shape "
            f"{shape}",
            "look at what is fed, or leave the size out as None",
        )
    return x


ENSURE_SHAPE = register(
    OpDef(
        type="EnsureShape",
        inputs=("input",),
        same=("input",),
        infer=lambda op: [
            (op.inputs[0].dtype.base_dtype, op.inputs[0].shape.merge_with(op.attrs["shape"]))
        ],
        kernel=_ensure_shape,
        kernel_attrs=("shape",),
        grad=lambda op, dy: (dy,),
        pure=False,
    )
)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """`x`, of which more of the shape is known; InvalidArgumentError, when run, for another."""
    return one(ENSURE_SHAPE, x, name=name, shape=TensorShape(shape))


# ---- not a number


def _check_numerics(xp: Any, x: Any, message: bytes) -> Any:
    bad = [
        word for word, there in (("Inf", np.isinf(x).any()), ("NaN", np.isnan(x).any())) if there
    ]
    if bad:
        raise ValueError(
            f"{message.decode()} : Tensor had {' and '.join(bad)} values",
            "a logarithm of 0, a division by 0, or steps that are too large make them: "
            "tf.clip_by_value(x, 1e-8, 1.0) keeps away from 0, a smaller learning rate may help",
        )
    return x


CHECK_NUMERICS = register(
    OpDef(
        type="CheckNumerics",
        inputs=("tensor",),
        same=("tensor",),
        takes={"tensor": "f"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
        kernel=_check_numerics,
        kernel_attrs=("message",),
        grad=lambda op, dy: (
            check_numerics(dy, "Not a number (NaN) or infinity (Inf) values detected in gradient."),
        ),
        pure=False,
    )
)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """`tensor`; InvalidArgumentError with `message`, when run, where it has NaN or infinity."""
    return one(CHECK_NUMERICS, tensor, name=name, message=message.encode())


def verify_tensor_all_finite(
    t: Any = None,
    msg: str | None = None,
    name: str | None = None,
    x: Any = None,
    message: Any = None,
) -> Tensor:
    """`t`; InvalidArgumentError with `msg`, when run, where it has NaN or infinity."""
    with scope_of([t if x is None else x], name or "VerifyFinite"):
        return check_numerics(t if x is None else x, str(msg if message is None else message))


def add_check_numerics_ops() -> Operation:
    """An operation that checks every tensor of floating-point numbers of the default graph."""
    from neuronboard.engine.graph import get_default_graph

    checks = [
        check_numerics(output, output.name)
        for op in get_default_graph().get_operations()
        for output in op.outputs
        if output.dtype.base_dtype.is_floating and not output.dtype.is_ref
    ]
    return control.group(*checks)
