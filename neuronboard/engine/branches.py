"""`cond` and `case`: one of several pieces of graph is run, chosen by values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.contexts import CondContext
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.ops import array, checks, compare, constant, control, flow, join, numbers
from neuronboard.engine.ops import reduce as reductions
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.structure import difference, flatten, mapped, pack
from neuronboard.engine.tensor_array import array_again, flow_of
from neuronboard.engine.where import origins, user_line

__all__ = ["case", "cond", "switch_case"]


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """What `true_fn` returns if `pred`, else what `false_fn` returns.

    Both are called while the graph is built; of the operations that they make, those of one run.
    What was made outside runs in any case. The two return tensors of the same types in the same
    structure; a list of one is that one, unless `strict`. fn1 and fn2: the same, as called before
    TensorFlow 1.0. Raises TypeError for what is no function or no tensor, ValueError for results
    that do not match.
    """
    functions = _functions(true_fn, false_fn, fn1, fn2)
    with scope_of([pred], name or "cond"):
        if isinstance(pred, bool):
            raise errors.DTypeError(
                message=f"'pred' must not be a Python bool. Got {pred} at {user_line()}: use "
                "Python's own `if`, or give a tensor"
            )
        graph = get_default_graph()
        sent = flow.switch(pred, pred)
        pivots = [
            array.identity(sent[1], name="switch_t"),
            array.identity(sent[0], name="switch_f"),
        ]
        pred = array.identity(pred, name="pred_id")
        for tensor in (*sent, *pivots, pred):
            graph.prevent_fetching(tensor.op)
        yes = _Branch(CondContext(pred, pivots[0], 1), "true_fn", functions[0])
        no = _Branch(CondContext(pred, pivots[1], 0), "false_fn", functions[1])
        return _merged(yes, no, strict)


def _functions(
    true_fn: Any, false_fn: Any, fn1: Any, fn2: Any
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    found = []
    for name, given, old, older in (
        ("true_fn", true_fn, fn1, "fn1"),
        ("false_fn", false_fn, fn2, "fn2"),
    ):
        if given is not None and old is not None:
            raise errors.DTypeError(
                message=f"cond(): {name!r} and {older!r} may not be set simultaneously. At "
                f"{user_line()}"
            )
        function = old if given is None else given
        if function is None:
            raise errors.DTypeError(message=f"cond(): {name!r} argument required. At {user_line()}")
        if not callable(function):
            raise errors.DTypeError(
                message=f"{name!r} must be callable. Got {function!r} at {user_line()}: write "
                f"lambda: ... around what is to be run in this branch"
            )
        found.append(function)
    return found[0], found[1]


class _Branch:
    """One branch, built: what its function returned, and the tensors that leave it."""

    def __init__(self, context: CondContext, name: str, function: Callable[[], Any]) -> None:
        self.context, self.name = context, name
        with context.entered():
            returned = function()
            if returned is None:
                raise errors.ArgumentValueError(
                    message=f"{name!r} must have a return value. At {user_line()}"
                )
            self.returned = mapped(_read, returned)
            leaves = [self._leaf(leaf) for leaf in flatten(self.returned)]
        self.leaves: list[Tensor] = [tensor for leaf in leaves for tensor in leaf]
        context.tell_outer(self.leaves)

    def _leaf(self, leaf: Any) -> list[Tensor]:
        if isinstance(leaf, Operation):
            return [control.with_dependencies([leaf], self.context.pivot)]
        if isinstance(leaf, IndexedSlices):
            parts = [leaf.values, leaf.indices, leaf.dense_shape]
            return [self.context.result(part) for part in parts if part is not None]
        return [self.context.result(convert_to_tensor(flow_of(leaf)))]


def _read(value: Any) -> Any:
    """A variable's value, which is what a branch returns of it."""
    return value._as_tensor() if hasattr(value, "_ref") else value


def _merged(yes: _Branch, no: _Branch, strict: bool) -> Any:
    """The results of two branches, of which one will have been run."""
    results = [yes.returned, no.returned]
    if not strict:
        results = [_single(result) for result in results]
    differ = difference(*results)
    if differ is None and len(yes.leaves) != len(no.leaves):
        differ = f"{len(yes.leaves)} and {len(no.leaves)} tensors"
    if differ is not None:
        raise errors.ArgumentValueError(
            message=f"Incompatible return values of 'true_fn' and 'false_fn': {differ}. At "
            f"{user_line()}: let both return the same structure"
        )
    if not yes.leaves:
        raise errors.ArgumentValueError(
            message=f"'true_fn' and 'false_fn' must return at least one result. At {user_line()}"
        )
    for a, b in zip(yes.leaves, no.leaves, strict=True):
        if a.dtype.base_dtype != b.dtype.base_dtype:
            raise errors.ArgumentValueError(
                message="Outputs of 'true_fn' and 'false_fn' must have the same type(s). Received "
                f"{a.dtype.base_dtype.name} from 'true_fn' and {b.dtype.base_dtype.name} from "
                f"'false_fn'. At {user_line()}; {origins([a.op, b.op])}. Use tf.cast on one of them"
            )
    merges = [flow.merge([b, a])[0] for a, b in zip(yes.leaves, no.leaves, strict=True)]
    if yes.context.outer is None:
        for branch in (yes, no):
            yes.context.graph.add_to_collection(GraphKeys.COND_CONTEXT, branch.context)
    packed = pack(yes.returned, _again(flatten(yes.returned), merges))
    return packed if strict else _single(packed)


