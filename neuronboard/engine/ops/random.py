"""Random numbers: draws that a seed repeats.

An operation draws from a generator of its own, which a session makes when it first runs it: by the
seeds of the graph and of the operation, as TensorFlow combines them, so that one program draws the
same numbers each time that it has a seed, and each run of a session goes on where the last one
ended. The numbers are not TensorFlow's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import array, compare
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.arithmetic import add, floormod, maximum, multiply, subtract, truediv
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred
from neuronboard.engine.ops.static import shape_from, static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "dropout",
    "get_seed",
    "multinomial",
    "random_crop",
    "random_gamma",
    "random_normal",
    "random_poisson",
    "random_shuffle",
    "random_uniform",
    "set_random_seed",
    "truncated_normal",
]

_GRAPH_SEED = 87654321  # what TensorFlow takes for a graph's seed where only an operation has one
_LARGEST = 2**31 - 1


def set_random_seed(seed: int) -> None:
    """The seed of the default graph: with it every operation draws the same in every program."""
    get_default_graph().seed = int(seed)


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The seeds for the next operation; (None, None) where nothing is to be repeated."""
    graph = get_default_graph()
    if graph.seed is None:
        return (None, None) if op_seed is None else (_GRAPH_SEED, op_seed)
    own = graph.version if op_seed is None else op_seed
    pair = graph.seed % _LARGEST, own % _LARGEST
    return (0, _LARGEST) if pair == (0, 0) else pair


def seed_attrs(op_seed: int | None) -> dict[str, Any]:
    """The attributes of an operation that draws: 0 and 0 where nothing is to be repeated."""
    first, second = get_seed(op_seed)
    return {"seed": first or 0, "seed2": second or 0}


def generator(state: dict[str, Any], op: Operation) -> np.random.Generator:
    """The generator of an operation in a session; made when it is first asked for."""
    found = state.get(op.name)
    if found is None:
        seeds = [op.attrs["seed"], op.attrs["seed2"]]
        fresh = None if seeds == [0, 0] else [abs(seed) for seed in seeds]
        found = state[op.name] = np.random.Generator(
            np.random.Philox(np.random.SeedSequence(fresh))
        )
    made: np.random.Generator = found
    return made


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in shape)


def _infer_drawn(op: Operation) -> Inferred:
    return [(op.attrs["dtype"], shape_from(op.inputs[0]))]


def _drawn(op_type: str, kernel: Any, infer: Any = _infer_drawn, **more: Any) -> OpDef:
    more = {"inputs": ("shape",), "takes": {"shape": "i"}, "types": {"T": "shape"}} | more
    return register(
        OpDef(
            type=op_type,
            infer=infer,
            kernel=kernel,
            grad=more.pop("grad", NOT_DIFFERENTIABLE),
            stateful=True,
            pure=False,
            **more,
        )
    )


def _normal(state: Any, op: Operation, shape: Any) -> Any:
    kind = op.attrs["dtype"].as_numpy_dtype
    wide = kind if kind in (np.float32, np.float64) else np.float32
    drawn = generator(state, op).standard_normal(_sizes(shape), wide)
    return np.asarray(drawn).astype(kind, copy=False)[()]


def _truncated(state: Any, op: Operation, shape: Any) -> Any:
    """Normal, drawn again where it is more than two deviations away."""
    sizes, source = _sizes(shape), generator(state, op)
    drawn = source.standard_normal(int(np.prod(sizes)))
    while (far := np.abs(drawn) > 2).any():
        drawn[far] = source.standard_normal(int(far.sum()))
    return drawn.reshape(sizes).astype(op.attrs["dtype"].as_numpy_dtype)[()]


def _uniform(state: Any, op: Operation, shape: Any) -> Any:
    kind = op.attrs["dtype"].as_numpy_dtype
    wide = kind if kind in (np.float32, np.float64) else np.float32
    return np.asarray(generator(state, op).random(_sizes(shape), wide)).astype(kind, copy=False)[()]


def _uniform_int(state: Any, op: Operation, shape: Any, low: Any, high: Any) -> Any:
    if low >= high:
        raise ValueError(f"Need minval < maxval, got {low} >= {high}")
    drawn = generator(state, op).integers(low, high, _sizes(shape), dtype=low.dtype)
    return np.asarray(drawn)[()]


RANDOM_NORMAL = _drawn("RandomStandardNormal", _normal)
TRUNCATED_NORMAL = _drawn("TruncatedNormal", _truncated)
RANDOM_UNIFORM = _drawn("RandomUniform", _uniform)
RANDOM_UNIFORM_INT = _drawn(
    "RandomUniformInt",
    _uniform_int,
    lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
    inputs=("shape", "minval", "maxval"),
    same=(),
    takes={"shape": "i", "minval": "i"},
    types={"T": "shape", "Tout": "minval"},
)


