"""What datasets yield: tuples of arrays, one for each component, by generators of plain Python.

A `Source` is called once for each pass; it is given a `Draw`, which makes the generators of random
numbers that shuffling needs: the same for the same operation, and another for each pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any

import numpy as np

from neuronboard import errors

Element = tuple[Any, ...]
Source = Callable[[], Iterator[Element]]
Function = Callable[..., tuple[Any, ...]]


def tensors(components: Sequence[Any]) -> Source:
    """One element: the arrays themselves."""
    return lambda: iter([tuple(components)])


def slices(components: Sequence[Any]) -> Source:
    """An element for each row; the arrays must have as many rows."""
    sizes = {len(array) for array in components}
    if len(sizes) > 1:
        raise errors.InvalidArgumentError(
            message=f"All components of from_tensor_slices must have as many rows, got {sizes}"
        )
    return lambda: zip(*components, strict=True)


def numbers(start: int, stop: int, step: int) -> Source:
    """int64 from `start` to before `stop`."""
    if step == 0:
        raise errors.InvalidArgumentError(message="step cannot be zero.")
    return lambda: ((np.int64(number),) for number in range(start, stop, step))


def zipped(sources: Sequence[Source]) -> Source:
    """Elements of several side by side, until the first one ends."""
    return lambda: (tuple(chain(*parts)) for parts in zip(*(s() for s in sources), strict=False))


def concatenated(first: Source, second: Source) -> Source:
    return lambda: chain(first(), second())


def repeated(source: Source, count: int) -> Source:
    """`count` passes; without end if it is negative, until a pass has no element."""

    def iterate() -> Iterator[Element]:
        passes = repeat(None) if count < 0 else repeat(None, count)
        for _ in passes:
            empty = True
            for element in source():
                empty = False
                yield element
            if empty:
                return

    return iterate


def taken(source: Source, count: int) -> Source:
    """The first `count`; all of them if it is negative."""
    return lambda: islice(source(), None if count < 0 else count)


def skipped(source: Source, count: int) -> Source:
    """All but the first `count`; none if it is negative."""
    return lambda: islice(source(), 0) if count < 0 else islice(source(), count, None)


def sharded(source: Source, shards: int, index: int) -> Source:
    """Every `shards`-th, from number `index` on."""
    return lambda: islice(source(), index, None, shards)


def mapped(source: Source, function: Function) -> Source:
    return lambda: (function(*element) for element in source())


def filtered(source: Source, predicate: Function) -> Source:
    return lambda: (element for element in source() if predicate(*element)[0])


def cached(source: Source) -> Source:
    """The elements of the first whole pass, from memory in those behind it."""
    kept: list[Element] = []
    whole = False

    def iterate() -> Iterator[Element]:
        nonlocal whole
        if whole:
            yield from kept
            return
        found = []
        for element in source():
            found.append(element)
            yield element
        kept[:], whole = found, True

    return iterate


def shuffled(source: Source, size: int, seeds: tuple[int, int], again: bool) -> Source:
    """A buffer of `size` elements, of which one at random goes out and the next one comes in.

    seeds: (0, 0) for another order in each program. again: another order in each pass.
    """
    if size < 1:
        raise errors.InvalidArgumentError(message="buffer_size must be greater than zero.")
    first = np.random.SeedSequence(None if seeds == (0, 0) else [abs(seed) for seed in seeds])

    def iterate() -> Iterator[Element]:
        draw = np.random.default_rng(first.spawn(1)[0] if again else first)
        elements = source()
        buffer = list(islice(elements, size))
        places: list[int] = []
        for element in elements:
            if not places:
                places = draw.integers(len(buffer), size=1024).tolist()  # one by one takes longer
            at = places.pop()
            out, buffer[at] = buffer[at], element
            yield out
        for at in draw.permutation(len(buffer)):
            yield buffer[at]

    return iterate


def batched(source: Source, size: int, drop: bool, stack: Callable[..., Any]) -> Source:
    """Elements in groups of `size`, their components put together by `stack(component, arrays)`.

    drop: whether a smaller group at the end is left out.
    """
    if size < 1:
        raise errors.InvalidArgumentError(message="Batch size must be greater than zero.")

    def iterate() -> Iterator[Element]:
        elements = source()
        while group := list(islice(elements, size)):
            if len(group) == size or not drop:
                parts = zip(*group, strict=True)
                yield tuple(stack(i, arrays) for i, arrays in enumerate(parts))

    return iterate


def windowed(source: Source, size: int, shift: int, stride: int, drop: bool) -> Source:
    """Windows of `size` elements, each `stride` apart, that begin every `shift` elements.

    A window is a source for each component. drop: whether smaller ones at the end are left out.
    """
    for name, number in (("size", size), ("shift", shift), ("stride", stride)):
        if number < 1:
            raise errors.InvalidArgumentError(
                message=f"Window {name} must be greater than zero, got {number}."
            )
    reach = (size - 1) * stride + 1

    def iterate() -> Iterator[Element]:
        elements = source()
        kept: deque[Element] = deque()
        while True:
            kept.extend(islice(elements, max(0, reach - len(kept))))
            window = list(islice(kept, 0, reach, stride))
            if not window or (drop and len(window) < size):
                return
            yield tuple(_column(part) for part in zip(*window, strict=True))
            for _ in range(min(shift, len(kept))):
                kept.popleft()
            deque(islice(elements, max(0, shift - reach)), maxlen=0)

    return iterate


def _column(values: Sequence[Any]) -> Source:
    return lambda: ((value,) for value in values)


def stacked(component: int, arrays: Sequence[Any]) -> Any:
    """Arrays of one shape as the rows of one."""
    first = arrays[0]
    if isinstance(first, bytes):
        whole = np.empty(len(arrays), object)
        whole[:] = arrays
        return whole
    if not isinstance(first, np.ndarray):
        if any(isinstance(array, np.ndarray) for array in arrays):
            raise _unequal(component, arrays)
        return np.array(arrays, first.dtype)
    shape = first.shape
    whole = np.empty((len(arrays), *shape), first.dtype)
    for i, array in enumerate(arrays):
        if np.shape(array) != shape:
            raise _unequal(component, arrays)
        whole[i] = array
    return whole


def _unequal(component: int, arrays: Sequence[Any]) -> errors.InvalidArgumentError:
    shapes = [list(np.shape(array)) for array in arrays]
    i = next(i for i, shape in enumerate(shapes) if shape != shapes[0])
    return errors.InvalidArgumentError(
        message="Cannot batch tensors with different shapes in component "
        f"{component}. First element had shape {shapes[0]} and element {i} had shape {shapes[i]}; "
        "padded_batch makes them alike"
    )


def padded(shapes: Sequence[Sequence[int]], values: Sequence[Any]) -> Callable[..., Any]:
    """A `stack` that fills arrays up to one shape; -1 is the largest size of a group."""

    def stack(component: int, arrays: Sequence[Any]) -> Any:
        wanted, value = shapes[component], values[component]
        sizes = [np.shape(array) for array in arrays]
        largest = [
            max(size[axis] for size in sizes) if given < 0 else given
            for axis, given in enumerate(wanted)
        ]
        dtype = object if isinstance(value, bytes) else np.asarray(arrays[0]).dtype
        whole = np.full([len(arrays), *largest], value, dtype)
        for i, (array, size) in enumerate(zip(arrays, sizes, strict=True)):
            if any(own > most for own, most in zip(size, largest, strict=True)):
                raise errors.DataLossError(
                    message=f"Attempted to pad to a smaller size than the input element: to "
                    f"{largest}, got {list(size)} in component {component}"
                )
            corner: tuple[Any, ...] = (i, *(slice(own) for own in size))
            whole[corner] = array
        return whole

    return stack


def unbatched(source: Source) -> Source:
    """The rows of each element, one after the other."""
    return lambda: (row for element in source() for row in zip(*element, strict=True))


def flat_mapped(source: Source, function: Function) -> Source:
    """The elements of the dataset that `function` gives for each element."""
    return lambda: (inner for element in source() for inner in function(*element)[0]())


def interleaved(source: Source, function: Function, cycle: int, block: int) -> Source:
    """The same of `cycle` elements at once, `block` elements of each in turn."""

    def iterate() -> Iterator[Element]:
        elements = source()
        opened: deque[Iterator[Element]] = deque()
        more = True
        while more or opened:
            while more and len(opened) < cycle:
                element = next(elements, None)
                more = element is not None
                if element is not None:
                    opened.append(function(*element)[0]())
            if not opened:
                return
            current = opened.popleft()
            group = list(islice(current, block))
            yield from group
            if len(group) == block:
                opened.append(current)

    return iterate


def generated(function: Callable[[], Any], convert: Callable[[Any], Element]) -> Source:
    """What a Python generator yields, each converted."""
    return lambda: (convert(item) for item in function())


def contents(path: str, compression: str) -> bytes:
    """The bytes of a file, unpacked; compression: "", "GZIP" or "ZLIB".

    Raises NotFoundError where there is no file.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        raise errors.NotFoundError(message=f"{path}; No such file or directory") from None
    return _UNPACK[compression](data)


def _gunzipped(data: bytes) -> bytes:
    import gzip  # of no use to most programs

    return gzip.decompress(data)


def _inflated(data: bytes) -> bytes:
    import zlib

    return zlib.decompress(data)


_UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "GZIP": _gunzipped, "ZLIB": _inflated}


def lines(paths: Sequence[str], compression: str) -> Source:
    """The lines of text files, without their ends."""
    return lambda: ((line,) for path in paths for line in contents(path, compression).splitlines())
