"""What every symbol and word on a label means, in a sentence: for the tooltips of the window and for its help."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A symbol or a word.

    Parameters
    ----------
    word
        As a text has it.
    sentence
        What it means, a sentence that stands alone.
    labels
        How it stands on labels, where that is not the word itself.
    """

    word: str
    sentence: str
    labels: tuple[str, ...] = ()


SYMBOLS = (
    Term("x₀", "The clean image, as a vector of pixels."),
    Term("x", "The corrupted image, which the network is given."),
    Term("z", "The code: the values of the hidden units, z = f(xW + B)."),
    Term("y", "The reconstruction: what the network makes of x, y = g(zV + C)."),
    Term("W", "The weights from the pixels to the hidden units: column j is what unit j looks for."),
    Term(
        "B", "The biases of the hidden units: the lower one is, the more must a picture fit for its unit to be active."
    ),
    Term("V", "The weights from the hidden units to the pixels: row j is what unit j adds."),
    Term("C", "The biases of the pixels of the reconstruction."),
    Term("f, g", "The activation of the hidden units, and the function of the output."),
    Term("σ", "Standard deviation of Gaussian noise.", ("Sigma",)),
    Term("η", "The learning rate."),
    Term("λ", "The strength of a penalty."),
    Term("ρ", "The mean activity that the KL penalty draws every unit to.", ("Target activity",)),
    Term("E", "The error of one image, as the model's loss has it."),
    Term("dE/dW", "The gradient of the error by W; likewise of B, V and C."),
)
WORDS = (
    Term("activation", "The function f that turns what a hidden unit adds up into its value z."),
    Term("active unit", "A hidden unit with z > 0; of sigmoid units, one with z > 0.5."),
    Term("averaged weights", "A running mean of the weights, kept beside them and measured.", ("Averaged",)),
    Term("backward", "The function that returns the gradients: the program's, or one that you wrote."),
    Term("batch size", "The number of images in an iteration; the gradient is their mean."),
    Term(
        "best linear denoiser",
        "The linear map with the least mean squared error on images with this noise (Wiener).",
        ("Best linear",),
    ),
    Term("checkpoint", "All that decides how a run goes on."),
    Term("code", "The values z of the hidden units."),
    Term("contractive", "A penalty on how strongly the code answers to small changes of the input."),
    Term(
        "W–V cosine",
        "Cosine between a column of W and the row of V: 1 where both are the same picture, 0 where they are unrelated.",
        ("Cosine", "Cosine W, V"),
    ),
    Term("corruption", "How the images are corrupted for the input.", ("Noise",)),
    Term(
        "dead unit",
        "A hidden unit that is active on none of the held-out images, or has one value on all of them.",
        ("Dead units",),
    ),
    Term("diverged", "Said of a run whose error exceeded all bounds; its last good weights are kept."),
    Term(
        "error",
        "The error of one image: |y − x₀|², the squared differences summed over its pixels, or its cross-entropy.",
    ),
    Term("fair pair", "Two runs with the same start weights, images and noise, in the same order."),
    Term("filter", "The weights of one hidden unit as a picture."),
    Term("firing rate", "The share of the noisy held-out images on which a unit is active.", ("Fires on",)),
    Term("gradient", "Exact, or as in the exercise's published solution, without the ReLU's derivative."),
    Term(
        "held-out images",
        "Images that are never trained on, with noise that is always the same: what figures are measured on.",
        ("Held-out",),
    ),
    Term("held-out MSE", "The mean squared error over the pixels of all held-out images: lower is better."),
    Term("hidden units", "The number of hidden units; 225 fill a mosaic of 15 x 15."),
    Term(
        "iteration", "One step of training: one random image with fresh noise, or one batch of them.", ("Iterations",)
    ),
    Term("KL to a target activity", "A penalty on units whose mean activity differs from a target."),
    Term("k-sparse", "Only the k strongest hidden units pass their value on; 0: all of them.", ("Strongest units",)),
    Term("L1 on z", "A penalty on the sum of all |z|, which favours few active units."),
    Term("learning rate", "The step size η of gradient descent."),
    Term("loss", "The function of the output, with the error that is made small."),
    Term("mean bias", "The mean of B over all hidden units."),
    Term("MSE", "Mean squared error: the squared differences from the clean images, averaged over pixels and images."),
    Term("noise level", "How strong the noise is, whatever its kind: σ, or the fraction of corrupted pixels."),
    Term("optimizer", "How a step follows from the gradient."),
    Term("preset", "Settings that show something; the seed stays yours."),
    Term("PSNR", "Peak signal-to-noise ratio, in dB, for grey levels from 0 to 1: higher is better."),
    Term("run", "One training, with its settings, curves and snapshots."),
    Term("schedule", "How the learning rate changes over the run."),
    Term("seed", "The same seed gives the same start weights, images and noise."),
    Term("session", "All runs that belong together, in one .dae file."),
    Term("snapshot", "The weights of one iteration, kept for the time machine."),
    Term("sparsity", "Sparsity: the fraction of the hidden units that are active.", ("Sparsity, mean",)),
    Term("SSIM", "Structural similarity of two images, from −1 to 1: higher is better."),
    Term("standardized units", "Pixels minus the mean of all training pixels, divided by their standard deviation."),
    Term("start of V", "Where V starts: at random numbers of its own, or at 0.2 Wᵀ, which leaves fewer units dead."),
    Term("sweep", "Runs that differ in the values of chosen settings."),
    Term("tied weights", "V is Wᵀ: the same numbers, so that there are half as many weights.", ("Weights",)),
    Term("weight decay", "A penalty on large weights, λ/2 (|W|² + |V|²)."),
    Term("worth", "How much the held-out error grows when the unit is switched off."),
)
TERMS: dict[str, Term] = {term.word: term for term in (*SYMBOLS, *WORDS)}
"""All of them by the word."""


def meaning(word: str) -> str:
    """Return the sentence that says what a symbol or word means."""
    return TERMS[word].sentence


def by_label() -> dict[str, str]:
    """Return the sentence for each text that stands on a label: a symbol, or words with a capital letter."""
    words = {label[0].upper() + label[1:]: term.sentence for term in WORDS for label in (term.word, *term.labels)}
    return words | {label: term.sentence for term in SYMBOLS for label in (term.word, *term.labels)}


def page() -> str:
    """Return the whole glossary as a page of Markdown."""
    lines = ["# Words and symbols", *_table("Symbols", SYMBOLS), *_table("Words", WORDS)]
    return "\n".join([*lines, ""])


def _table(title: str, terms: tuple[Term, ...]) -> list[str]:
    rows = [f"| **{term.word}** | {term.sentence.replace('|', chr(92) + '|')} |" for term in terms]
    return ["", f"## {title}", "", f"| {title[:-1].lower()} | meaning |", "|---|---|", *rows]
