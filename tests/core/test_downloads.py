"""Downloads from a real server on this machine that misbehaves in every way that servers do."""

import errno
import hashlib
import os
import threading
from types import SimpleNamespace
from urllib.error import HTTPError, URLError

import numpy as np
import pytest

from dae_core.datasets import CATALOGUE, DataError, download, open_dataset
from dae_core.datasets.errors import MirrorError
from dae_core.datasets.fetching import fetch as fetching
from dae_core.datasets.fetching import pace
from dae_core.datasets.fetching.catalogue import find_entry
from dae_core.datasets.fetching.openml import sha256_of
from dae_core.datasets.fetching.pace import Pace
from dae_core.datasets.idx import read_idx
from dae_core.jobs import Cancelled, Monitor
from helpers.catalogue import N_TEST, N_TRAIN, entry_for, four_arrays, four_files, stay_on_this_machine
from helpers.server import free_port, serving

FILES = four_files()
A_WHILE = 2.0  # seconds, within which a good server of this process answers on a busy machine too


@pytest.fixture(autouse=True)
def local_only(monkeypatch, tmp_path):
    stay_on_this_machine(monkeypatch, tmp_path / "data ä")
    yield
    left = [thread for thread in threading.enumerate() if thread.name == "download"]
    for thread in left:
        thread.join(120)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.fixture(scope="module")
def server():
    with serving(FILES) as running:
        yield running


def whole(entry):
    """All files are there, byte for byte, and nothing besides."""
    folder = entry.folder()
    return {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


def empty(entry):
    return not entry.folder().exists() or not list(entry.folder().iterdir())


def test_a_data_set_comes_whole_with_progress_and_opens(server, monkeypatch):
    entry = entry_for(FILES, server.url())
    seen = []
    assert download(entry, Monitor(on_progress=seen.append)) == entry.folder()
    assert whole(entry)
    assert entry.is_present()
    total = sum(map(len, FILES.values()))
    assert entry.bytes_on_disk() == total
    assert (seen[-1].done, seen[-1].total, seen[-1].unit, seen[-1].fraction) == (total, total, "bytes", 1.0)
    monkeypatch.setitem(CATALOGUE, "mnist", entry)
    dataset = open_dataset("mnist")
    assert (dataset.name, dataset.shape) == ("MNIST", (10, 10))
    for mine, theirs in zip(
        four_arrays(),
        (dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, theirs)


def test_the_second_start_asks_nobody(server):
    entry = entry_for(FILES, server.url())
    download(entry)
    before = len(server.requests)
    download(entry)
    assert len(server.requests) == before


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "127.0.0.1: the server answered 404 Not Found"),
        ("broken", "the server answered 503"),
        ("wrong", "the checksum of train-images-idx3-ubyte.gz is wrong"),
        ("cut", "the connection broke off"),
        ("disconnect", "the connection broke off"),
        ("circle", "redirects in a circle"),
        ("endless", "it sends far more than the file is long"),
        ("boastful", "it announces far more than the file is long"),
        ("away", "it leads to an address that begins with neither http nor https"),
    ],
)
def test_a_bad_server_is_named_with_its_reason_and_nothing_is_left(server, kind, reason):
    entry = entry_for(FILES, server.url(kind))
    with pytest.raises(DataError, match=reason) as caught:
        download(entry)
    assert str(caught.value).startswith("MNIST could not be fetched (")
    assert empty(entry)
    assert not entry.is_present()
    assert not isinstance(caught.value, Cancelled)


@pytest.mark.parametrize("kind", ["missing", "wrong", "cut", "disconnect", "half"])
def test_the_next_mirror_steps_in(server, kind):
    entry = entry_for(FILES, server.url(kind), server.url())
    download(entry)
    assert whole(entry)


@pytest.mark.parametrize("kind", ["moved", "encoded", "unsized", "longer"])
def test_servers_that_are_only_odd(server, kind):
    entry = entry_for(FILES, server.url(kind))
    download(entry)
    assert whole(entry)


