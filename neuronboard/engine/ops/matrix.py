"""Products of matrices: matmul, tensordot, einsum."""

from __future__ import annotations

from string import ascii_letters
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array, broadcasting, diagonal, join, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred
from neuronboard.engine.ops.numbers import conj
from neuronboard.engine.shape import TensorShape, broadcast
from neuronboard.engine.where import origins, user_line

__all__ = ["einsum", "matmul", "tensordot"]

_SIZES = (
    "the columns of a must be as many as the rows of b: transpose_a=True or transpose_b=True turns "
    "one of them"
)


def _turned(dims: tuple[int | None, ...], flag: bool) -> tuple[int | None, int | None]:
    rows, columns = dims[-2:]
    return (columns, rows) if flag else (rows, columns)


def _infer_matmul(op: Operation) -> Inferred:
    sides = []
    for tensor, flag in zip(op.inputs, ("transpose_a", "transpose_b"), strict=True):
        dims = (None, None) if tensor.shape.dims is None else tensor.shape.dims
        if len(dims) != 2:
            raise ValueError(
                f"Shape must be rank 2 but is rank {len(dims)}",
                "matmul takes matrices; tf.reshape(x, [1, -1]) makes a row of a vector, and "
                "tf.multiply goes element by element",
            )
        sides.append(_turned(dims, op.attrs[flag]))
    (rows, inner), (other, columns) = sides
    _same_inner(inner, other)
    return [(op.inputs[0].dtype.base_dtype, TensorShape([rows, columns]))]


def _same_inner(inner: int | None, other: int | None) -> None:
    if None not in (inner, other) and inner != other:
        raise ValueError(f"Dimensions must be equal, but are {inner} and {other}", _SIZES)


