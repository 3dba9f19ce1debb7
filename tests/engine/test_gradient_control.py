"""What a caller decides about gradients: where they stop, and which rule they follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import neuronboard as tf
from neuronboard import errors


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A session on a graph of the test's own."""
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


# ---- stop_gradients


def test_what_is_stopped_at_is_taken_as_a_constant(session: tf.Session) -> None:
    """Of a + b where b = 2a: the whole derivative is 3, that with b held is 1."""
    a = tf.constant(1.0)
    b = 2.0 * a
    assert session.run(tf.gradients(a + b, [a, b])) == [3.0, 1.0]
    assert session.run(tf.gradients(a + b, [a, b], stop_gradients=[a, b])) == [1.0, 1.0]
    assert session.run(tf.gradients(a + b, a, stop_gradients=b)) == [1.0]


def test_a_tensor_behind_every_stop_has_no_gradient(session: tf.Session) -> None:
    """None, as for what nothing depends on; the stop itself has one."""
    x = tf.constant(3.0)
    middle = x * x
    found = tf.gradients(middle * 5.0, [x, middle], stop_gradients=[middle])
    assert found[0] is None
    assert session.run(found[1]) == 5.0


def test_a_stop_adds_nothing_to_the_graph_behind_it() -> None:
    """No rule of an operation behind the stop is applied."""
    x = tf.constant(3.0)
    middle = tf.tanh(x, name="behind")
    tf.gradients(tf.square(middle, name="before") + x, x, stop_gradients=[middle])
    names = [op.name for op in x.graph.get_operations()]
    assert not [name for name in names if "behind_grad" in name]


def test_a_variable_can_be_a_stop(session: tf.Session) -> None:
    """Its gradient as an x stays."""
    w = tf.Variable(2.0)
    x = tf.constant(3.0)
    session.run(tf.initialize_all_variables())
    assert session.run(tf.gradients(w * w * x, [w, x], stop_gradients=[w])) == [12.0, 4.0]


# ---- gradient_override_map and RegisterGradient


@tf.RegisterGradient("GuidedSquare")
def _guided(op: tf.Operation, dy: tf.Tensor) -> tf.Tensor:
    """A rule of nobody's: the input itself, ten times."""
    return dy * op.inputs[0] * 10.0


def test_operations_of_the_block_follow_the_named_rule(session: tf.Session) -> None:
    """By their type; those made before and after it keep their own."""
    x = tf.constant(3.0)
    before = tf.square(x)
    with x.graph.gradient_override_map({"Square": "GuidedSquare"}):
        inside, other = tf.square(x), tf.exp(x * 0.0)
    after = tf.square(x)
    slopes = [tf.gradients(y, x)[0] for y in (before, inside, other, after)]
    assert session.run(slopes) == [6.0, 30.0, 0.0, 6.0]
    assert session.run([before, inside, after]) == [9.0, 9.0, 9.0]


def test_the_node_tells_its_rule() -> None:
    """In the attribute that TensorFlow writes."""
    x = tf.constant(3.0)
    with x.graph.gradient_override_map({"Square": "GuidedSquare"}):
        y = tf.square(x)
    assert y.op.get_attr("_gradient_op_type") == b"GuidedSquare"
    assert y.op.node_def.attr["_gradient_op_type"].s == b"GuidedSquare"


def test_blocks_lie_inside_each_other(session: tf.Session) -> None:
    """The inner one adds to the outer, and an error in it ends it too."""

    @tf.RegisterGradient("NoExp")
    def _(op: tf.Operation, dy: tf.Tensor) -> tf.Tensor:
        return tf.zeros_like(dy)

    x = tf.constant(1.0)
    with x.graph.gradient_override_map({"Square": "GuidedSquare"}):
        with x.graph.gradient_override_map({"Exp": "NoExp"}):
            both = tf.exp(tf.square(x))
            with pytest.raises(errors.ShapeError), x.graph.gradient_override_map({"Exp": "?"}):
                tf.add(tf.ones([2]), tf.ones([3]))
            still = tf.exp(tf.square(x))
        outer = tf.exp(tf.square(x))
    e = session.run(tf.exp(1.0))
    assert session.run(tf.gradients(both, x) + tf.gradients(still, x)) == [0.0, 0.0]
    assert session.run(tf.gradients(outer, x))[0] == pytest.approx(10.0 * e)


def test_identity_can_be_overridden_to_clip(session: tf.Session) -> None:
    """The usual way to change a gradient on its way back."""

    @tf.RegisterGradient("ClippedIdentity")
    def _(op: tf.Operation, dy: tf.Tensor) -> tf.Tensor:
        return tf.clip_by_value(dy, -1.0, 1.0)

    x = tf.constant([1.0, 1.0])
    with x.graph.gradient_override_map({"Identity": "ClippedIdentity"}):
        y = tf.identity(x)
    assert session.run(tf.gradients(y * [5.0, -0.5], x))[0].tolist() == [1.0, -0.5]


def test_a_rule_gives_a_part_for_each_input(session: tf.Session) -> None:
    """None for an input that gets nothing; another count is an error that names the operation."""

    @tf.RegisterGradient("LeftAlone")
    def _(op: tf.Operation, dy: tf.Tensor) -> tuple[Any, ...]:
        return dy, None

    @tf.RegisterGradient("OneTooFew")
    def _(op: tf.Operation, dy: tf.Tensor) -> tf.Tensor:
        return dy

    x, y = tf.constant(2.0), tf.constant(3.0)
    with x.graph.gradient_override_map({"Mul": "LeftAlone"}):
        left = x * y
    with x.graph.gradient_override_map({"Mul": "OneTooFew"}):
        few = tf.mul(x, y, name="few")
    found = tf.gradients(left, [x, y])
    assert session.run(found[0]) == 1.0
    assert found[1] is None
    with pytest.raises(ValueError, match=r"Num gradients 1 generated for op 'few' .* inputs 2"):
        tf.gradients(few, x)


def test_a_name_that_was_not_registered_is_told_of() -> None:
    """When the gradient is asked for: LookupError, with the names there are."""
    x = tf.constant(2.0)
    with x.graph.gradient_override_map({"Square": "Nowhere"}):
        y = tf.square(x, name="y")
    with pytest.raises(LookupError, match=r"no entry for: Nowhere; it has: .*GuidedSquare") as told:
        tf.gradients(y, x)
    assert isinstance(told.value, errors.GradientError)
    assert "'y' was made at" in str(told.value)


def test_a_name_is_registered_once() -> None:
    """A second time is a KeyError, as TensorFlow's."""
    with pytest.raises(KeyError, match="Registering two gradient with name 'GuidedSquare'"):
        tf.RegisterGradient("GuidedSquare")(_guided)


def test_not_differentiable_names_a_rule_that_gives_nothing() -> None:
    """So that what is overridden with it has no gradient."""
    tf.NotDifferentiable("NoSlope")
    x = tf.constant(2.0)
    with x.graph.gradient_override_map({"Square": "NoSlope"}):
        y = tf.square(x)
    assert tf.gradients(y, x) == [None]
