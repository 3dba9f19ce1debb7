"""Looking at values while they are computed: print, assert, Python functions."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import array, compare, control, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "Assert",
    "Print",
    "add_check_numerics_ops",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "assert_negative",
    "assert_non_negative",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "check_numerics",
    "numpy_function",
    "print",
    "py_func",
    "verify_tensor_all_finite",
]

# ---- print


def _shown(value: Any, most: int) -> str:
    """A tensor's first elements, as TensorFlow's Print shows them."""
    flat = np.ravel(value)
    texts = [
        item.decode(errors="replace")
        if isinstance(item, bytes)
        else f"{item:.8g}"
        if isinstance(item, np.floating)
        else str(item)
        for item in flat[:most]
    ]
    more = "..." if flat.size > most else ""
    return f"[{' '.join(texts)}{more}]" if np.ndim(value) else "".join(texts)


def _print(state: Any, op: Operation, x: Any, *data: Any) -> Any:
    key = f"{op.name}/printed"
    state[key] = state.get(key, 0) + 1
    first_n = op.attrs["first_n"]
    if first_n < 0 or state[key] <= first_n:
        shown = "".join(f"[{_shown(value, op.attrs['summarize'])}]" for value in data)
        builtins.print(op.attrs["message"].decode() + shown, file=sys.stderr)
    return x


PRINT = register(
    OpDef(
        type="Print",
        inputs=("input", "*data"),
        same=("input",),
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
        kernel=_print,
        grad=lambda op, dy: (dy, *(None,) * (len(op.inputs) - 1)),
        stateful=True,
        pure=False,
    )
)


def Print(  # noqa: N802 TensorFlow's name
    input_: Any,
    data: Any,
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """`input_`, and when it is computed, `data` is written to standard error.

    first_n: only the first so many times. summarize: how many elements of each (3).
    """
    attrs = {"message": (message or "").encode(), "first_n": -1 if first_n is None else first_n}
    return one(PRINT, input_, list(data), name=name, summarize=summarize or 3, **attrs)


def _print_v2(state: Any, op: Operation, *values: Any) -> tuple[()]:
    parts = iter(values)
    pieces = op.attrs["template"]
    text = (
        op.attrs["separator"]
        .decode()
        .join(str(next(parts) if piece is None else piece) for piece in pieces)
    )
    builtins.print(text, end=op.attrs["end"].decode(), file=sys.stderr)
    return ()


PRINT_V2 = register(
    OpDef(
        type="PrintV2",
        inputs=("*inputs",),
        infer=lambda op: [],
        kernel=_print_v2,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def print(*inputs: Any, sep: str = " ", end: str = "\n", name: str | None = None) -> Operation:
    """An operation that writes values and texts to standard error when it is run."""
    items = [item._as_tensor() if hasattr(item, "_as_tensor") else item for item in inputs]
    tensors = [item for item in items if isinstance(item, Tensor)]
    template = [None if isinstance(item, Tensor) else item for item in items]
    attrs = {"template": template, "separator": sep.encode(), "end": end.encode()}
    return apply(PRINT_V2, tensors, name=name, **attrs)


# ---- assert


def _assert(state: Any, op: Operation, condition: Any, *data: Any) -> tuple[()]:
    if not np.all(condition):
        shown = "".join(f" [{_shown(value, op.attrs['summarize'])}]" for value in data)
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
    return apply(ASSERT, condition, list(data), name=name or "Assert", summarize=summarize or 3)


def _checked(name: str, sign: str, compared: Callable[..., Tensor]) -> Callable[..., Operation]:
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
                f"{message or ''} Condition x {sign} y did not hold element-wise:".strip(),
                f"x ({a.name}) = ",
                a,
                f"y ({b.name}) = ",
                b,
            ]
            fine = reduce.reduce_all(compared(a, b))
            return Assert(fine, told if data is None else data, summarize or 3)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"An operation that raises InvalidArgumentError unless x {sign} y everywhere."
    return check


assert_equal = _checked("assert_equal", "==", compare.equal)
assert_none_equal = _checked("assert_none_equal", "!=", compare.not_equal)
assert_less = _checked("assert_less", "<", compare.less)
assert_less_equal = _checked("assert_less_equal", "<=", compare.less_equal)
assert_greater = _checked("assert_greater", ">", compare.greater)
assert_greater_equal = _checked("assert_greater_equal", ">=", compare.greater_equal)


def assert_positive(x: Any, data: Any = None, summarize: int | None = None) -> Operation:
    """An operation that raises InvalidArgumentError unless x > 0 everywhere."""
    return assert_greater(x, 0, data, summarize, name="assert_positive")


def assert_negative(x: Any, data: Any = None, summarize: int | None = None) -> Operation:
    """An operation that raises InvalidArgumentError unless x < 0 everywhere."""
    return assert_less(x, 0, data, summarize, name="assert_negative")


def assert_non_negative(x: Any, data: Any = None, summarize: int | None = None) -> Operation:
    """An operation that raises InvalidArgumentError unless x >= 0 everywhere."""
    return assert_greater_equal(x, 0, data, summarize, name="assert_non_negative")


def assert_rank(
    x: Any, rank: int, data: Any = None, message: str = "", name: str | None = None
) -> Operation:
    """ValueError now, or InvalidArgumentError when run, where x has not `rank` axes."""
    with scope_of([x], name or "assert_rank"):
        tensor = convert_to_tensor(x, name="x")
        if tensor.shape.ndims is None:
            return assert_equal(array.rank(tensor), rank, data, message=message)
        if tensor.shape.ndims != rank:
            raise errors.ArgumentValueError(
                op=tensor.op,
                message=f"{message}. Tensor {tensor.name} must have rank {rank}. Received rank "
                f"{tensor.shape.ndims}, shape {tensor.shape}. At {user_line()}",
            )
        return control.no_op(name="static_checks_determined_all_ok")


def _check_numerics(xp: Any, x: Any, message: bytes) -> Any:
    bad = [
        word for word, there in (("Inf", np.isinf(x).any()), ("NaN", np.isnan(x).any())) if there
    ]
    if bad:
        raise ValueError(f"{message.decode()} : Tensor had {' and '.join(bad)} values")
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


# ---- functions of Python


def _py_func(state: Any, op: Operation, *values: Any) -> Any:
    given = [value if isinstance(value, bytes) else np.asarray(value) for value in values]
    result = op.attrs["function"](*given)
    kinds = op.attrs["Tout"]
    found = list(result) if isinstance(result, (list, tuple)) else [result]
    if not kinds:
        return ()
    if len(found) != len(kinds):
        raise ValueError(
            f"pyfunc returns {len(found)} values, but expects to see {len(kinds)} values."
        )
    arrays = []
    for i, (value, kind) in enumerate(zip(found, kinds, strict=True)):
        array_ = np.asarray(value)
        wanted = np.dtype(kind.as_numpy_dtype)
        if kind == dtypes.string:
            encode = np.frompyfunc(lambda t: t.encode() if isinstance(t, str) else t, 1, 1)
            arrays.append(np.asarray(encode(array_.astype(object)), object)[()])
            continue
        if array_.dtype != wanted:
            raise ValueError(
                f"{i}-th value returned by pyfunc is {array_.dtype}, but expects {kind.name}"
            )
        arrays.append(array_[()])
    return tuple(arrays) if len(arrays) > 1 else arrays[0]


def _infer_py_func(op: Operation) -> Inferred:
    return [(kind, TensorShape(None)) for kind in op.attrs["Tout"]]


PY_FUNC = register(
    OpDef(
        type="PyFunc",
        inputs=("*input",),
        infer=_infer_py_func,
        kernel=_py_func,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def py_func(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,  # noqa: N803 TensorFlow's name
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """What a function of Python gives for the values of `inp`; no gradient flows through it.

    Tout: the type of its result, or a list of types; a list gives a list of tensors.
    """
    several = isinstance(Tout, (list, tuple))
    kinds = [dtypes.as_dtype(kind) for kind in (Tout if several else [Tout])]
    token = f"pyfunc_{func.__name__ if hasattr(func, '__name__') else id(func)}".encode()
    made = apply(PY_FUNC, list(inp), name=name, Tout=kinds, token=token, function=func)
    if several:
        return list(made.outputs) if made.outputs else made
    return made.outputs[0]


numpy_function = py_func
