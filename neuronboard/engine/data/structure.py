"""Elements of datasets: tensors in tuples, named tuples and dicts, however deep.

A list is one tensor, as in TensorFlow; dicts are taken in the order of their sorted keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def flatten(structure: Any) -> list[Any]:
    """The leaves, in order."""
    if isinstance(structure, Mapping):
        return [leaf for key in sorted(structure) for leaf in flatten(structure[key])]
    if isinstance(structure, tuple):
        return [leaf for part in structure for leaf in flatten(part)]
    return [structure]


def pack(structure: Any, leaves: Iterable[Any]) -> Any:
    """The leaves in the form of `structure`."""
    return _packed(structure, iter(leaves))


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        found = {key: _packed(structure[key], leaves) for key in sorted(structure)}
        return {key: found[key] for key in structure}
    if isinstance(structure, tuple):
        parts = [_packed(part, leaves) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else tuple(parts)
    return next(leaves)


def mapped(function: Callable[[Any], Any], structure: Any) -> Any:
    """The same form with `function` of each leaf."""
    return pack(structure, [function(leaf) for leaf in flatten(structure)])


def flatten_like(structure: Any, given: Any) -> list[Any]:
    """Of `given` the part that stands where `structure` has a leaf; it may be a list, or None."""
    if isinstance(structure, Mapping):
        return [leaf for k in sorted(structure) for leaf in flatten_like(structure[k], given[k])]
    if isinstance(structure, tuple):
        pairs = zip(structure, given, strict=True)
        return [leaf for part, other in pairs for leaf in flatten_like(part, other)]
    return [given]