def test_a_mirror_of_the_house_is_asked_first_and_needs_no_slash(server):
    entry = entry_for(FILES, server.url("missing"))
    download(entry, mirrors=[server.url("house").rstrip("/")])
    assert whole(entry)
    assert server.requests[-4:] == [f"/house/{name}" for name in FILES]


def test_no_server():
    entry = entry_for(FILES, f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(DataError, match=r"127.0.0.1: no connection\). Is this computer connected to the network\?"):
        download(entry)
    assert empty(entry)


def test_no_network():
    with pytest.raises(DataError, match=r"no connection.*Is this computer connected"):
        download(find_entry("kmnist"))


def test_a_hanging_server_times_out_and_the_next_one_is_asked(monkeypatch):
    monkeypatch.setattr(fetching, "READ_TIMEOUT", 0.2)
    with serving(FILES) as server:
        entry = entry_for(FILES, server.url("hang"))
        with pytest.raises(DataError, match="no answer in time"):
            download(entry)
        monkeypatch.setattr(fetching, "READ_TIMEOUT", A_WHILE)
        entry = entry_for(FILES, server.url("silent"), server.url())
        download(entry)
        assert whole(entry)


@pytest.mark.parametrize("kind", ["trickle", "trickling-headers"])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up_for_the_next(monkeypatch, kind):
    monkeypatch.setattr(pace, "SLOW_SECONDS", 0.3)
    with serving(FILES) as server:
        with pytest.raises(DataError, match=r"it sends less than 1.0 kB a second"):
            download(entry_for(FILES, server.url(kind)))
        monkeypatch.setattr(pace, "SLOW_SECONDS", A_WHILE)
        entry = entry_for(FILES, server.url(kind), server.url())
        download(entry)
        assert whole(entry)


def test_a_download_may_take_so_long_and_not_longer(monkeypatch):
    monkeypatch.setattr(pace, "LONGEST_SECONDS", 0.3)
    with serving(FILES) as server, pytest.raises(DataError, match="it takes longer than 1 s"):
        download(entry_for(FILES, server.url("silent")))


def test_the_pace_of_a_server_by_the_clock():
    now = [0.0]
    watched = Pace(clock=lambda: now[0])
    for second in range(200):  # 5 kB a second, with a pause of 20 s
        now[0] = float(second)
        watched.check(5000 * (second if second < 100 else max(100, second - 20)))
    fast_once = Pace(clock=lambda: now[0])
    began = now[0]
    for second in range(30):  # a megabyte at once, then nearly nothing
        now[0] = began + second
        fast_once.check(1_000_000 + second)
    now[0] += 1
    with pytest.raises(MirrorError, match=r"less than 1.0 kB a second"):
        fast_once.check(1_000_030)
    uncounted = Pace(slowest=0, clock=lambda: now[0])
    began = now[0]
    now[0] = began + 3600
    uncounted.check(0)
    now[0] = began + 3601
    with pytest.raises(MirrorError, match=r"longer than 60 min"):
        uncounted.check(0)


@pytest.mark.parametrize("url", ["file:///etc/", "ftp://127.0.0.1/", "gopher://x/", "/etc/", "http://"])
def test_addresses_of_other_kinds_are_refused(url):
    with pytest.raises(DataError, match=r"could not be fetched .*address"):
        download(entry_for(FILES), mirrors=[url])


@pytest.mark.parametrize("kind", ["hang", "silent", "trickle", "trickling-headers"])
def test_cancel_acts_on_a_server_that_keeps_silent(kind, monkeypatch):
    is_hung_up = kind in ("hang", "trickle")  # at once, where an answer has begun; else the thread ends by itself
    monkeypatch.setattr(fetching, "READ_TIMEOUT", 100.0 if is_hung_up else 8.0)
    with serving(FILES) as server:
        entry = entry_for(FILES, server.url(kind))
        joined = []
        real = threading.Thread.join

        def join(self, timeout=None):
            joined.append((self.name, timeout))
            real(self, timeout)

        monkeypatch.setattr(threading.Thread, "join", join)
        with pytest.raises(Cancelled):
            download(entry, monitor=Monitor(server.hanging.is_set))
        assert joined == [("download", fetching._PATIENCE)]  # waited for half a second at most
        for thread in [t for t in threading.enumerate() if t.name == "download" and is_hung_up]:
            real(thread, 60)
            assert not thread.is_alive()
        assert not server.released.is_set()  # the server is still silent
        monkeypatch.undo()
    for thread in [t for t in threading.enumerate() if t.name == "download"]:
        thread.join(120)
    assert empty(entry)


def test_cancelled_before_it_starts(server):
    entry = entry_for(FILES, server.url())
    with pytest.raises(Cancelled):
        download(entry, monitor=Monitor(lambda: True))
    assert empty(entry)


def test_what_came_before_a_failure_is_not_fetched_again(server):
    half = entry_for(FILES, server.url("half"))
    with pytest.raises(DataError, match="404"):
        download(half)
    assert sorted(path.name for path in half.folder().iterdir()) == [n for n in sorted(FILES) if "train" in n]
    assert [file.name for file in half.missing_files()] == [n for n in FILES if "t10k" in n]
    before = len(server.requests)
    download(entry_for(FILES, server.url()))
    assert len(server.requests) == before + 2
    assert whole(half)


def test_a_crash_leaves_nothing_that_is_taken_for_a_file(server, monkeypatch):
    entry = entry_for(FILES, server.url())
    stale = entry.folder() / ".download-old"
    stale.mkdir(parents=True)
    (stale / next(iter(FILES))).write_bytes(b"half")
    os.utime(stale, (0, 0))
    assert not entry.is_present()
    download(entry)
    assert whole(entry)  # the old folder has gone, too


def test_a_full_disk(server, monkeypatch):
    entry = entry_for(FILES, server.url())
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=7))
    with pytest.raises(DataError, match=r"takes .* has only 7 bytes free"):
        download(entry)
    monkeypatch.undo()


