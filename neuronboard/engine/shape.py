"""Static shapes: what is known of a tensor's shape before it is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neuronboard import errors

Dims = tuple[int | None, ...]


class Dimension(int):
    """A size, as TensorFlow 1.x has them: an int with the attribute `value`.

    `Dimension(None)` is a size that is not known: no int, and its `value` is None.
    """

    def __new__(cls, value: Any) -> Any:
        size = _size(value)
        return UNKNOWN if size is None else super().__new__(cls, size)

    @property
    def value(self) -> int:
        """The size as a plain int."""
        return int(self)

    def __repr__(self) -> str:
        return f"Dimension({int(self)})"

    def __str__(self) -> str:
        return str(int(self))


class UnknownDimension:
    """A size that is not known before a session runs; what is reckoned with it is not either."""

    value = None

    def _stays(self, *_: Any) -> UnknownDimension:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _stays
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _stays

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, UnknownDimension)

    def __hash__(self) -> int:
        return hash(None)

    def __index__(self) -> int:
        raise errors.DTypeError(
            message="This size is not known before a session runs, so it is no number here: take "
            "tf.shape(x)[i], which is a tensor, in place of x.shape[i]"
        )

    __int__ = __index__

    def __repr__(self) -> str:
        return "Dimension(None)"

    def __str__(self) -> str:
        return "?"


UNKNOWN = UnknownDimension()


class TensorShape:
    """A shape whose rank, or some of whose sizes, may be unknown.

    `dims` is None when not even the rank is known; a size that is not known is None.
    """

    __slots__ = ("_dims",)

    def __init__(self, dims: Any) -> None:
        if isinstance(dims, TensorShape):
            self._dims: Dims | None = dims._dims
        elif dims is None:
            self._dims = None
        elif isinstance(dims, int) or not hasattr(dims, "__iter__"):
            self._dims = (_size(dims),)
        else:
            self._dims = tuple(_size(size) for size in dims)

    @property
    def dims(self) -> Dims | None:
        """The sizes, None where unknown; None when the rank is unknown."""
        return self._dims

    @property
    def ndims(self) -> int | None:
        """The rank, or None."""
        return None if self._dims is None else len(self._dims)

    rank = ndims

    def as_list(self) -> list[int | None]:
        """The sizes as a list; ValueError when the rank is unknown."""
        return list(self._known_rank())

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return self._dims is not None and None not in self._dims

    def num_elements(self) -> int | None:
        """How many elements, or None if not known."""
        total = 1
        for size in self._dims or (None,) * (self._dims is None):
            if size is None:
                return None
            total *= size
        return total

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one array could have both shapes."""
        theirs = TensorShape(other)._dims
        if self._dims is None or theirs is None:
            return True
        if len(self._dims) != len(theirs):
            return False
        return all(None in (a, b) or a == b for a, b in zip(self._dims, theirs, strict=True))

    def merge_with(self, other: Any) -> TensorShape:
        """What both shapes together say; ValueError if they contradict each other."""
        other = TensorShape(other)
        if not self.is_compatible_with(other):
            raise errors.ShapeError(message=f"Shapes {self} and {other} are not compatible")
        if self._dims is None or other._dims is None:
            return other if self._dims is None else self
        pairs = zip(self._dims, other._dims, strict=True)
        return TensorShape([b if a is None else a for a, b in pairs])

    def _known_rank(self) -> Dims:
        if self._dims is None:
            raise errors.ShapeError(
                message="the rank of this shape is not known, so its sizes cannot be listed; look "
                "at shape.ndims first"
            )
        return self._dims

    def __bool__(self) -> bool:
        return self._dims is not None

    def __len__(self) -> int:
        return len(self._known_rank())

    def __iter__(self) -> Iterator[Any]:
        return map(Dimension, self._known_rank())

    def __getitem__(self, index: Any) -> Any:
        picked = self._known_rank()[index]
        return TensorShape(picked) if isinstance(index, slice) else Dimension(picked)

    def __eq__(self, other: object) -> bool:
        try:
            return self._dims == TensorShape(other)._dims
        except (TypeError, ValueError):
            return False

    def __hash__(self) -> int:
        return hash(self._dims)

    def __str__(self) -> str:
        if self._dims is None:
            return "<unknown>"
        sizes = ["?" if size is None else str(size) for size in self._dims]
        return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"

    def __repr__(self) -> str:
        return f"TensorShape({None if self._dims is None else list(self)})"


def _size(size: Any) -> int | None:
    if size is None or size is UNKNOWN:
        return None
    if not hasattr(size, "__index__"):
        raise errors.DTypeError(
            message=f"Dimension value must be integer or None or have an __index__ method, got "
            f"value {size!r} with type {type(size).__name__!r}"
        )
    number = size.__index__()
    if number < -1:
        raise errors.ShapeError(
            message=f"a size must be at least 0 (or None where unknown), got {size}"
        )
    return None if number == -1 else int(number)


def unequal(one: TensorShape, other: TensorShape) -> str:
    """What two shapes that do not fit differ in, as TensorFlow says it."""
    mine, theirs = one.dims or (), other.dims or ()
    if len(mine) != len(theirs):
        return f"Shapes must be equal rank, but are {len(mine)} and {len(theirs)}"
    pairs = enumerate(zip(mine, theirs, strict=True))
    at = next(i for i, pair in pairs if None not in pair and pair[0] != pair[1])
    return (
        f"Dimension {at} in both shapes must be equal, but are {mine[at]} and {theirs[at]}. "
        f"Shapes are {bracketed(one)} and {bracketed(other)}."
    )


def bracketed(shape: TensorShape) -> str:
    """A shape as TensorFlow's runtime writes it: [2,?]."""
    if shape.dims is None:
        return "?"
    return "[" + ",".join("?" if size is None else str(size) for size in shape.dims) + "]"


def broadcast(shapes: Sequence[TensorShape]) -> TensorShape:
    """The shape of elements of several shapes taken together, by numpy's rule.

    Raises ValueError(what, how to mend it) with the two sizes that differ: "are 3 and 4".
    """
    known = [shape.dims for shape in shapes]
    rank = max((len(dims) for dims in known if dims is not None), default=0)
    if any(dims is None for dims in known):
        return TensorShape(None)
    result: list[int | None] = []
    for position in range(-rank, 0):
        sizes = [d[position] for d in known if d is not None and len(d) >= -position]
        fixed = [size for size in sizes if size not in (1, None)]
        if len(set(fixed)) > 1:
            raise ValueError(
                f"Dimensions must be equal, but are {fixed[0]} and {fixed[1]}",
                "make the sizes equal, or one of them 1, with tf.reshape or tf.transpose",
            )
        unknown = None if None in sizes else 1
        result.append(fixed[0] if fixed else unknown)
    return TensorShape(result)
