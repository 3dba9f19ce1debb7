"""Looking at values while they are computed: `Print`, `tf.print`, and how elements are shown."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.dtypes import string
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = ["Print", "print"]

# ---- values as texts

_DIGITS = {"float64": (15, 17)}  # digits to try first, and those that always suffice
_FEW = (6, 9)


def element(value: Any) -> str:
    """One number, boolean or text, as short as it can be read again."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, np.float16):
        return element(np.float32(value))
    if isinstance(value, np.floating):
        short, whole = _DIGITS.get(value.dtype.name, _FEW)
        text = f"{value:.{short}g}"
        return text if value.dtype.type(text) == value else f"{value:.{whole}g}"
    return str(value)


def summary(value: Any, most: int) -> str:
    """A tensor's first `most` elements in brackets (all for a negative number), as Print writes."""
    texts = [element(item) for item in np.ravel(value)]
    most = len(texts) if most < 0 else most
    more = "..." if len(texts) > most else ""
    return f"[{_rows(texts[:most], np.shape(value))[0]}{more}]"


def _rows(texts: list[str], shape: Sequence[int]) -> tuple[str, list[str]]:
    """The elements of an array, its rows in brackets; and the texts that are left."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return " ".join(texts[:size]), texts[size:]
    parts = []
    for _ in range(shape[0]):
        if not texts:
            break
        short = len(shape) == 2 and len(texts) < shape[1]
        part, texts = _rows(texts, shape[1:])
        parts.append(f"[{part}{'...' if short else ''}]")
    return "".join(parts), texts


def edges(value: Any, most: int) -> str:
    """An array with `most` elements at each end of each axis (all if -1), as `tf.print` writes."""
    return _edged(value, most, 0)


def _edged(value: Any, most: int, depth: int) -> str:
    rank = np.ndim(value)
    if not rank:
        return f'"{element(value)}"' if isinstance(value, bytes) else element(value[()])
    size = len(value)
    whole = most < 0 or size <= 2 * most
    parts = [_edged(value[i], most, depth + 1) for i in range(size if whole else most)]
    if not whole:
        parts.append("...")
        parts += [_edged(value[i], most, depth + 1) for i in range(size - most, size)]
    apart = " " if rank == 1 else "\n" * (rank - 1) + " " * (depth + 1)
    return f"[{apart.join(parts)}]"


# ---- Print


def _print(state: Any, op: Operation, x: Any, *data: Any) -> Any:
    key = f"{op.name}/printed"
    state[key] = state.get(key, 0) + 1
    first_n = op.attrs["first_n"]
    if first_n < 0 or state[key] <= first_n:
        shown = "".join(summary(value, op.attrs["summarize"]) for value in data)
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

    first_n: only the first so many times. summarize: how many elements of each (3), -1 for all.
    """
    attrs = {"message": (message or "").encode(), "first_n": -1 if first_n is None else first_n}
    return one(
        PRINT,
        input_,
        list(data),
        name=name,
        summarize=3 if summarize is None else summarize,
        **attrs,
    )


# ---- tf.print

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def _say(text: str, stream: str) -> None:
    """Writes to "stdout", "stderr", "log(info)" or a file, "file:///path"."""
    if stream.startswith("file://"):
        with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text)
    elif stream.startswith("log("):
        level = _LEVELS[stream[4:-1]]
        import logging  # of no use to most programs

        logging.getLogger("tensorflow").log(level, "%s", text.removesuffix("\n"))
    else:
        target = sys.stdout if stream == "stdout" else sys.stderr
        target.write(text)
        target.flush()


def _string_format(
    xp: Any, *values: Any, template: bytes, placeholder: bytes, summarize: int
) -> Any:
    """A text whose places are filled in, in their order."""
    first, *others = template.split(placeholder)
    shown = [edges(value, summarize).encode() for value in values]
    return first + b"".join(a + b for a, b in zip(shown, others, strict=True))


