"""The values of a sweep as people type them."""

import pytest

from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from dae_core.sweeps.plan import SweepError
from dae_core.sweeps.sweep_values import FIELDS, LEVEL, hint, read_values
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import RANGES


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("hidden_units", "100, 225", [100, 225]),
        ("hidden_units", "100,225", [100, 225]),
        ("learning_rate", " 1e-3 ,0.5", [0.001, 0.5]),
        ("learning_rate", "0,001; 0,5", [0.001, 0.5]),
        ("iterations", "25,000; 50.000; 1e5", [25_000, 50_000, 100_000]),
        ("schedule", "constant, cosine", ["constant", "cosine"]),
        ("corruption", "gaussian:0.5, masking:25 %,masking", [Gaussian(0.5), Masking(0.25), Masking()]),
        ("corruption", "salt-and-pepper : 12.5%", [SaltAndPepper(0.125)]),
        ("corruption", "gaussian:0,5; masking:12,5 %", [Gaussian(0.5), Masking(0.125)]),
        (LEVEL, "0, 25 %, 0.5", [Masking(0.0), Masking(0.25), Masking(0.5)]),
    ],
)
def test_values_are_read(field, text, values):
    assert read_values(field, text, kind=Masking()) == values


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("hidden_units", "100, many", "'many' is no value of hidden units."),
        ("hidden_units", "100,", "'' is no value of hidden units."),
        ("hidden_units", "1.5", "'1.5' is no value of hidden units."),
        ("schedule", "wavy", "'wavy' is no schedule; it must be one of constant, linear, cosine."),
        ("corruption", "rain:1", "Unknown noise 'rain'; known are gaussian"),
        ("corruption", "masking:x %", "The level 'x %' of masking noise is not a number."),
        ("corruption", "masking:2", "fraction of masking noise is 2; it must lie between 0 and 1."),
        ("learning_rate", "0,001", "a comma can be a decimal comma; write 0.5, 1, 2 or 0,5; 1; 2."),
        ("learning_rate", "0,001, 0,5", "decimal comma"),
        (LEVEL, "0,5 %, 1 %", "decimal comma"),
        (LEVEL, "0.5, lots", "'lots' is no value of level."),
        (LEVEL, "150 %", "fraction of masking noise is 1.5"),
        (LEVEL, "nan", "must lie between 0 and 1"),
    ],
)
def test_what_is_no_value_is_said(field, text, words):
    with pytest.raises(SweepError) as caught:
        read_values(field, text, kind=Masking())
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_every_setting_can_be_swept_and_has_a_hint():
    assert set(FIELDS) == set(TrainingConfig.__dataclass_fields__) - {"own_backward"}
    for field in (*FIELDS, LEVEL):
        assert hint(field, Gaussian())
    low, high = RANGES["hidden_units"]
    assert hint("hidden_units", Gaussian()) == f"whole numbers between {low:,} and {high:,}"
    assert hint(LEVEL, Gaussian()) == "numbers between 0 and 10"