def _matmul(xp: Any, a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    if np.ndim(a) != 2 or np.ndim(b) != 2:
        raise ValueError(f"matmul takes two matrices, got shapes {np.shape(a)} and {np.shape(b)}")
    a, b = (a.T if transpose_a else a), (b.T if transpose_b else b)
    if a.shape[1] != b.shape[0]:
        raise ValueError(
            f"Matrix size-incompatible: In[0]: {list(a.shape)}, In[1]: {list(b.shape)}"
        )
    return xp.matmul(a, b)


# (transpose_a, transpose_b) -> for each of a and b: (factor, transposed, factor, transposed),
# where c is the gradient of the product.
_GRADS = {
    (False, False): (("c", False, "b", True), ("a", True, "c", False)),
    (False, True): (("c", False, "b", False), ("c", True, "a", False)),
    (True, False): (("b", False, "c", True), ("a", False, "c", False)),
    (True, True): (("b", True, "c", True), ("c", True, "a", True)),
}


def _grad_matmul(op: Operation, dc: Tensor) -> Grads:
    values = {"a": conj(op.inputs[0]), "b": conj(op.inputs[1]), "c": dc}
    sides = _GRADS[op.attrs["transpose_a"], op.attrs["transpose_b"]]
    first, second = (
        one(MATMUL, values[x], values[y], transpose_a=tx, transpose_b=ty) for x, tx, y, ty in sides
    )
    return first, second


MATMUL = register(
    OpDef(
        type="MatMul",
        inputs=("a", "b"),
        same=("a", "b"),
        takes={"a": "iufc"},
        infer=_infer_matmul,
        kernel=_matmul,
        kernel_attrs=("transpose_a", "transpose_b"),
        grad=_grad_matmul,
    )
)


def _infer_batch(op: Operation) -> Inferred:
    x, y = (tensor.shape.dims for tensor in op.inputs)
    kind = op.inputs[0].dtype.base_dtype
    if x is None or y is None:
        return [(kind, TensorShape(None))]
    for dims in (x, y):
        if len(dims) < 2:
            raise ValueError(
                f"Shape must be at least rank 2 but is rank {len(dims)}", "matmul takes matrices"
            )
    (rows, inner), (other, columns) = _turned(x, op.attrs["adj_x"]), _turned(y, op.attrs["adj_y"])
    _same_inner(inner, other)
    batch = broadcast([TensorShape(x[:-2]), TensorShape(y[:-2])])
    return [(kind, TensorShape(None if batch.dims is None else [*batch.dims, rows, columns]))]


def _batch_matmul(xp: Any, x: Any, y: Any, adj_x: bool, adj_y: bool) -> Any:
    x = xp.swapaxes(x, -1, -2).conj() if adj_x else x
    y = xp.swapaxes(y, -1, -2).conj() if adj_y else y
    return xp.matmul(x, y)


def _grad_batch(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    values = {"a": x, "b": y, "c": dz}
    sides = _GRADS[op.attrs["adj_x"], op.attrs["adj_y"]]
    gx, gy = (
        one(BATCH_MATMUL, values[p], values[q], name="MatMul", adj_x=tp, adj_y=tq)
        for p, tp, q, tq in sides
    )
    batches = [None if t.shape.dims is None else t.shape.dims[:-2] for t in (x, y)]
    if batches[0] is not None and None not in batches[0] and batches[0] == batches[1]:
        return gx, gy
    sx, sy = array.shape(x), array.shape(y)
    rx, ry = apply(broadcasting.BROADCAST_GRADIENT_ARGS, sx[:-2], sy[:-2]).outputs
    gx = array.reshape(reduce.reduce_sum(gx, rx), sx)
    return gx, array.reshape(reduce.reduce_sum(gy, ry), sy)


BATCH_MATMUL = register(
    OpDef(
        type="BatchMatMulV2",
        inputs=("x", "y"),
        same=("x", "y"),
        takes={"x": "iufc"},
        infer=_infer_batch,
        kernel=_batch_matmul,
        kernel_attrs=("adj_x", "adj_y"),
        grad=_grad_batch,
    )
)


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a matrix and a vector, or of each two of batches of them."""
    with scope_of([a, b], name or "MatVec") as scope:
        column = array.expand_dims(b, -1)
        row = matmul(a, column, transpose_a=transpose_a, adjoint_a=adjoint_a)
        return array.squeeze(row, [-1], name=scope)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two matrices, or of each two of batches of them, transposed first if asked.

    Batches are broadcast together. adjoint_a: transposed and conjugated. a_is_sparse: a hint that
    is not needed here.
    """
    for flag, other, side in ((transpose_a, adjoint_a, "a"), (transpose_b, adjoint_b, "b")):
        if flag and other:
            raise errors.ArgumentValueError(
                message=f"Only one of `transpose_{side}` and `adjoint_{side}` can be True. At "
                f"{user_line()}"
            )
    with scope_of([a, b], name or "MatMul") as scope:
        x = convert_to_tensor(a, _wanted(b), name="a")
        y = convert_to_tensor(b, x.dtype.base_dtype if not hasattr(b, "op") else None, name="b")
        ranks = [x.shape.ndims, y.shape.ndims]
        if (None in ranks and 2 not in ranks) or any(
            rank is not None and rank > 2 for rank in ranks
        ):
            x, y = (conj(x) if transpose_a else x), (conj(y) if transpose_b else y)
            flags = {"adj_x": transpose_a or adjoint_a, "adj_y": transpose_b or adjoint_b}
            return one(BATCH_MATMUL, x, y, name=scope, **flags)
        x, y = (conj(x) if adjoint_a else x), (conj(y) if adjoint_b else y)
        flags = {"transpose_a": transpose_a or adjoint_a, "transpose_b": transpose_b or adjoint_b}
        return one(MATMUL, x, y, name=scope, **flags)


def _batches(*ranks: int | None) -> bool:
    """Whether there may be batches of matrices."""
    deep = any(rank is not None and rank > 2 for rank in ranks)
    return deep or (None in ranks and 2 not in ranks)


def _wanted(other: Any) -> Any:
    return other.dtype.base_dtype if hasattr(other, "op") else None


# ---- tensordot


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """Sums of products over pairs of axes: the last `axes` of a and first of b, or [of a, of b]."""
    with scope_of([a, b], name or "Tensordot") as scope:
        x = convert_to_tensor(a, name="a")
        y = convert_to_tensor(b, x.dtype.base_dtype if not hasattr(b, "op") else None, name="b")
        if x.shape.ndims is None or y.shape.ndims is None:
            raise errors.ShapeError(
                op=x.op,
                message=f"tensordot needs tensors of known rank, got {x.shape} and {y.shape} at "
                f"{user_line()}; x.set_shape([None, ...]) tells a rank",
            )
        of_x, of_y = _pairs(axes, x.shape.ndims, y.shape.ndims)
        free_x = [i for i in range(x.shape.ndims) if i not in of_x]
        free_y = [i for i in range(y.shape.ndims) if i not in of_y]
        flat_x = _flat(x, free_x, of_x, rows_first=True)
        flat_y = _flat(y, free_y, of_y, rows_first=False)
        product = matmul(flat_x, flat_y)
        sizes = [*_sizes(x, free_x), *_sizes(y, free_y)]
        whole = join.stack(sizes) if any(isinstance(s, Tensor) for s in sizes) else sizes
        return array.reshape(product, np.array(whole, np.int32) if whole is sizes else whole, scope)


def _pairs(axes: Any, rank_a: int, rank_b: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, (int, np.integer)):
        count = int(axes)
        return list(range(rank_a - count, rank_a)), list(range(count))
    first, second = (np.ravel(np.asarray(part)).astype(int).tolist() for part in axes)
    if len(first) != len(second):
        raise errors.ArgumentValueError(
            message=f"Different number of contraction axes 'a' and 'b', {len(first)} != "
            f"{len(second)}. At {user_line()}"
        )
    return [axis % rank_a for axis in first], [axis % rank_b for axis in second]


def _sizes(x: Tensor, axes: list[int]) -> list[Any]:
    dims = x.shape.dims or ()
    if all(dims[axis] is not None for axis in axes):
        return [dims[axis] for axis in axes]
    sizes = array.shape(x)
    return [sizes[axis] if dims[axis] is None else dims[axis] for axis in axes]


def _flat(x: Tensor, free: list[int], summed: list[int], rows_first: bool) -> Tensor:
    """A matrix whose rows are the free axes (or columns) and whose other side is summed over."""
    perm = free + summed if rows_first else summed + free
    dims = x.shape.dims or ()
    turned = x if perm == sorted(perm) else array.transpose(x, perm)
    known = [
        -1 if None in [dims[i] for i in part] else int(np.prod([dims[i] or 0 for i in part]))
        for part in (free, summed)
    ]
    if known == [-1, -1]:
        parts = [reduce.reduce_prod(join.stack(_sizes(x, part))) for part in (free, summed)]
        return array.reshape(turned, join.stack(parts if rows_first else parts[::-1]))
    return array.reshape(turned, known if rows_first else known[::-1])


# ---- einsum


def _infer_einsum(op: Operation) -> Inferred:
    left, right = op.attrs["equation"].decode().split("->")
    sizes: dict[str, int | None] = {}
    kind = op.inputs[0].dtype.base_dtype
    for labels, tensor in zip(left.split(","), op.inputs, strict=True):
        if "." in labels:
            return [(kind, TensorShape(None))]
        dims = (None,) * len(labels) if tensor.shape.dims is None else tensor.shape.dims
        if len(labels) != len(dims):
            raise ValueError(
                f"Expected input of rank {len(labels)} but got rank {len(dims)}",
                f"the equation {left!r} has a letter for each axis",
            )
        for label, size in zip(labels, dims, strict=True):
            before = sizes.get(label)
            if None not in (before, size) and before != size:
                raise ValueError(
                    f"Dimensions must be equal, but are {before} and {size}",
                    f"the axes called {label!r} must have one size",
                )
            sizes[label] = size if before is None else before
    if "." in right:
        return [(kind, TensorShape(None))]
    for label in right:
        if label not in sizes:
            raise ValueError(
                f"Output subscripts contain the label {label} not present in the input subscripts.",
                f"{left!r} has no axis of that name",
            )
    return [(kind, TensorShape([sizes[label] for label in right]))]


def _einsum(xp: Any, *values: Any, equation: bytes) -> Any:
    text = equation.decode()
    left, right = text.split("->")
    if len(values) == 2 and "." not in text and xp.is_numpy:
        return _paired(left.split(","), right, *values)
    return xp.einsum(text, *values)


def _paired(inputs: list[str], result: str, x: Any, y: Any) -> Any:
    """Two factors by one product of matrices, which is many times faster than numpy's einsum."""
    a, b = inputs
    if len(set(a)) < len(a) or len(set(b)) < len(b):
        return np.einsum(f"{a},{b}->{result}", x, y)
    x = x.sum(tuple(i for i, c in enumerate(a) if c not in b + result), dtype=x.dtype)
    y = y.sum(tuple(i for i, c in enumerate(b) if c not in a + result), dtype=y.dtype)
    a, b = "".join(c for c in a if c in b + result), "".join(c for c in b if c in a + result)
    batch = [c for c in a if c in b and c in result]
    inner = [c for c in a if c in b and c not in result]
    rows, columns = [c for c in a if c not in b], [c for c in b if c not in a]
    size = dict(zip(a + b, x.shape + y.shape, strict=True))
    wide = [size[c] for c in batch]
    r, k, m = (int(np.prod([size[c] for c in part])) for part in (rows, inner, columns))
    left = x.transpose([a.index(c) for c in batch + rows + inner])
    right = y.transpose([b.index(c) for c in batch + inner + columns])
    product = left.reshape([*wide, r, k]) @ right.reshape([*wide, k, m])
    order = batch + rows + columns
    return product.reshape([size[c] for c in order]).transpose([order.index(c) for c in result])


def _grad_einsum(op: Operation, dy: Tensor) -> Grads:
    """For each factor the product of the gradient with the other, in the factor's letters."""
    left, right = op.attrs["equation"].decode().split("->")
    if "." in left:
        raise errors.GradientError(
            op=op,
            message=f"einsum has no gradient for the dots of {left!r} where a rank is not known; "
            f"{origins([op])}. x.set_shape([None, ...]) tells it",
        )
    labels = left.split(",")
    gradients = []
    for i, written in enumerate(labels):
        own = "".join(dict.fromkeys(written))
        others = [j for j in range(len(labels)) if j != i]
        given = [dy, *(conj(op.inputs[j]) for j in others)]
        names = [right, *(labels[j] for j in others)]
        there = "".join(c for c in own if any(c in name for name in names))
        found = _contract(names, there, given)
        if there != own:  # letters that only this factor has: it was summed over them
            shape = array.shape(op.inputs[i])
            sizes = [shape[written.index(c)] for c in own]
            kept = [size if c in there else 1 for c, size in zip(own, sizes, strict=True)]
            found = array.broadcast_to(array.reshape(found, join.stack(kept)), join.stack(sizes))
        gradients.append(found if written == own else _on_diagonals(found, own, written))
    return tuple(gradients)


def _on_diagonals(x: Tensor, own: str, written: str) -> Tensor:
    """x of axes `own` where the letters of `written` agree, and zeros elsewhere."""
    shape = array.shape(x)
    letters = (c for c in ascii_letters if c not in written)
    places, masks, names = [], [], []
    seen: set[str] = set()
    for c in written:
        places.append(next(letters) if c in seen else c)
        if c in seen:
            masks.append(diagonal.eye(shape[own.index(c)], dtype=x.dtype))
            names.append(c + places[-1])
        seen.add(c)
    return _contract([own, *names], "".join(places), [x, *masks])


EINSUM = register(
    OpDef(
        type="Einsum",
        inputs=("*inputs",),
        same=("*inputs",),
        takes={"*inputs": "iufc"},
        infer=_infer_einsum,
        kernel=_einsum,
        kernel_attrs=("equation",),
        grad=_grad_einsum,
    )
)


def _contract(labels: list[str], result: str, values: list[Tensor]) -> Tensor:
    """Two at a time, from left to right; a letter is kept while something still needs it."""
    values, labels = list(values), list(labels)
    while len(values) > 2:
        later = result + "".join(labels[2:])
        kept = "".join(dict.fromkeys(c for c in labels[0] + labels[1] if c in later))
        equation = f"{labels[0]},{labels[1]}->{kept}".encode()
        values[:2] = [one(EINSUM, values[:2], equation=equation, N=2)]
        labels[:2] = [kept]
    equation = f"{','.join(labels)}->{result}".encode()
    return one(EINSUM, values, equation=equation, N=len(values))


def einsum(equation: str, *inputs: Any, name: str | None = None) -> Tensor:
    """Sums of products in Einstein's notation: "ij,jk->ik" is the product of matrices.

    A letter names an axis; what is not behind the arrow is summed over. Without an arrow: letters
    that appear once, in alphabetical order. "..." stands for axes that are broadcast.
    """
    given = list(inputs[0]) if len(inputs) == 1 and isinstance(inputs[0], list) else list(inputs)
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    labels = left.split(",")
    if len(labels) != len(given):
        raise errors.ArgumentValueError(
            message=f'Got {len(given)} arguments for equation "{equation}", expecting '
            f"{len(labels)}. At {user_line()}"
        )
    if not arrow:
        once = sorted(c for c in set(left) - {",", "."} if left.count(c) == 1)
        right = ("..." if "..." in left else "") + "".join(once)
    with scope_of([given], name or "einsum"):
        tensors = [convert_to_tensor(value) for value in given]
        dotted = "..." in left
        labels, right = _dots_spelled(labels, right, tensors)
        if dotted and not any("." in label for label in labels):
            labels, tensors = _repeated_left_out(labels, tensors)
        return _contract(labels, right, tensors)


def _dots_spelled(labels: list[str], right: str, values: list[Tensor]) -> tuple[list[str], str]:
    """Letters in the place of dots, where the ranks are known."""
    if not any("..." in label for label in labels):
        return labels, right
    if any(value.shape.ndims is None for value in values):
        return labels, right
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in "".join(labels)]
    extra = [
        (value.shape.ndims or 0) - len(label.replace("...", ""))
        for label, value in zip(labels, values, strict=True)
    ]
    most = max(n for n, label in zip(extra, labels, strict=True) if "..." in label)
    letters = "".join(free[:most])
    spelled = []
    for label, count in zip(labels, extra, strict=True):
        own = letters[most - count :] if "..." in label else ""
        spelled.append(label.replace("...", own))
    return spelled, right.replace("...", letters)


def _repeated_left_out(labels: list[str], values: list[Tensor]) -> tuple[list[str], list[Tensor]]:
    """Axes of size 1 that are broadcast against larger ones are left out of their factor."""
    largest: dict[str, int] = {}
    for label, value in zip(labels, values, strict=True):
        for c, size in zip(label, value.shape.dims or (), strict=False):
            largest[c] = max(largest.get(c, 1), 2 if size is None else size)
    kept, squeezed = [], []
    for label, value in zip(labels, values, strict=True):
        dims = value.shape.dims or ()
        out = [
            i for i, c in enumerate(label) if len(dims) == len(label) and dims[i] == 1 < largest[c]
        ]
        kept.append("".join(c for i, c in enumerate(label) if i not in out))
        squeezed.append(array.squeeze(value, out) if out else value)
    return kept, squeezed