STRING_FORMAT = register(
    OpDef(
        type="StringFormat",
        inputs=("*inputs",),
        infer=lambda op: [(string, TensorShape([]))],
        kernel=_string_format,
        kernel_attrs=("template", "placeholder", "summarize"),
        grad=NOT_DIFFERENTIABLE,
    )
)


def _print_v2(state: Any, op: Operation, text: Any) -> tuple[()]:
    _say((text + op.attrs["end"]).decode(errors="replace"), op.attrs["output_stream"].decode())
    return ()


PRINT_V2 = register(
    OpDef(
        type="PrintV2",
        inputs=("input",),
        takes={"input": "O"},
        infer=lambda op: [],
        kernel=_print_v2,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


class _Place:
    """Stands in the structure to print for a value; its text is the placeholder, without quotes."""

    def __init__(self, placeholder: str) -> None:
        self._placeholder = placeholder

    def __repr__(self) -> str:
        return self._placeholder


def _mapped(item: Any, function: Callable[[Any], Any]) -> Any:
    """The same nested lists, tuples and dicts, of other leaves."""
    if isinstance(item, dict):
        return {key: _mapped(value, function) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        parts = [_mapped(value, function) for value in item]
        return parts if isinstance(item, list) else tuple(parts)
    return function(item)


def string_format(
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Tensor:
    """A text in which each placeholder is the text of one of `inputs`.

    summarize: how many elements at each end of each axis, -1 for all. Raises ValueError where
    there are not as many placeholders as inputs.
    """
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    if template.count(placeholder) != len(given):
        raise errors.ArgumentValueError(
            message=f"{template.count(placeholder)} placeholder(s) in template does not match "
            f"{len(given)} tensor(s) provided as input: {template!r}, at {user_line()}"
        )
    attrs = {"template": template.encode(), "placeholder": placeholder.encode()}
    return one(STRING_FORMAT, given, name=name, summarize=summarize, **attrs)


def print(
    *inputs: Any,
    output_stream: Any = sys.stderr,
    summarize: int | None = None,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> Operation:
    """An operation that writes values and texts when it is run; nested lists and dicts too.

    output_stream: sys.stderr, sys.stdout, a function of `tf.logging`, or "file://path". summarize:
    how many elements at each end of each axis (3), -1 for all. Raises ValueError for other streams.
    """
    placeholder = "{}"
    while placeholder in str(inputs):
        placeholder = f"{{{placeholder}}}"
    tensors: list[Tensor] = []

    def leaf(item: Any) -> Any:
        tensor = item._as_tensor() if hasattr(item, "_as_tensor") else item
        if not isinstance(tensor, Tensor):
            return item
        tensors.append(tensor)
        return _Place(placeholder)

    attrs = {"end": end.encode(), "output_stream": _stream(output_stream).encode()}
    template = sep.join(str(_mapped(item, leaf)) for item in inputs)
    with scope_of(tensors, name or "PrintV2") as scope:
        if template == placeholder and tensors[0].dtype == string and tensors[0].shape.ndims == 0:
            return apply(PRINT_V2, tensors[0], name=scope, **attrs)  # a text as it is
        most = 3 if summarize is None else summarize
        text = string_format(template, tensors, placeholder, most)
        return apply(PRINT_V2, text, name=scope, **attrs)


def _stream(given: Any) -> str:
    """The name of a stream, as it stands in a node."""
    if given is sys.stdout or given is sys.__stdout__:
        return "stdout"
    if given is sys.stderr or given is sys.__stderr__ or given is _FIRST_STDERR:
        return "stderr"
    if isinstance(given, str) and given.startswith("file://"):
        return given
    level = getattr(given, "__name__", "")
    if level in ("warn", *_LEVELS):
        return f"log({'warning' if level == 'warn' else level})"
    raise errors.ArgumentValueError(
        message=f"Unknown output stream: {given!r}, at {user_line()}; give sys.stdout, sys.stderr, "
        "tf.logging.info (or another level), or 'file://path'"
    )


_FIRST_STDERR = sys.stderr
