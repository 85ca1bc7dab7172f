"""The code of a generated script, part by part; `dae_core.exporting.script` chooses and joins them."""

IMPORTS = """\
import gzip
import hashlib
from pathlib import Path

import numpy as np
"""

DATA = '''\
def read_idx(path):
    """Return the images of one file of MNIST's format, packed or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as stream:
        content = stream.read()
    count, height, width = np.frombuffer(content, ">u4", 3, offset=4)
    return np.frombuffer(content, np.uint8, offset=16).reshape(count, height, width)


def read_images(path):
    """Return training and held-out images (n, h, w): an .npz file, or a folder with MNIST's files."""
    path = Path(path)
    if path.is_dir():
        files = {part: sorted(path.glob(f"{part}-images*")) for part in ("train", "t10k")}
        if not all(files.values()):
            raise SystemExit(f"{path} does not hold train-images and t10k-images.")
        return [read_idx(found[0]) for found in files.values()]
    if not path.is_file():
        raise SystemExit(f"{path} is not there: name the .npz file of the images, or the folder of MNIST's files.")
    with np.load(path) as archive:
        return [archive[name] for name in ("train_images", "test_images")]


train_images, test_images = read_images(DATA)
digest = hashlib.sha256()
for images in (train_images, test_images):
    digest.update(repr(tuple(map(int, images.shape))).encode() + np.ascontiguousarray(images).data)
if digest.hexdigest() != FINGERPRINT:
    raise SystemExit(f"{DATA} holds other images than the run was trained on.")
HEIGHT, WIDTH = train_images.shape[1:]


def standardize(images):
    """Minus the mean of all training pixels, divided by their standard deviation, as rows."""
    return (images.reshape(len(images), -1).astype(np.float32) - np.float32(MEAN)) / np.float32(STD)
'''

CORRUPTION = '''\
BLACK, WHITE = np.float32(-MEAN / STD), np.float32((255 - MEAN) / STD)


def draw(rng, shape):
    """Random numbers for the noise."""
    return @DRAW@


def corrupt(x0, draws, level):
    """@TEXT@"""
    return @CORRUPT@
'''

EXAMPLES = '''\
BLOCK = max(1, 256 // BATCH)  # iterations that are drawn at once


def generator(*key):
    """Random numbers that are a function of the seed and of what they are for."""
    return np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=key))


def block(k):
    """Clean rows and random numbers of iterations k * BLOCK, k * BLOCK + 1, ..."""
    rng = generator(1, k)
    chosen = rng.integers(0, len(train_images), BLOCK * BATCH)
    clean = standardize(train_images[chosen])
    return clean, draw(rng, clean.shape)


def at(steps, i):
    """The pair (since when, value) that is in force at iteration i."""
    return [pair for pair in steps if pair[0] <= i][-1]
'''

STEPS = {
    "sgd": '''\
def step(parameters, gradients, rate):
    """Gradient descent."""
    for p, g in zip(parameters, gradients, strict=True):
        p -= np.float32(rate) * g
''',
    "momentum": '''\
velocities = [np.zeros_like(p) for p in PARAMETERS]


def step(parameters, gradients, rate):
    """Gradient descent with momentum 0.9."""
    for p, g, v in zip(parameters, gradients, velocities, strict=True):
        v *= np.float32(0.9)
        v += g
        p -= np.float32(rate) * v
''',
    "adam": '''\
first = [np.zeros_like(p) for p in PARAMETERS]
second = [np.zeros_like(p) for p in PARAMETERS]
steps_taken = 0


def step(parameters, gradients, rate):
    """Adam with its usual constants."""
    global steps_taken
    steps_taken += 1
    correction = np.sqrt(1 - 0.999**steps_taken)
    rate = np.float32(rate * correction / (1 - 0.9**steps_taken))
    for p, g, m, v in zip(parameters, gradients, first, second, strict=True):
        m += np.float32(0.1) * (g - m)
        v += np.float32(0.001) * (g * g - v)
        p -= rate * m / (np.sqrt(v) + np.float32(1e-8 * correction))
''',
}

