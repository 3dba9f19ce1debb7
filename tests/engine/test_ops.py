"""Every op type: its value by numpy, what is known before it is run, its gradient, its node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from engine.op_cases import CASES, DRAWS, EFFECTS, Case, Draw, Effect
from engine.op_cases_arrays import ARRAYS
from engine.op_cases_elsewhere import ELSEWHERE
from engine.op_cases_flow import FLOW, FLOW_EFFECTS
from engine.op_cases_more import MORE
from engine.op_cases_nets import NETS
from engine.optimizer_cases import OPTIMIZERS

import neuronboard as tf
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, REGISTRY
from neuronboard.pb.summary_pb2 import Summary

Array = npt.NDArray[Any]

# What is known of the shapes of the placeholders: everything, the rank, nothing.
SHAPES = {
    "whole": lambda array: array.shape,
    "rank": lambda array: [None] * array.ndim,
    "nothing": lambda array: None,
}
# whose differences are too coarse: test_gradients has them
IN_FLOAT32 = {"Cast", "ResizeBilinear", "ResizeBilinearGrad"}
REFUSING = {
    "PreventGradient",
    "RandomShuffle",
    "TruncateMod",
    "IgammaGradA",
}  # whose rule is to raise
OF_COMPLEX = {"Angle"}  # whose rule test_corners.py tests
OF_REFERENCES = {
    "RefSwitch",
    "RefMerge",
    "RefEnter",
    "RefExit",
    "RefNextIteration",
}  # whose rule is that of the plain type
TOLERANCE = {"float16": 1e-2, "float32": 1e-5, "float64": 1e-12}

CASES = [*CASES, *ARRAYS, *NETS, *FLOW, *MORE]
EFFECTS = [*EFFECTS, *FLOW_EFFECTS]
every_case = pytest.mark.parametrize("case", CASES, ids=str)
every_shape = pytest.mark.parametrize("known", SHAPES)
FLOATS = [case for case in CASES if case.inputs and any(a.dtype.kind == "f" for a in case.inputs)]
GRADIENTS = [case for case in CASES if case.grad]


class Built:
    """A case in a graph of its own, with a placeholder for each input."""

    def __init__(self, case: Case, known: str, inputs: tuple[Array, ...] | None = None) -> None:
        self.arrays = case.inputs if inputs is None else inputs
        with tf.Graph().as_default() as self.graph:
            self.fed = [
                tf.placeholder(array.dtype, SHAPES[known](array), name=f"in{i}")
                for i, array in enumerate(self.arrays)
            ]
            if known == "nothing" and case.ranked:
                for tensor, array in zip(self.fed, self.arrays, strict=True):
                    tensor.set_shape([None] * array.ndim)
            built = case.build(*self.fed)
        self.outputs = list(built) if isinstance(built, list) else [built]
        self.op = self.outputs[0].op

    def run(self, fetches: Any, *arrays: Array) -> Any:
        """Fetches, fed with `arrays` or the case's own."""
        fed = dict(zip(self.fed, arrays or self.arrays, strict=True))
        if self.op.type == "Const":
            fed = {}  # what is known beforehand takes nothing
        return tf.Session(graph=self.graph).run(fetches, fed)


def _array(value: Any) -> Any:
    """A value as array; of a text, an array of it."""
    return np.array(value, object) if isinstance(value, bytes) else value


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


