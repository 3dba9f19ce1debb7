"""`while_loop`: a piece of graph that is run again and again while a condition holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.contexts import LoopContext
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Graph, GraphKeys, Tensor, get_default_graph
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.ops import array, compare, constant, flow
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.structure import difference, flatten, is_nested, mapped, pack
from neuronboard.engine.tensor_array import TensorArray, array_again, flow_of
from neuronboard.engine.where import user_line

__all__ = ["while_loop"]


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """The loop variables after `body` was applied to them as long as `cond` of them is true.

    cond: loop variables -> boolean tensor. body: loop variables -> the next ones, in the same
    structure, of the same types and shapes. loop_vars: a list of tensors, numbers, `TensorArray`s,
    or nested structures of them. shape_invariants: for each a shape that holds in every iteration,
    with None for sizes that change. maximum_iterations: after how many the loop ends in any case.
    back_prop: whether gradients flow through it. Iterations run one after the other here, so
    parallel_iterations and swap_memory are only written into the graph. A list of one variable
    gives that one, unless `return_same_structure`. Raises ValueError where a variable changes its
    type, shape or structure, TypeError for arguments of the wrong kind.
    """
    _check(cond, body, parallel_iterations)
    loop_vars = mapped(_read, loop_vars)
    with scope_of(flatten(loop_vars), name or "while"):
        if not loop_vars:
            raise errors.ArgumentValueError(
                message=f"'loop_vars' must be provided. At {user_line()}"
            )
        if maximum_iterations is not None:
            alone = len(loop_vars) == 1 and not return_same_structure
            cond, body, loop_vars = _counted(cond, body, loop_vars, maximum_iterations, alone)
            if shape_invariants is not None:
                shape_invariants = (TensorShape([]), shape_invariants)
        graph = get_default_graph()
        context = LoopContext(parallel_iterations, back_prop, swap_memory)
        if context.outer is None:
            graph.add_to_collection(GraphKeys.WHILE_CONTEXT, context)
        result = _Loop(graph, context, loop_vars, shape_invariants).build(cond, body)
        if maximum_iterations is not None:
            return result[1]
        return result[0] if len(flatten(loop_vars)) == 1 and not return_same_structure else result


def _check(cond: Any, body: Any, parallel_iterations: Any) -> None:
    for what, function in (("cond", cond), ("body", body)):
        if not callable(function):
            raise errors.DTypeError(
                message=f"'{what}' must be callable. Got {function!r} at {user_line()}: give a "
                "function of the loop variables"
            )
    if parallel_iterations < 1:
        raise errors.DTypeError(
            message=f"'parallel_iterations' must be a positive integer. Got {parallel_iterations} "
            f"at {user_line()}"
        )


def _read(value: Any) -> Any:
    return value._as_tensor() if hasattr(value, "_ref") else value


def _counted(cond: Any, body: Any, loop_vars: Any, most: Any, alone: bool) -> tuple[Any, Any, Any]:
    """A loop with a counter as first variable, which ends it."""
    limit = convert_to_tensor(most, name="maximum_iterations")
    if limit.shape.ndims != 0:
        raise errors.ArgumentValueError(
            message=f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}. At "
            f"{user_line()}"
        )
    counter = constant.constant(0, limit.dtype.base_dtype, name="iteration_counter")
    if alone:
        return (
            lambda i, x: compare.logical_and(i < limit, cond(x)),
            lambda i, x: (i + 1, body(x)),
            (counter, loop_vars[0]),
        )
    return (
        lambda i, xs: compare.logical_and(i < limit, cond(*xs)),
        lambda i, xs: (i + 1, body(*xs)),
        (counter, loop_vars),
    )


class _Loop:
    """One loop while it is built."""

    def __init__(self, graph: Graph, context: LoopContext, loop_vars: Any, invariants: Any) -> None:
        self._graph, self._context = graph, context
        self._given = flatten(loop_vars)
        self._structure = loop_vars
        self._starts = [_start(value) for value in self._given]
        self._shapes = [tensor.shape for tensor in self._starts]
        if invariants is not None:
            self._shapes = self._invariants(loop_vars, invariants)

    def _invariants(self, loop_vars: Any, invariants: Any) -> list[TensorShape]:
        shapes = _shapes_in(invariants)
        if len(shapes) != len(self._given):
            raise errors.ArgumentValueError(
                message=f"shape_invariants has {len(shapes)} shapes for {len(self._given)} loop "
                f"variables. At {user_line()}; give one for each, in the same structure"
            )
        return [
            tensor.shape if shape is None or isinstance(value, TensorArray) else shape
            for tensor, shape, value in zip(self._starts, shapes, self._given, strict=True)
        ]

    def build(self, cond: Any, body: Any) -> Any:
        """Makes the loop; its exits in the structure that the body returned."""
        with self._context.entered():
            returned, exits = self._built(cond, body)
        again = map(array_again, flatten(returned), exits)
        return pack(returned, list(again))

    def _built(self, cond: Any, body: Any) -> tuple[Any, list[Tensor]]:
        context = self._context
        merges = self._merges()
        context.pivot_for_pred = merges[0]
        test = convert_to_tensor(cond(*self._variables(merges)))
        context.cond = flow.loop_cond(test, name="LoopCond")
        switches = [flow.switch_near(merge, context.cond) for merge in merges]
        insides = [array.identity(sides[1]) for sides in switches]
        context.pivot_for_body = insides[0]
        returned = self._returned(body, self._variables(insides))
        results = [convert_to_tensor(flow_of(value)) for value in flatten(returned)]
        for merge, result in zip(merges, results, strict=True):
            close(merge, result)
        context.exits = [flow.leave(sides[0]) for sides in switches]
        context.tell_outer(context.exits)
        return returned, context.exits

    def _merges(self) -> list[Tensor]:
        """The loop variables at the beginning of an iteration."""
        context = self._context
        context.values = set(self._starts)
        outer = context.outer
        given = [tensor if outer is None else outer.add_value(tensor) for tensor in self._starts]
        with self._graph.control_dependencies(None):
            enters = [
                self._enter(tensor, shape)
                for tensor, shape in zip(given, self._shapes, strict=True)
            ]
        if outer is not None:
            for tensor in enters:
                if flow.is_constant_enter(tensor.op.inputs[0].op):
                    tensor.op.wait_for(outer.pivot.op)
        context.adopt(enters)
        context.values = set(enters)
        context.enters = enters
        return [flow.merge([tensor, tensor])[0] for tensor in enters]

    def _enter(self, tensor: Tensor, shape: TensorShape) -> Tensor:
        made = self._context.enter(tensor, keeps_shape=False)
        if not _is_narrower(tensor.shape, shape):
            raise errors.ShapeError(
                message=f"The shape invariant specified for {tensor.name} is not compatible with "
                "the initial shape of the loop variable. It enters the loop with shape "
                f"{tensor.shape}, but the specified shape invariant is {shape}. At {user_line()}"
            )
        made.set_shape(shape)
        self._graph.prevent_feeding(made)
        return made

    def _variables(self, tensors: Sequence[Tensor]) -> Any:
        """Tensors in the structure of the loop variables, arrays as arrays."""
        again = map(array_again, self._given, tensors)
        return pack(self._structure, list(again))

    def _returned(self, body: Any, variables: Any) -> Any:
        """What the body returns, in the structure of the loop variables."""
        returned = body(*variables)
        if not is_nested(returned):
            returned = [returned]
        returned = mapped(_read, returned)
        differ = difference(list(variables), list(returned))
        if differ is not None:
            raise errors.ArgumentValueError(
                message="The two structures don't have the same nested structure: the loop "
                f"variables and what 'body' returned are {differ}. At {user_line()}: return as "
                "many values as there are loop variables, nested alike"
            )
        return returned


def _start(value: Any) -> Tensor:
    if isinstance(value, IndexedSlices):
        value = value._as_tensor()
    return convert_to_tensor(flow_of(value))


def _shapes_in(invariants: Any) -> list[TensorShape | None]:
    """The shapes in a structure of them."""
    if invariants is None or isinstance(invariants, TensorShape):
        return [invariants]
    if not is_nested(invariants):
        raise errors.DTypeError(
            message=f"'shape' must be one of TypeSpec, TensorShape or None. Received: "
            f"{type(invariants)}. At {user_line()}; write tf.TensorShape({invariants!r})"
        )
    children = (
        [invariants[key] for key in sorted(invariants)]
        if isinstance(invariants, dict)
        else invariants
    )
    return [shape for child in children for shape in _shapes_in(child)]


def close(merge: Tensor, value: Tensor, checked: bool = True) -> None:
    """Leads a value to the next iteration, where it takes the place of the one from outside.

    Raises ShapeError (ValueError) where it may have another shape than in the first iteration,
    and DTypeError (TypeError) for another type.
    """
    if value.dtype.base_dtype != merge.dtype.base_dtype:
        start = merge.op.inputs[0].op.inputs[0]
        raise errors.DTypeError(
            op=value.op,
            message=f"Input tensor {start.name!r} enters the loop as {start.dtype.name}, but is "
            f"{value.dtype.name} after one iteration ({value!r}). At {user_line()}; use tf.cast(x, "
            f"tf.{merge.dtype.base_dtype.name}) in the body",
        )
    following = flow.next_iteration(value)
    if checked and not _is_narrower(following.shape, merge.shape):
        start = merge.op.inputs[0].op.inputs[0]
        raise errors.ShapeError(
            op=value.op,
            message=f"Input tensor '{start.name}' enters the loop with shape {start.shape}, but "
            f"has shape {following.shape} after one iteration. To allow the shape to vary across "
            "iterations, use the `shape_invariants` argument of tf.while_loop to specify a "
            f"less-specific shape. At {user_line()}",
        )
    merge.op.update_input(1, following)


def _is_narrower(shape: TensorShape, wide: TensorShape) -> bool:
    """Whether every array of a shape has the wider one too."""
    if wide.dims is None:
        return True
    if shape.dims is None or len(shape.dims) != len(wide.dims):
        return False
    pairs = zip(shape.dims, wide.dims, strict=True)
    return all(theirs is None or mine == theirs for mine, theirs in pairs)