def _again(leaves: list[Any], merges: list[Tensor]) -> list[Any]:
    """Arrays and rows of tables as they were, around the merged tensors."""
    rest, found = iter(merges), []
    for leaf in leaves:
        if isinstance(leaf, IndexedSlices):
            values, indices = next(rest), next(rest)
            shape = None if leaf.dense_shape is None else next(rest)
            found.append(IndexedSlices(values, indices, shape))
        else:
            found.append(array_again(leaf, next(rest)))
    return found


def _single(result: Any) -> Any:
    return result[0] if isinstance(result, (list, tuple)) and len(result) == 1 else result


# ---- case


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str | None = "case",
) -> Any:
    """What the function of the first true predicate returns; `default`'s where none is true.

    pred_fn_pairs: [(boolean tensor, function), ...], or a dict. exclusive: whether it is an error
    when two are true; it is one when none is and there is no `default`. Raises TypeError for what
    is no pair of a tensor and a function.
    """
    pairs = _pairs(pred_fn_pairs)
    predicates, actions = [pred for pred, _ in pairs], [action for _, action in pairs]
    with scope_of(predicates, name or "case"):
        if default is None:
            default = _last_as_default(predicates, actions)
            predicates, actions = predicates[:-1], actions[:-1]
        function = default
        for predicate, action in reversed(list(zip(predicates, actions, strict=True))):
            function = partial(cond, predicate, action, function, strict=strict)
        if not exclusive:
            return function()
        alone = _at_most(predicates, 1, "Input error: exclusive=True")
        with get_default_graph().control_dependencies([alone]):
            return function()


def _pairs(given: Any) -> list[tuple[Tensor, Callable[[], Any]]]:
    if isinstance(given, Mapping):
        ordered = type(given) is not dict
        items = list(given.items())
        pairs: Sequence[Any] = items if ordered else sorted(items, key=lambda item: item[0].name)
    elif isinstance(given, (list, tuple)):
        pairs = given
    else:
        raise errors.DTypeError(
            message=f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(given)}. At "
            f"{user_line()}"
        )
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise errors.DTypeError(
                message=f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair}. At "
                f"{user_line()}"
            )
        pred, function = pair
        if not isinstance(pred, Tensor):
            raise errors.DTypeError(message=f"pred must be a Tensor, got: {pred} at {user_line()}")
        if pred.dtype.base_dtype != dtypes.bool_:
            raise errors.DTypeError(
                message=f"pred must be Tensor of type bool: {pred.name}. At {user_line()}"
            )
        if not callable(function):
            raise errors.DTypeError(
                message=f"fn for pred {pred.name} must be callable. At {user_line()}"
            )
    return list(pairs)


def _at_most(predicates: list[Tensor], most: int, what: str) -> Operation:
    """An operation that fails where more than `most` predicates are true."""
    stacked = join.stack(predicates, name="preds_c")
    count = reductions.reduce_sum(numbers.cast(stacked, dtypes.int32), name="num_true_conds")
    fits = compare.less_equal(count, constant.constant(most, name="n_true_conds"))
    names = ", ".join(tensor.name for tensor in predicates)
    said = f"{what}: more than {most} conditions ({names}) evaluated as True:"
    return checks.Assert(fits, [said, stacked], summarize=len(predicates))


def _last_as_default(
    predicates: list[Tensor], actions: list[Callable[[], Any]]
) -> Callable[[], Any]:
    """The last action, which fails unless its predicate is true."""
    last = len(predicates) - 1

    def action() -> Any:
        others = (
            f"Implementation error: selected default action #{last} was called, but some of other "
            "predicates are True: "
        )
        stacked = join.stack(predicates, name="preds_c")
        said = ["Input error: None of conditions evaluated as True:", stacked]
        waits = [_at_most(predicates[:-1], 0, others), checks.Assert(predicates[-1], said)]
        with get_default_graph().control_dependencies(waits):
            return actions[-1]()

    return action


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str | None = "switch_case",
) -> Any:
    """What the function of that number returns; `default`'s, or the last one's, of no number.

    branch_index: an int32 scalar. branch_fns: functions in the order of their numbers, or number ->
    function, or pairs of both, numbered from 0 on. Each function returns the same structure. Raises
    TypeError for what is no tensor and no function, ValueError for numbers that leave some out.
    """
    functions = _numbered(branch_fns)
    last = functions[-1] if default is None else default
    with scope_of([branch_index], name or "case"):
        index = convert_to_tensor(branch_index, dtypes.int32, name="branch_index")
        function = last
        for number in reversed(range(len(functions))):
            function = partial(cond, compare.equal(index, number), functions[number], function)
        return function()


def _numbered(given: Any) -> list[Callable[[], Any]]:
    """Functions in the order of their numbers."""
    if not isinstance(given, (Mapping, list, tuple)) or not given:
        raise errors.DTypeError(
            message="'branch_fns' must be a non-empty list, tuple, or dict. Received "
            f"{type(given).__name__} at {user_line()}"
        )
    items: list[Any] = list(given.items()) if isinstance(given, Mapping) else list(given)
    pairs: list[tuple[Any, Any]] = items if isinstance(items[0], tuple) else list(enumerate(items))
    for key, function in pairs:
        if not isinstance(key, int) or not callable(function):
            raise errors.DTypeError(
                message="Each entry in 'branch_fns' must be a function, or a number and a "
                f"function. Received {key!r} and {function!r} at {user_line()}"
            )
    keys = sorted(key for key, _ in pairs)
    if keys != list(range(len(pairs))):
        raise errors.ArgumentValueError(
            message=f"branch indices (keys) must form contiguous range of [0 to {len(pairs)}) but "
            f"found {{{','.join(map(str, keys))}}}. At {user_line()}"
        )
    return [function for _, function in sorted(pairs, key=lambda pair: pair[0])]