TRAINING = '''\
def factor(i):
    """What the schedule multiplies the learning rate with at iteration i."""
    start, end = at(SEGMENTS, i)
    progress = (i - start) / (end - start)
    return @SCHEDULE@


errors = np.empty(ITERATIONS, np.float32)
sparsities = np.empty(ITERATIONS, np.float32)
kept = [p.copy() for p in (W, B, V, C)]
@BEFORE@with np.errstate(over="ignore", invalid="ignore"):
    for i in range(ITERATIONS):
        if i == RESULT:
            kept = [p.copy() for p in (W, B, V, C)]
        k, place = divmod(i, BLOCK)
        if place == 0:
            clean, draws = block(k)
        rows = slice(place * BATCH, (place + 1) * BATCH)
        x0 = clean[rows]
        x = corrupt(x0, draws[rows], at(LEVELS, i)[1])
        z = code(x)
        y, o = decode(z)
        e = y - x0
        errors[i] = @ERROR@ / BATCH
        sparsities[i] = np.mean(z > @THRESHOLD@)
        @GRADIENTS@
        step(PARAMETERS, gradients, factor(i) * at(RATES, i)[1])
        if (i + 1) % 1000 == 0:
            print(f"iteration {i + 1:,}: mean error of the last 1,000 is {errors[i - 999 : i + 1].mean():.2f}")
if RESULT < ITERATIONS:  # the run diverged, and its last good weights were kept
    W, B, V, C = kept
'''

FIGURES = """\
rng = generator(2)
held_out_rng = np.random.default_rng(20240229)  # the held-out noise is the same in every run
x0 = standardize(test_images)
x = corrupt(x0, draw(held_out_rng, x0.shape), LEVELS[-1][1])
y, o = decode(code(x))
last = slice(-WINDOW, None)
found = [errors[last].mean(), sparsities[last].mean(), np.mean((y - x0) ** 2)]
for (name, session), here in zip(EXPECTED.items(), found, strict=False):
    print(f"{name}: {here:.6g} here, {session:.6g} in the session")
"""

PLOTS = '''\
def tiles(rows, columns):
    """Lay rows of pixels (n, HEIGHT * WIDTH) out as one picture."""
    lines = -(-len(rows) // columns)
    whole = np.full((lines * columns, HEIGHT * WIDTH), np.nan, np.float32)
    whole[: len(rows)] = rows
    cells = whole.reshape(lines, columns, HEIGHT, WIDTH)
    return cells.transpose(0, 2, 1, 3).reshape(lines * HEIGHT, columns * WIDTH)


def picture(rows, columns, title, **how):
    """One figure of tiles."""
    figure, axes = plt.subplots(figsize=(8, 8), layout="constrained")
    axes.imshow(tiles(rows, columns), cmap="gray", **how)
    axes.set_title(title)
    axes.set_axis_off()
    return figure


def moving_average(values):
    """Mean of the last WINDOW values at each point, of fewer at the start."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - WINDOW)
    return (sums[ends] - sums[starts]) / (ends - starts)


digits = standardize(train_images[rng.integers(0, len(train_images), 100)])
show(picture(digits, 10, "Random training images"), "digits")

figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
axes.plot(errors, color="0.8", linewidth=0.5, label="error of each iteration")
axes.plot(moving_average(errors), color="tab:blue", label=f"mean of the last {WINDOW}")
axes.set(xlabel="iteration", ylabel="@YLABEL@")
right = axes.twinx()
right.plot(moving_average(sparsities), color="tab:orange", label=f"sparsity, mean of the last {WINDOW}")
right.set(ylabel="fraction of hidden units with z > @THRESHOLD@", ylim=(0, 1))
figure.legend(loc="outside upper center", ncols=3)
show(figure, "curves")

side = int(np.ceil(np.sqrt(HIDDEN)))
for name, weights in (("W", W.T), ("V", V)):
    limit = float(np.nanpercentile(np.abs(weights), 99.5))  # a few large weights would leave the others grey
    show(picture(weights, side, f"{name}, one tile a hidden unit", vmin=-limit, vmax=limit), name)

shown = rng.choice(len(x0), min(10, len(x0)), replace=False)
rows = np.concatenate([x0[shown], x[shown], y[shown]])
limits = {"vmin": -MEAN / STD, "vmax": (255 - MEAN) / STD}
title = "Held-out images: original, corrupted, reconstructed"
show(picture(rows, len(shown), title, **limits), "reconstructions")
'''