def _shaped(shape: Any) -> Tensor:
    """A shape as an int vector."""
    from neuronboard.engine.ops.join import packed

    if isinstance(shape, TensorShape):
        shape = shape.as_list()
    if isinstance(shape, (list, tuple)):
        return (
            packed(list(shape), dtypes.int32, "shape")
            if _mixed(shape)
            else constant(np.array(shape, np.int32), name="shape")
        )
    return convert_to_tensor(shape, name="shape")


def _mixed(shape: Any) -> bool:
    return any(isinstance(size, Tensor) for size in shape)


def _scaled(
    kind: OpDef, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: int | None, name: str
) -> Tensor:
    with scope_of([shape, mean, stddev], name) as scope:
        wanted = dtypes.as_dtype(dtype)
        sizes = _shaped(shape)
        centre = convert_to_tensor(mean, wanted, name="mean")
        spread = convert_to_tensor(stddev, wanted, name="stddev")
        drawn = one(kind, sizes, dtype=wanted, **seed_attrs(seed))
        return add(multiply(drawn, spread, name="mul"), centre, name=scope)


def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a normal distribution."""
    return _scaled(RANDOM_NORMAL, shape, mean, stddev, dtype, seed, name or "random_normal")


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a normal distribution, none more than two deviations from the mean."""
    return _scaled(TRUNCATED_NORMAL, shape, mean, stddev, dtype, seed, name or "truncated_normal")


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from `minval` (included) to `maxval` (excluded; 1 if None), all equally likely.

    Integers need `maxval`.
    """
    wanted = dtypes.as_dtype(dtype)
    if maxval is None and wanted.is_integer:
        raise errors.ArgumentValueError(
            message=f"Must specify maxval for integer dtype {wanted.name}, at {user_line()}"
        )
    high = 1 if maxval is None else maxval
    with scope_of([shape, minval, high], name or "random_uniform") as scope:
        sizes = _shaped(shape)
        if wanted.is_integer:
            low = convert_to_tensor(minval, wanted, name="min")
            top = convert_to_tensor(high, wanted, name="max")
            return one(RANDOM_UNIFORM_INT, sizes, low, top, name=scope, **seed_attrs(seed))
        plain = all(isinstance(v, (int, float)) for v in (minval, high))
        if plain and minval == 0 and high == 1:
            return one(RANDOM_UNIFORM, sizes, dtype=wanted, **seed_attrs(seed))
        low = convert_to_tensor(minval, wanted, name="min")
        top = convert_to_tensor(high, wanted, name="max")
        drawn = one(RANDOM_UNIFORM, sizes, dtype=wanted, **seed_attrs(seed))
        width = subtract(top, low, name="sub")
        return add(multiply(drawn, width, name="mul"), low, name=scope)


def _shuffle(state: Any, op: Operation, value: Any) -> Any:
    return generator(state, op).permutation(value)


def _grad_shuffle(op: Operation, dy: Tensor) -> Grads:
    raise errors.GradientError(op=op, message=f"No gradient flows through a shuffle: {op.name!r}")


RANDOM_SHUFFLE = _drawn(
    "RandomShuffle",
    _shuffle,
    lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
    inputs=("value",),
    takes={},
    types={"T": "value"},
    grad=_grad_shuffle,
)


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows in a random order."""
    return one(RANDOM_SHUFFLE, value, name=name, **seed_attrs(seed))


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of `size`, from a random place."""
    from neuronboard.engine.ops.slicing import slice

    with scope_of([value, size], name or "random_crop") as scope:
        given = convert_to_tensor(value, name="value")
        part = convert_to_tensor(size, dtypes.int32, name="size")
        room = add(subtract(array.shape(given), part), 1)
        drawn = random_uniform(
            array.shape(room), dtype=dtypes.int32, maxval=dtypes.int32.max, seed=seed
        )
        return slice(given, floormod(drawn, room), part, name=scope)


def _multinomial(state: Any, op: Operation, logits: Any, count: Any) -> Any:
    """By Gumbel's trick: the largest of log-probability and noise is a draw."""
    rows, classes = logits.shape
    noise = generator(state, op).gumbel(size=(rows, int(count), classes))
    picked = np.argmax(logits.astype(np.float64)[:, None] + noise, axis=2)
    return picked.astype(op.attrs["output_dtype"].as_numpy_dtype)


def _infer_multinomial(op: Operation) -> Inferred:
    dims, count = op.inputs[0].shape.dims, static_value(op.inputs[1])
    if dims is not None and len(dims) != 2:
        raise ValueError(f"Shape must be rank 2 but is rank {len(dims)}", "give rows of logits")
    rows = None if dims is None else dims[0]
    shape = TensorShape([rows, None if count is None else int(count)])
    return [(op.attrs["output_dtype"], shape)]


MULTINOMIAL = _drawn(
    "Multinomial",
    _multinomial,
    _infer_multinomial,
    inputs=("logits", "num_samples"),
    takes={"logits": "iuf", "num_samples": "i"},
    types={"T": "logits"},
)


