"""TrainingConfig: the exercise's defaults, messages, JSON."""

import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.model.corruption import KINDS, Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import PRESETS
from dae_core.training.schedules import SCHEDULES
from dae_core.training.settings import CHOICES, RANGES, ConfigError

configs = st.builds(
    TrainingConfig,
    hidden_units=st.integers(*RANGES["hidden_units"]),
    corruption=st.builds(
        lambda kind, level: KINDS[kind]().with_level(level), st.sampled_from(sorted(KINDS)), st.floats(0, 1)
    ),
    learning_rate=st.floats(*RANGES["learning_rate"]),
    schedule=st.sampled_from(sorted(SCHEDULES)),
    iterations=st.integers(*RANGES["iterations"]),
    seed=st.integers(*RANGES["seed"]),
    gradient=st.sampled_from(CHOICES["gradient"]),
)


def test_defaults_are_the_exercises():
    config = TrainingConfig()
    assert (config.hidden_units, config.corruption, config.learning_rate) == (225, Gaussian(1.0), 0.0005)
    assert (config.iterations, config.schedule, config.gradient) == (25_000, "constant", "exact")


def test_presets_are_those_of_the_window():
    assert list(PRESETS)[:4] == [
        "Exercise (25,000 iterations)",
        "Exercise as published (diverges)",
        "Falling rate (25,000)",
        "Best in 15 seconds",
    ]
    assert len({preset.config for preset in PRESETS.values()}) == len(PRESETS)
    groups = [preset.group for preset in PRESETS.values()]
    assert groups == sorted(groups, key=groups.index), "those of a group stand together"
    published = [preset for preset in PRESETS.values() if preset.source]
    assert len(published) >= 8
    assert all(preset.published and preset.look in preset.description for preset in published)
    assert all(preset.source in preset.description for preset in published)
    assert PRESETS["Exercise (25,000 iterations)"].config == TrainingConfig()
    assert PRESETS["Exercise as published (diverges)"].config.gradient == "published"
    assert PRESETS["Best in 15 seconds"].config.iterations <= 400_000


@settings(deadline=None)
@given(configs)
def test_json_round_trip_is_exact(config):
    text = config.to_json()
    assert "\n" not in text
    assert TrainingConfig.from_json(text) == config


def test_json_is_plain():
    assert json.loads(TrainingConfig(corruption=Masking(0.5)).to_json()) == {
        "schema": 1,
        "hidden_units": 225,
        "corruption": "masking:0.5",
        "learning_rate": 0.0005,
        "schedule": "constant",
        "iterations": 25_000,
        "seed": 0,
        "gradient": "exact",
        "batch_size": 1,
        "optimizer": "sgd",
        "decoder_start": "random",
    }


def test_absent_fields_take_their_defaults():
    assert TrainingConfig.from_json('{"schema": 1, "seed": 7}') == TrainingConfig(seed=7)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hidden_units", 0, "hidden units is 0; it must be a whole number between 1 and 10,000."),
        ("hidden_units", 10_001, "hidden units is 10,001; it must be a whole number between 1 and 10,000."),
        ("hidden_units", 225.0, "hidden units is 225.0; it must be a whole number between 1 and 10,000."),
        ("hidden_units", True, "hidden units is True; it must be a whole number between 1 and 10,000."),
        ("hidden_units", "225", "hidden units is '225'; it must be a whole number between 1 and 10,000."),
        ("hidden_units", None, "hidden units is None; it must be a whole number"),
        ("iterations", -1, "iterations is -1; it must be a whole number between 1 and 1,000,000,000."),
        ("iterations", 10**400, "it must be a whole number between 1 and 1,000,000,000."),
        ("seed", -1, "seed is -1; it must be a whole number between 0 and 4,294,967,295."),
        ("seed", 2**32, "seed is 4,294,967,296; it must be a whole number"),
        ("learning_rate", 0, "learning rate is 0; it must be a number between 1e-07 and 1,000.0."),
        ("learning_rate", 1e9, "learning rate is 1000000000.0; it must be a number between 1e-07 and 1,000.0."),
        ("learning_rate", math.nan, "learning rate is nan; it must be a number"),
        ("learning_rate", math.inf, "learning rate is inf; it must be a number"),
        ("learning_rate", 10**400, "it must be a number between 1e-07 and 1,000.0."),
        ("learning_rate", False, "learning rate is False; it must be a number"),
        ("schedule", "step", "schedule is 'step'; it must be one of constant, linear, cosine."),
        ("gradient", None, "gradient is None; it must be one of exact, published."),
        ("own_backward", None, "own_backward is None; it must be a text."),
        ("own_backward", "#" * 20_001, "own_backward has 20,001 characters; it may have at most 20,000."),
        ("own_backward", "\ud800", "own_backward holds characters that no file can keep."),
        ("corruption", "gaussian:1", "corruption is 'gaussian:1'; it must be one of the corruptions."),
    ],
)
def test_messages_name_field_value_and_range(field, value, words):
    with pytest.raises(ConfigError, match=re.escape(words)):
        TrainingConfig(**{field: value})
    with pytest.raises(ConfigError, match=re.escape(words)):
        TrainingConfig().replace(**{field: value})