def test_a_disk_that_fills_up_meanwhile(server, monkeypatch):
    entry = entry_for(FILES, server.url(), server.url("missing"))

    class Full:
        def __init__(self, *_):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "open", Full, raising=False)
    with pytest.raises(DataError, match=r"disk of .* is full") as caught:
        download(entry)
    assert entry.name in str(caught.value)
    assert empty(entry)


def test_a_folder_that_cannot_be_written(server, monkeypatch, tmp_path):
    entry = entry_for(FILES, server.url())
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(DataError, match="cannot be written: permission denied"):
        download(entry)
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path / "file" / "data"))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written"):
        download(entry)


def test_a_proxy_of_the_environment_is_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    entry = entry_for(FILES, "http://mirror.invalid/good/")
    download(entry)
    assert whole(entry)
    assert server.requests[-1].startswith("http://mirror.invalid/good/")
    entry.remove()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(DataError, match="the proxy did not let it through"):
        download(entry)


def table(**changes):
    images = np.concatenate(four_arrays()[::2]).reshape(N_TRAIN + N_TEST, -1).astype(float)
    labels = np.concatenate(four_arrays()[1::2]).astype(str).astype(object)
    return SimpleNamespace(**{"data": images, "target": labels, **changes})


def openml(monkeypatch, answer):
    calls = []

    def fetch_openml(name, **options):
        calls.append((name, options))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch_openml)
    return calls


def test_openml_is_the_last_mirror_and_gives_the_same_data(server, monkeypatch):
    calls = openml(monkeypatch, table())
    entry = entry_for(FILES, server.url("missing"), openml="mnist_784")
    seen = []
    download(entry, Monitor(on_progress=seen.append))
    assert calls[0][0] == "mnist_784"
    monkeypatch.setitem(CATALOGUE, "mnist", entry)
    dataset = open_dataset("mnist")
    np.testing.assert_array_equal(dataset.train_images, four_arrays()[0])
    np.testing.assert_array_equal(dataset.test_labels, four_arrays()[3])
    assert sorted(path.name for path in entry.folder().iterdir()) == sorted(FILES)
    assert seen[-1].fraction == 1


