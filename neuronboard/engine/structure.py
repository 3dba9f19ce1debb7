"""Nested lists, tuples and dicts of values: flattened, mapped, put together again.

What loops and branches take and return: `[i, (x, y)]`, named tuples, dicts by their sorted keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


def is_nested(value: Any) -> bool:
    """Whether a value is a list, tuple or dict of others."""
    return isinstance(value, (list, tuple, Mapping))


def _children(value: Any) -> list[Any]:
    return [value[key] for key in sorted(value)] if isinstance(value, Mapping) else list(value)


def flatten(value: Any) -> list[Any]:
    """The values in a structure, from left to right; of one that is none, itself."""
    if not is_nested(value):
        return [value]
    return [leaf for child in _children(value) for leaf in flatten(child)]


def _like(structure: Any, children: Sequence[Any]) -> Any:
    """A structure of the same kind around other children."""
    if isinstance(structure, Mapping):
        found = dict(zip(sorted(structure), children, strict=True))
        return type(structure)((key, found[key]) for key in structure)  # type: ignore[call-arg]
    if hasattr(structure, "_fields"):
        return type(structure)(*children)
    return type(structure)(children)


def pack(structure: Any, leaves: Sequence[Any]) -> Any:
    """`leaves` in the form of `structure`, which has as many."""
    rest = iter(leaves)
    return _packed(structure, rest)


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    return _like(structure, [_packed(child, leaves) for child in _children(structure)])


def mapped(function: Callable[..., Any], structure: Any, *others: Any) -> Any:
    """`function` of each value, in the same form."""
    columns = [flatten(other) for other in (structure, *others)]
    return pack(structure, [function(*row) for row in zip(*columns, strict=True)])


def difference(first: Any, second: Any, place: str = "") -> str | None:
    """Where two structures are not of one form, in words; None where they are."""
    at = f" at {place}" if place else ""
    if is_nested(first) != is_nested(second):
        kinds = ["a structure" if is_nested(x) else "a single value" for x in (first, second)]
        return f"{kinds[0]} and {kinds[1]}{at}"
    if not is_nested(first):
        return None
    if isinstance(first, Mapping) != isinstance(second, Mapping):
        return f"{type(first).__name__} and {type(second).__name__}{at}"
    if isinstance(first, Mapping):
        keys = sorted(first), sorted(second)
        if keys[0] != keys[1]:
            return f"the keys {keys[0]} and {keys[1]}{at}"
    children = _children(first), _children(second)
    if len(children[0]) != len(children[1]):
        return f"{len(children[0])} and {len(children[1])} values{at}"
    for i, (a, b) in enumerate(zip(*children, strict=True)):
        found = difference(a, b, f"{place}[{i}]")
        if found is not None:
            return found
    return None