@pytest.mark.parametrize("field", RANGES)
def test_ends_of_the_ranges_are_allowed(field):
    fitting = {"kl_weight": {"activation": "sigmoid"}, "k_sparse": {"hidden_units": 10_000}}.get(field, {})
    for end in RANGES[field]:
        assert getattr(TrainingConfig(**fitting, **{field: end}), field) == end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[1, 2]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "schema None; this version reads schema 1"),
        ('{"schema": 2}', "schema 2; this version reads schema 1"),
        ('{"schema": 1, "momentum": 0.9, "colour": 1}', "Unknown settings: colour, momentum."),
        ('{"schema": 1, "seed": -3}', "seed is -3"),
        ('{"schema": 1, "seed": "3"}', "seed is '3'"),
        ('{"schema": 1, "learning_rate": NaN}', "learning rate is nan"),
        ('{"schema": 1, "learning_rate": 1e999}', "learning rate is inf"),
        ('{"schema": 1, "learning_rate": [1]}', "learning rate is [1]"),
        ('{"schema": 1, "schedule": {}}', "schedule is {}"),
        ('{"schema": 1, "corruption": "fog:1"}', "Unknown noise 'fog'"),
        ('{"schema": 1, "corruption": null}', "Unknown noise 'None'"),
        ('{"schema": 1, "corruption": "masking:3"}', "between 0 and 1"),
    ],
)
def test_bad_json_is_refused_in_words(text, words):
    with pytest.raises(ConfigError, match=re.escape(words)):
        TrainingConfig.from_json(text)


def test_a_number_of_thousands_of_digits_is_refused():
    with pytest.raises(ConfigError):
        TrainingConfig.from_json('{"schema": 1, "seed": 1' + "0" * 5000 + "}")


def test_configs_are_values():
    assert TrainingConfig() == TrainingConfig()
    assert len({TrainingConfig(), TrainingConfig(), TrainingConfig(seed=1)}) == 2
    with pytest.raises(AttributeError):
        TrainingConfig().seed = 3


def test_own_code_stands_in_the_json_only_where_there_is_some():
    config = TrainingConfig(own_backward="def backward(x, x0, z, y, W, V):\n    return 'é\u2028'\n")
    assert TrainingConfig.from_json(config.to_json()) == config
    assert "own_backward" not in config.without_own_code().to_json()
    assert config.without_own_code() == TrainingConfig()


@pytest.mark.parametrize("change", [{"gradient": "published"}, {"batch_size": 2}, {"optimizer": "adam"}])
def test_own_code_goes_with_the_exercises_way_of_training(change):
    with pytest.raises(ConfigError, match=re.escape("it goes with batches of 1 and plain SGD.")):
        TrainingConfig(own_backward="x", **change)