def test_openml_is_checked_against_the_checksums_of_the_arrays(monkeypatch, server):
    digests = tuple(map(sha256_of, four_arrays()))
    entry = entry_for(FILES, server.url("missing"), openml="mnist_784", openml_sha256=digests)
    openml(monkeypatch, table())
    download(entry)
    for changed in (table(data=table().data[::-1]), table(target=table().target[::-1]), one_pixel_brighter()):
        entry.remove()
        openml(monkeypatch, changed)
        with pytest.raises(DataError, match=r"openml.org: it sends other images or classes than the published ones"):
            download(entry)
        assert empty(entry)


def one_pixel_brighter():
    data = table().data.copy()
    data[3, 44] = 255 - data[3, 44]
    return table(data=data)


def test_the_checksums_of_openml_are_those_of_the_real_mnist(mnist_folder):
    entry = CATALOGUE["mnist"]
    parts = [read_idx(mnist_folder / file.name) for file in entry.files]
    assert tuple(map(sha256_of, parts)) == entry.openml_sha256


def test_openml_is_not_asked_while_a_mirror_works(server, monkeypatch):
    calls = openml(monkeypatch, table())
    download(entry_for(FILES, server.url(), openml="mnist_784"))
    assert calls == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (URLError("no route"), "openml.org: no connection"),
        (HTTPError("http://x", 404, "gone", None, None), "openml.org: the server answered 404"),
        (ConnectionResetError(104, "reset"), "openml.org: the connection broke off"),
        (ValueError("what"), "openml.org: it sends something unexpected"),
        (table(data=np.zeros((3, 100))), "3 x 100 values instead of 52 x 100"),
        (table(data=np.full((52, 100), 300.0)), "no grey levels"),
        (table(target=np.full(52, "cat", object)), "something else than images"),
        (OSError(errno.ENOSPC, "No space left"), "disk of .* is full"),
    ],
)
def test_openml_fails(server, monkeypatch, answer, reason):
    openml(monkeypatch, answer)
    entry = entry_for(FILES, server.url("missing"), openml="mnist_784")
    with pytest.raises(DataError, match=reason):
        download(entry)
    assert empty(entry)
    if isinstance(answer, HTTPError):
        answer.close()


def test_remove_takes_the_files_only(server):
    entry = entry_for(FILES, server.url())
    download(entry)
    (entry.folder() / "notes.txt").write_text("mine")
    entry.remove()
    assert [path.name for path in entry.folder().iterdir()] == ["notes.txt"]
    assert entry.bytes_on_disk() == 0
    entry.remove()  # again is no error


def test_a_set_that_is_not_here_is_told_with_the_command_that_gets_it():
    for name in CATALOGUE:
        with pytest.raises(DataError, match=f"dae-studio data get {name}$"):
            open_dataset(name)
    with pytest.raises(DataError, match='no data set "letters"; there are mnist, fashion-mnist, kmnist'):
        find_entry("letters")


def test_one_missing_file_is_named(server, monkeypatch):
    entry = entry_for(FILES, server.url())
    download(entry)
    (entry.folder() / "t10k-labels-idx1-ubyte.gz").unlink()
    monkeypatch.setitem(CATALOGUE, "mnist", entry)
    with pytest.raises(DataError, match=r"not whole \(t10k-labels-idx1-ubyte.gz is missing\)"):
        open_dataset("mnist")


def test_the_catalogue_has_the_published_checksums(mnist_folder):
    files = {file.name: file for file in CATALOGUE["mnist"].files}
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        data = (mnist_folder / name).read_bytes()
        assert files[name].md5 == hashlib.md5(data, usedforsecurity=False).hexdigest()
        assert files[name].bytes == len(data)


def test_real_files_travel_unchanged(mnist_folder, monkeypatch):
    files = {file.name: (mnist_folder / file.name).read_bytes() for file in CATALOGUE["mnist"].files}
    with serving(files) as server:
        entry = entry_for(files, server.url(), n_train=60_000, n_test=10_000, shape=(28, 28))
        download(entry)
        monkeypatch.setitem(CATALOGUE, "mnist", entry)
        assert open_dataset("mnist").fingerprint() == open_dataset(mnist_folder).fingerprint()