@every_case
@every_shape
def test_the_value_is_numpys_and_of_the_inferred_type(case: Case, known: str) -> None:
    """Value, dtype and shape, whatever is known of shapes beforehand; what is inferred fits."""
    built = Built(case, known)
    values = [_array(value) for value in built.run(built.outputs)]
    expected = _listed(case.expect(*case.inputs))
    for tensor, got, wanted in zip(built.outputs, values, expected, strict=True):
        assert got.dtype == (case.dtype or case.inputs[0].dtype) == tensor.dtype.base_dtype
        assert got.shape == np.shape(wanted)
        assert tensor.shape.is_compatible_with(got.shape)
        if got.dtype == object:
            assert np.array_equal(got, wanted)
        else:
            exact = 1e-12 if case.exact else 1e-6
            np.testing.assert_allclose(got, wanted, rtol=exact, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("case", [case for case in FLOATS if case.small], ids=str)
def test_smaller_floats_stay_small(case: Case, dtype: str) -> None:
    """A float16 or float32 goes in and comes out, near the value in float64."""
    small = tuple(a.astype(dtype) if a.dtype.kind == "f" else a for a in case.inputs)
    built = Built(case, "whole", small)
    given = [a.astype(np.float64) if a.dtype.kind == "f" else a for a in small]
    for got, expected in zip(built.run(built.outputs), _listed(case.expect(*given)), strict=True):
        assert got.dtype == (dtype if case.dtype in (None, np.float64) else case.dtype)
        np.testing.assert_allclose(got, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("case", [case for case in CASES if case.known], ids=str)
def test_whole_shapes_give_a_whole_shape(case: Case) -> None:
    """Nothing that can be known of the output's shape is lost."""
    built = Built(case, "whole")
    for tensor, got in zip(built.outputs, built.run(built.outputs), strict=True):
        assert tensor.shape.as_list() == list(np.shape(got))


@every_case
def test_the_node_names_its_type_and_inputs(case: Case) -> None:
    """The NodeDef has the op type, and the inputs in their order."""
    built = Built(case, "nothing" if case.folds else "rank")
    node = built.op.node_def
    assert case.type in {op.type for op in built.graph.get_operations()}
    names = [f"in{i}" for i in range(len(case.inputs))]
    if case.wired:
        assert node.op == case.type
        assert [name for name in node.input if name in names] == names[: len(node.input)]


@pytest.mark.parametrize("case", [case for case in CASES if case.folds], ids=str)
def test_what_is_known_is_a_constant(case: Case) -> None:
    """A shape that is known while the graph is built needs no computing."""
    assert Built(case, "whole").op.type == "Const"


def _flat(arrays: list[Array]) -> Array:
    return np.concatenate([np.ravel(array) for array in arrays])


@every_shape
@pytest.mark.parametrize("case", GRADIENTS, ids=str)
def test_the_gradient_is_the_slope(case: Case, known: str) -> None:
    """Along a random direction, the gradient is what central differences say."""
    source = np.random.default_rng(7)
    built = Built(case, known)
    [output] = built.outputs
    weights = source.normal(size=np.shape(built.run(output)))
    floating = [i for i, a in enumerate(built.arrays) if a.dtype.kind == "f"]
    with built.graph.as_default():
        loss = tf.reduce_sum(output * tf.constant(weights))
        found = tf.gradients(loss, [built.fed[i] for i in floating])
        gradients = [tf.convert_to_tensor(gradient) for gradient in found]
    slopes = built.run(gradients)
    for i, slope in zip(floating, slopes, strict=True):
        assert slope.shape == built.arrays[i].shape
        assert slope.dtype == np.float64
    ways = [np.asarray(source.normal(size=built.arrays[i].shape)) for i in floating]

    def moved(distance: float) -> Any:
        arrays = list(built.arrays)
        for i, way in zip(floating, ways, strict=True):
            arrays[i] = arrays[i] + distance * way
        return built.run(loss, *arrays)

    numeric = (moved(1e-5) - moved(-1e-5)) / 2e-5
    assert _flat(slopes) @ _flat(ways) == pytest.approx(numeric, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("effect", EFFECTS, ids=str)
def test_an_effect_takes_place_once_and_gives_its_value(effect: Effect) -> None:
    """What is fetched, and the variable afterwards."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        variable = tf.Variable([1.0, 2.0], name="w")
        fetch = effect.build(variable)
        session.run(tf.initialize_all_variables())
        got = session.run(fetch)
        assert tuple(session.run(variable)) == effect.after
    assert effect.type in {op.type for op in graph.get_operations()}
    if isinstance(got, bytes):
        got = {value.tag: value.simple_value for value in Summary.FromString(got).value}
    assert np.array_equal(got, effect.gives)


@pytest.mark.parametrize("draw", DRAWS, ids=str)
def test_a_draw_is_repeated_by_its_seed_and_goes_on_in_a_session(draw: Draw) -> None:
    """Type, shape and range; equal in two sessions, another in the next run of one."""
    with tf.Graph().as_default() as graph:
        built = draw.build()
        assert built.op.type == draw.type
        first, second = tf.Session(graph=graph), tf.Session(graph=graph)
        got = first.run(built)
    assert got.dtype == draw.dtype == built.dtype
    assert built.shape.as_list() == list(got.shape)
    assert draw.holds(got)
    assert np.array_equal(second.run(built), got)
    assert not np.array_equal(first.run(built), got)


@pytest.mark.parametrize("build", [tf.random_shuffle, lambda x: tf.prevent_gradient(x, "as told")])
def test_some_refuse_to_be_differentiated(build: Any) -> None:
    """With an error that says so, not with a gradient of nothing."""
    with tf.Graph().as_default():
        x = tf.constant([1.0, 2.0])
        with pytest.raises(LookupError, match=r"as told|No gradient flows"):
            tf.gradients(build(x), x)


def test_every_type_has_a_row() -> None:
    """No op type without a test, and no row for a type that is gone."""
    trained = {name for optimizer in OPTIMIZERS for name in optimizer.types if name}
    rows = {row.type for row in [*CASES, *EFFECTS, *DRAWS]} | trained
    assert rows | set(ELSEWHERE) == set(REGISTRY)
    assert not rows & set(ELSEWHERE)


@pytest.mark.parametrize(("op_type", "file"), ELSEWHERE.items())
def test_what_is_tested_elsewhere_is_named_there(op_type: str, file: str) -> None:
    assert f'"{op_type}"' in (Path(__file__).parent / file).read_text()


@pytest.mark.parametrize("op_type", sorted(REGISTRY))
def test_every_type_says_whether_it_has_a_gradient(op_type: str) -> None:
    """A rule, or NOT_DIFFERENTIABLE; and who has a rule is tested against finite differences."""
    rule = REGISTRY[op_type].grad
    assert rule is NOT_DIFFERENTIABLE or callable(rule)
    tested = {case.type for case in GRADIENTS} | IN_FLOAT32 | REFUSING | OF_COMPLEX | OF_REFERENCES
    assert (rule is NOT_DIFFERENTIABLE) or op_type in tested


def test_the_gradient_of_a_cast_comes_back_in_the_type_that_went_in() -> None:
    """float64 to float32 and back: finite differences would see float32's rounding."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant([1.0, 2.0], tf.float64)
        [slope] = tf.gradients(tf.cast(x, tf.float32) * 3.0, x)
        got = session.run(slope)
    assert got.dtype == np.float64
    assert got.tolist() == [3.0, 3.0]
