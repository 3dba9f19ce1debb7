"""`map_fn`, `scan`, `foldl`, `foldr`: functions over the first axis, as loops over arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.loops import while_loop
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.structure import difference, flatten, pack
from neuronboard.engine.tensor_array import TensorArray
from neuronboard.engine.where import user_line

__all__ = ["foldl", "foldr", "map_fn", "scan"]

Function = Callable[..., Any]


def map_fn(
    fn: Function,
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """`fn` of each part of `elems` along its first axis, stacked.

    elems: a tensor, or a structure of tensors as long as each other; `fn` gets the same structure.
    dtype: the types that `fn` returns, in their structure, where they are not those of `elems`.
    Raises ValueError for tensors without a first axis or of other lengths, and for another
    structure than told.
    """
    _check(fn)
    signature = fn_output_signature if dtype is None else dtype
    with scope_of(flatten(elems), name or "map"):
        parts = _parts(elems)
        count, known = _length(parts)
        arrays = [TensorArray(part.dtype, count) for part in parts]
        arrays = [whole.unstack(part) for whole, part in zip(arrays, parts, strict=True)]
        start = constant(0)
        structure = elems if signature is None else signature
        kinds = [part.dtype for part in parts] if signature is None else flatten(signature)
        results = [
            TensorArray(dtypes.as_dtype(kind), count, infer_shape=infer_shape) for kind in kinds
        ]

        def step(i: Tensor, written: list[TensorArray]) -> Any:
            value = fn(pack(elems, [part.read(i) for part in arrays]))
            _same_structure(structure, value)
            pairs = zip(written, flatten(value), strict=True)
            filled = [result.write(i, leaf) for result, leaf in pairs]
            return i + 1, filled

        _, filled = while_loop(
            lambda i, _: i < count,
            step,
            (start, results),
            parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return pack(structure, _stacked(filled, known))


def scan(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The results of fn(result before, part), one for each part of `elems`, stacked.

    initializer: the result before the first; without, the first part is the first result. reverse:
    from the last part to the first. Structures and errors as of `map_fn`; the result has the
    structure of `initializer`.
    """
    _check(fn)
    with scope_of(flatten(elems), name or "scan"):
        parts = _parts(elems)
        count, known = _length(parts)
        arrays = [TensorArray(part.dtype, count, element_shape=part.shape[1:]) for part in parts]
        arrays = [whole.unstack(part) for whole, part in zip(arrays, parts, strict=True)]
        first = count - 1 if reverse else 0
        structure = elems if initializer is None else initializer
        if initializer is None:
            accumulated, begun = [part.read(first) for part in arrays], 1
        else:
            accumulated, begun = [convert_to_tensor(x) for x in flatten(initializer)], 0
        results = [
            TensorArray(
                x.dtype,
                count,
                infer_shape=infer_shape,
                element_shape=x.shape if infer_shape else None,
            )
            for x in accumulated
        ]
        if initializer is None:
            pairs = zip(results, accumulated, strict=True)
            results = [result.write(first, x) for result, x in pairs]

        def step(i: Tensor, before: list[Tensor], written: list[TensorArray]) -> Any:
            value = fn(pack(structure, before), pack(elems, [part.read(i) for part in arrays]))
            _same_structure(structure, value)
            leaves = flatten(value)
            pairs = zip(written, leaves, strict=True)
            filled = [result.write(i, leaf) for result, leaf in pairs]
            return (i - 1 if reverse else i + 1), leaves, filled

        _, _, filled = while_loop(
            (lambda i, *_: i >= 0) if reverse else (lambda i, *_: i < count),
            step,
            (count - 1 - begun if reverse else begun, accumulated, results),
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return pack(structure, _stacked(filled, known))


def foldl(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last result of fn(result before, part), from the first part of `elems` on.

    initializer: the result before the first; without, the first part.
    """
    _check(fn)
    with scope_of(flatten(elems), name or "foldl"):
        parts = _parts(elems)
        count, _ = _length(parts)
        arrays = [TensorArray(part.dtype, count).unstack(part) for part in parts]
        if initializer is None:
            accumulated = pack(elems, [part.read(0) for part in arrays])
            start = constant(1)
        else:
            accumulated, start = initializer, constant(0)

        def step(i: Tensor, before: Any) -> Any:
            part = pack(elems, [part.read(i) for part in arrays])
            result = fn(before, part)
            return [i + 1, result]

        _, result = while_loop(
            lambda i, _: i < count,
            step,
            [start, accumulated],
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return result


def foldr(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last result of fn(result before, part), from the last part of `elems` on."""
    _check(fn)
    with scope_of(flatten(elems), name or "foldr"):
        parts = _parts(elems)
        count, _ = _length(parts)
        arrays = [TensorArray(part.dtype, count).unstack(part) for part in parts]
        if initializer is None:
            start = count - 1
            accumulated = pack(elems, [part.read(start) for part in arrays])
        else:
            start, accumulated = count, initializer

        def step(i: Tensor, before: Any) -> Any:
            i = i - 1
            part = pack(elems, [part.read(i) for part in arrays])
            return [i, fn(before, part)]

        _, result = while_loop(
            lambda i, _: i > 0,
            step,
            [start, accumulated],
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return result


def _check(fn: Any) -> None:
    if not callable(fn):
        raise errors.DTypeError(
            message=f"The provided function {fn!r} is not callable. fn must be callable. At "
            f"{user_line()}"
        )


def _parts(elems: Any) -> list[Tensor]:
    """The tensors whose first axis is gone over."""
    leaves = flatten(elems)
    if not leaves:
        raise errors.ArgumentValueError(
            message="elems must be a Tensor or (possibly nested) sequence of Tensors. Got "
            f"{elems}, which does not contain any Tensors. At {user_line()}"
        )
    parts = [convert_to_tensor(leaf, name="elem") for leaf in leaves]
    for part in parts:
        if part.shape.ndims == 0:
            raise errors.ShapeError(
                op=part.op,
                message="Elements in elems must be 1+ dimensional Tensors, not scalars: got "
                f"{part!r} at {user_line()}",
            )
    return parts


def _length(parts: list[Tensor]) -> tuple[Any, int | None]:
    """How long the first axis is, as number or tensor; and the number, if it is known."""
    sizes = [None if part.shape.dims is None else part.shape.dims[0] for part in parts]
    known = {size for size in sizes if size is not None}
    if len(known) > 1:
        raise errors.ShapeError(
            message=f"Dimensions {' and '.join(map(str, sorted(known)))} are not compatible: the "
            f"elems must be as long as each other. At {user_line()}"
        )
    if sizes[0] is not None:
        return sizes[0], sizes[0]
    return array.shape(parts[0])[0], known.pop() if known else None


def _same_structure(wanted: Any, value: Any) -> None:
    differ = difference(wanted, value)
    if differ is not None:
        raise errors.ArgumentValueError(
            message="The two structures don't have the same nested structure: what is wanted and "
            f"what fn returned are {differ}. At {user_line()}; tell of another one with dtype= or "
            "initializer="
        )


def _stacked(arrays: Any, known: int | None) -> list[Tensor]:
    results = [result.stack() for result in arrays]
    for result in results:
        inner = result.shape.dims
        result.set_shape(TensorShape(None if inner is None else [known, *inner[1:]]))
    return results
