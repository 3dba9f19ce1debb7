"""Classes drawn by chance, and the losses that compare the right class with those alone.

Of a hundred thousand words a step looks at a few. A sampler gives (the drawn classes, int64,
how often each true class is expected among them, how often each drawn one is).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import (
    arithmetic,
    array,
    compare,
    functions,
    gather,
    join,
    matrix,
    numbers,
    reduce,
    softmax,
)
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.ops.random import generator, seed_attrs
from neuronboard.engine.shape import TensorShape

__all__ = [
    "compute_accidental_hits",
    "fixed_unigram_candidate_sampler",
    "learned_unigram_candidate_sampler",
    "log_uniform_candidate_sampler",
    "nce_loss",
    "sampled_softmax_loss",
    "uniform_candidate_sampler",
]

Sampled = tuple[Tensor, Tensor, Tensor]


def _likely(op: Operation, classes: Any) -> Any:
    """The probability that one draw gives each of some classes."""
    size = op.attrs["range_max"]
    if op.type == "UniformCandidateSampler":
        return np.full(np.shape(classes), 1 / size)
    if op.type == "FixedUnigramCandidateSampler":
        shares = _shares(op)
        return shares[classes]
    return np.log((classes + 2.0) / (classes + 1.0)) / math.log(size + 1.0)


def _shares(op: Operation) -> Any:
    weights = np.asarray(op.attrs["unigrams"], np.float64) ** op.attrs["distortion"]
    shares = np.concatenate([np.zeros(op.attrs["num_reserved_ids"]), weights])
    return shares / shares.sum()


def _drawn(op: Operation, source: Any, count: int) -> Any:
    size = op.attrs["range_max"]
    if op.type == "UniformCandidateSampler":
        return source.integers(0, size, count)
    if op.type == "FixedUnigramCandidateSampler":
        return source.choice(size, count, p=_shares(op))
    found = np.exp(source.random(count) * math.log(size + 1.0)) - 1.0  # by its inverse
    return np.minimum(found.astype(np.int64), size - 1)


def _sample(state: Any, op: Operation, true_classes: Any) -> Any:
    """Draws until there are enough; how many draws that took says what was to be expected."""
    source, wanted = generator(state, op), op.attrs["num_sampled"]
    tries = wanted
    if not op.attrs["unique"]:
        found = _drawn(op, source, wanted)
    else:
        chosen: dict[int, None] = {}
        tries = 0
        while len(chosen) < wanted:
            for one in _drawn(op, source, wanted):
                tries += 1
                chosen[int(one)] = None
                if len(chosen) == wanted:
                    break
        found = np.array(list(chosen), np.int64)

    def expected(classes: Any) -> Any:
        share = _likely(op, classes)
        if not op.attrs["unique"]:
            return (share * wanted).astype(np.float32)
        return -np.expm1(tries * np.log1p(-share)).astype(np.float32)

    return found.astype(np.int64), expected(true_classes), expected(found)


def _infer(op: Operation) -> Inferred:
    drawn = TensorShape([op.attrs["num_sampled"]])
    if op.attrs["unique"] and op.attrs["num_sampled"] > op.attrs["range_max"]:
        raise ValueError(
            f"num_sampled={op.attrs['num_sampled']} classes cannot all be others: there are "
            f"range_max={op.attrs['range_max']}",
            "draw fewer, or with unique=False",
        )
    return [
        (dtypes.int64, drawn),
        (dtypes.float32, op.inputs[0].shape),
        (dtypes.float32, drawn),
    ]


def _type(name: str) -> OpDef:
    return register(
        OpDef(
            type=name,
            inputs=("true_classes",),
            takes={"true_classes": "i"},
            infer=_infer,
            kernel=_sample,
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
        )
    )


UNIFORM = _type("UniformCandidateSampler")
LOG_UNIFORM = _type("LogUniformCandidateSampler")
FIXED_UNIGRAM = _type("FixedUnigramCandidateSampler")


def _made(
    kind: OpDef,
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None,
    name: str | None,
    **more: Any,
) -> Sampled:
    classes = numbers.cast(convert_to_tensor(true_classes), dtypes.int64)
    attrs: dict[str, Any] = {
        "num_true": int(num_true),
        "num_sampled": int(num_sampled),
        "unique": bool(unique),
    }
    attrs |= {"range_max": int(range_max), **seed_attrs(seed)}
    found = apply(kind, classes, name=name, **attrs, **more).outputs
    return found[0], found[1], found[2]


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Sampled:
    """Every class below `range_max` is equally likely. unique: whether each is drawn once."""
    given = (true_classes, num_true, num_sampled, unique, range_max, seed, name)
    return _made(UNIFORM, *given)


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Sampled:
    """Class k with probability log((k + 2) / (k + 1)) / log(range_max + 1): frequent ones first."""
    given = (true_classes, num_true, num_sampled, unique, range_max, seed, name)
    return _made(LOG_UNIFORM, *given)


learned_unigram_candidate_sampler = log_uniform_candidate_sampler


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Any = (),
    seed: int | None = None,
    name: str | None = None,
) -> Sampled:
    """Classes as likely as `unigrams` says, raised to the power `distortion`."""
    given = (true_classes, num_true, num_sampled, unique, range_max, seed, name)
    more: dict[str, Any] = {
        "distortion": float(distortion),
        "num_reserved_ids": int(num_reserved_ids),
    }
    return _made(FIXED_UNIGRAM, *given, unigrams=[float(u) for u in unigrams], **more)


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: int | None = None,
    name: str | None = None,
) -> Sampled:
    """Where a drawn class is a true one: (row of the batch, number of the draw, -1e38 for each)."""
    with scope_of([true_classes, sampled_candidates], name or "ComputeAccidentalHits"):
        truth = numbers.cast(convert_to_tensor(true_classes), dtypes.int64)
        drawn = numbers.cast(convert_to_tensor(sampled_candidates), dtypes.int64)
        rows = array.expand_dims(array.reshape(truth, [-1, num_true]), -1)
        found = compare.where(reduce.reduce_any(compare.equal(rows, drawn), 1))
        weight = array.fill(array.shape(found)[:1], -float(np.finfo(np.float32).max))
        return numbers.cast(found[:, 0], dtypes.int32), found[:, 1], weight


# ---- losses


def _sampled_logits(
    weights: Any,
    biases: Any,
    labels: Tensor,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Sampled | None,
    subtract_log_q: bool,
    remove_accidental_hits: bool,
    partition_strategy: str,
    seed: int | None,
) -> tuple[Tensor, Tensor]:
    """(logits of the true classes and of the drawn ones, what they should be)."""
    from neuronboard.engine.embedding import embedding_lookup

    tables = list(weights) if isinstance(weights, (list, tuple)) else [weights]
    flat = array.reshape(labels, [-1])
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(
            labels, num_true, num_sampled, True, num_classes, seed
        )
    drawn, of_true, of_drawn = (array.stop_gradient(part) for part in sampled_values)
    both = join.concat([flat, drawn], 0)
    rows = embedding_lookup(tables, both, partition_strategy)
    shift = embedding_lookup(biases, both, partition_strategy)
    count = array.shape(flat)[0]
    x = convert_to_tensor(inputs)
    true_rows = array.reshape(rows[:count], join.stack([-1, num_true, array.shape(rows)[1]]))
    products = arithmetic.multiply(array.expand_dims(x, 1), true_rows)
    true_logits = reduce.reduce_sum(products, -1) + array.reshape(shift[:count], [-1, num_true])
    drawn_logits = matrix.matmul(x, rows[count:], transpose_b=True) + shift[count:]
    if remove_accidental_hits:
        drawn_logits = drawn_logits + _hidden(labels, drawn, num_true, drawn_logits)
    if subtract_log_q:
        true_logits = true_logits - functions.log(of_true)
        drawn_logits = drawn_logits - functions.log(of_drawn)
    right = arithmetic.truediv(array.ones_like(true_logits), float(num_true))
    logits = join.concat([true_logits, drawn_logits], 1)
    return logits, join.concat([right, array.zeros_like(drawn_logits)], 1)


def _hidden(labels: Tensor, drawn: Tensor, num_true: int, like: Tensor) -> Tensor:
    """What makes drawn classes that are true ones as good as impossible."""
    row, place, weight = compute_accidental_hits(labels, drawn, num_true)
    at = join.stack([numbers.cast(row, dtypes.int64), place], 1)
    return gather.scatter_nd(at, weight, numbers.cast(array.shape(like), dtypes.int64))


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sampled | None = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """The noise-contrastive estimate of a loss over many classes, [batch].

    weights: [num_classes, width], biases: [num_classes]. labels: [batch, num_true]. inputs:
    [batch, width]. Each true class is to be told from `num_sampled` drawn ones.
    """
    with scope_of([inputs, labels], name):
        truth = numbers.cast(convert_to_tensor(labels), dtypes.int64)
        logits, wanted = _sampled_logits(
            *(weights, biases, truth, inputs, num_sampled, num_classes, num_true, sampled_values),
            *(True, remove_accidental_hits, partition_strategy, None),
        )
        losses = softmax.sigmoid_cross_entropy_with_logits(labels=wanted, logits=logits)
        return reduce.reduce_sum(losses, 1)


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sampled | None = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """The softmax cross entropy among the true class and `num_sampled` drawn ones, [batch].

    For training alone: the whole softmax tells how good a model is. Arguments as of `nce_loss`.
    """
    with scope_of([inputs, labels], name):
        truth = numbers.cast(convert_to_tensor(labels), dtypes.int64)
        logits, wanted = _sampled_logits(
            *(weights, biases, truth, inputs, num_sampled, num_classes, num_true, sampled_values),
            *(True, remove_accidental_hits, partition_strategy, seed),
        )
        return softmax.softmax_cross_entropy_with_logits_v2(
            labels=array.stop_gradient(wanted), logits=logits
        )