def multinomial(
    logits: Any,
    num_samples: Any,
    seed: int | None = None,
    name: str | None = None,
    output_dtype: Any = None,
) -> Tensor:
    """For each row of logits `num_samples` classes, drawn by their probabilities; int64."""
    with scope_of([logits], name or "multinomial"):
        kind = dtypes.int64 if output_dtype is None else dtypes.as_dtype(output_dtype)
        return one(MULTINOMIAL, logits, num_samples, output_dtype=kind, **seed_attrs(seed))


def _infer_by_rate(op: Operation) -> Inferred:
    sizes, rate = shape_from(op.inputs[0]), op.inputs[1].shape
    kind = op.attrs.get("dtype") or op.inputs[1].dtype.base_dtype
    if sizes.dims is None or rate.dims is None:
        return [(kind, TensorShape(None))]
    return [(kind, TensorShape([*sizes.dims, *rate.dims]))]


def _gamma(state: Any, op: Operation, shape: Any, alpha: Any) -> Any:
    sizes = (*_sizes(shape), *np.shape(alpha))
    drawn = generator(state, op).standard_gamma(np.asarray(alpha, np.float64), sizes)
    return np.asarray(drawn).astype(alpha.dtype)[()]


def _poisson(state: Any, op: Operation, shape: Any, rate: Any) -> Any:
    sizes = (*_sizes(shape), *np.shape(rate))
    drawn = generator(state, op).poisson(np.asarray(rate, np.float64), sizes)
    return np.asarray(drawn).astype(op.attrs["dtype"].as_numpy_dtype)[()]


RANDOM_GAMMA = _drawn(
    "RandomGamma",
    _gamma,
    _infer_by_rate,
    inputs=("shape", "alpha"),
    takes={"shape": "i", "alpha": "f"},
    types={"S": "shape", "T": "alpha"},
)
RANDOM_POISSON = _drawn(
    "RandomPoissonV2",
    _poisson,
    _infer_by_rate,
    inputs=("shape", "rate"),
    takes={"shape": "i", "rate": "iuf"},
    types={"S": "shape", "R": "rate"},
)


def random_gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from gamma distributions; of shape `shape` for each alpha (and rate beta, 1)."""
    with scope_of([shape, alpha, beta], name or "random_gamma"):
        kind = dtypes.as_dtype(dtype)
        sizes = _shaped(shape)
        rate = convert_to_tensor(1 if beta is None else beta, kind, name="beta")
        form = convert_to_tensor(alpha, kind, name="alpha")
        whole = array.broadcast_dynamic_shape(array.shape(form), array.shape(rate))
        drawn = one(RANDOM_GAMMA, sizes, array.broadcast_to(form, whole), **seed_attrs(seed))
        tiny = constant(np.finfo(kind.as_numpy_dtype).tiny, kind)
        return maximum(tiny, truediv(drawn, rate))


def random_poisson(
    lam: Any,
    shape: Any,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Counts from Poisson distributions; of shape `shape` for each rate `lam`."""
    with scope_of([lam, shape], name or "random_poisson"):
        kind = dtypes.as_dtype(dtype)
        return one(RANDOM_POISSON, _shaped(shape), lam, dtype=kind, **seed_attrs(seed))


# ---- dropout


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Tensor:
    """Elements left out by chance; those that are kept are scaled so that the mean stays.

    keep_prob: how likely an element is kept. rate: 1 - keep_prob. noise_shape: where it has size
    1, whole axes are kept or left out together.
    """
    if (keep_prob is None) == (rate is None):
        raise errors.ArgumentValueError(
            message="You must provide a rate to dropout (or keep_prob, not both), at "
            f"{user_line()}: tf.nn.dropout(x, rate=0.1)"
        )
    lost = rate if rate is not None else 1 - keep_prob
    with scope_of([x], name or "dropout"):
        given = convert_to_tensor(x, name="x")
        kind = given.dtype.base_dtype
        if not kind.is_floating:
            raise errors.ArgumentValueError(
                op=given.op,
                message=f"x has to be a floating point tensor since it's going to be scaled. Got a "
                f"{kind.name} tensor instead. At {user_line()}",
            )
        if isinstance(lost, (int, float)):
            if not 0 <= lost < 1:
                raise errors.ArgumentValueError(
                    message=f"`rate` must be a scalar tensor or a float in the range [0, 1). "
                    f"Received: rate={lost}. At {user_line()}"
                )
            if lost == 0:
                return given
            scaled = multiply(given, constant(1 / (1 - lost), kind), name="Mul")
        else:
            lost = convert_to_tensor(lost, kind, name="rate")
            scaled = truediv(given, subtract(constant(1.0, kind), lost), name="RealDiv")
        sizes = array.shape(given) if noise_shape is None else _noise(given, noise_shape)
        drawn = random_uniform(sizes, seed=seed, dtype=kind)
        kept = compare.greater_equal(drawn, lost)
        return compare.where_v2(kept, scaled, constant(0.0, kind))


def _noise(x: Tensor, shape: Any) -> Any:
    if isinstance(shape, Tensor) or x.shape.dims is None:
        return shape
    wanted = list(shape)
    return [
        whole if size is None else size for size, whole in zip(wanted, x.shape.dims, strict=True)
    ]
