"""Texts cut into parts, and patterns in them: `string_split`, `regex_replace`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, one
from neuronboard.engine.ops.define import Inferred, same_as_input
from neuronboard.engine.shape import TensorShape

if TYPE_CHECKING:
    from neuronboard.engine.sparse import SparseTensor

__all__ = ["regex_full_match", "regex_replace", "string_split"]


def _parts(text: bytes, delimiter: bytes, skip_empty: bool) -> list[bytes]:
    """At each character of the delimiter; with an empty one, into single bytes."""
    if not delimiter:
        return [text[i : i + 1] for i in range(len(text))]
    found = re.split(b"[" + re.escape(delimiter) + b"]", text)
    return [part for part in found if part or not skip_empty]


def _split(xp: Any, x: Any, delimiter: Any, skip_empty: bool) -> Any:
    rows = [_parts(text, delimiter, skip_empty) for text in np.ravel(x)]
    places = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    values = np.empty(len(places), object)
    values[:] = [part for row in rows for part in row]
    shape = [len(rows), max(map(len, rows), default=0)]
    return np.array(places, np.int64).reshape(-1, 2), values, np.array(shape, np.int64)


def _infer_split(op: Operation) -> Inferred:
    return [
        (dtypes.int64, TensorShape([None, 2])),
        (dtypes.string, TensorShape([None])),
        (dtypes.int64, TensorShape([2])),
    ]


STRING_SPLIT = register(
    OpDef(
        type="StringSplit",
        inputs=("input", "delimiter"),
        takes={"input": "O", "delimiter": "O"},
        infer=_infer_split,
        kernel=_split,
        kernel_attrs=("skip_empty",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def string_split(
    source: Any,
    sep: str | None = None,
    skip_empty: bool = True,
    delimiter: str = " ",
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:
    """The parts of each text, cut at each character of `sep`: a sparse tensor [texts, parts]."""
    from neuronboard.engine.sparse import SparseTensor

    mark = delimiter if sep is None else sep
    made = apply(STRING_SPLIT, source, mark, name=name, skip_empty=bool(skip_empty))
    return SparseTensor(*made.outputs)


def _each(function: Any, x: Any, kind: Any) -> Any:
    if isinstance(x, bytes):
        return function(x)
    return np.frompyfunc(function, 1, 1)(x).astype(kind)


def _replace(xp: Any, x: Any, pattern: Any, rewrite: Any, replace_global: bool) -> Any:
    compiled = re.compile(pattern)
    count = 0 if replace_global else 1
    return _each(lambda text: compiled.sub(rewrite, text, count=count), x, object)


REGEX_REPLACE = register(
    OpDef(
        type="RegexReplace",
        inputs=("input", "pattern", "rewrite"),
        takes={"input": "O", "pattern": "O", "rewrite": "O"},
        infer=lambda op: same_as_input(op),
        kernel=_replace,
        kernel_attrs=("replace_global",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Tensor:
    """Texts in which what matches a pattern is rewritten; \\\\1 stands for its first group."""
    return one(REGEX_REPLACE, input, pattern, rewrite, name=name, replace_global=replace_global)


def _matches(xp: Any, x: Any, pattern: Any) -> Any:
    compiled = re.compile(pattern)
    found = _each(lambda text: compiled.fullmatch(text) is not None, x, np.bool_)
    return np.bool_(found) if isinstance(found, bool) else found


REGEX_FULL_MATCH = register(
    OpDef(
        type="RegexFullMatch",
        inputs=("input", "pattern"),
        takes={"input": "O", "pattern": "O"},
        infer=lambda op: [(dtypes.bool_, op.inputs[0].shape)],
        kernel=_matches,
        grad=NOT_DIFFERENTIABLE,
    )
)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether a pattern matches the whole of each text."""
    return one(REGEX_FULL_MATCH, input, pattern, name=name)
