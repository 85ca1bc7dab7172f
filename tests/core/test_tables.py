"""Tables of text, however they are written: separators, quotes, headers, encodings, comments, and what can be wrong."""

import gzip
import tracemalloc
from contextlib import suppress
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.datasets import DataError
from dae_core.datasets.tables.table import read_table
from dae_core.datasets.tables.text_lines import known_text_kind
from dae_core.jobs import Cancelled, Monitor

RNG = np.random.default_rng(8)
LEVELS = RNG.integers(0, 256, (30, 17))
SHARES = np.column_stack([LEVELS[:, :1], (LEVELS[:, 1:] / 255).round(4)])
NAMES = ["label", *(f"pixel{n}" for n in range(16))]


def line(cells, separator=",", decimal=".", quote="", trailing=""):
    written = [quote + str(cell).replace(".", decimal) + quote for cell in cells]
    return separator.join(written) + trailing


def text(rows, names=None, end="\n", **dialect):
    return "".join(line(cells, **dialect) + end for cells in ([names] if names else []) + rows.tolist())


def whole(table):
    return table.numbers(np.arange(table.width))


def read(path, content, encoding="utf-8"):
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_table(path)


def rows_of_words(kinds, start=0):
    words = np.array(["cat", "dog", "ä b"])[np.arange(start, start + kinds) % 3]
    return np.column_stack([words, RNG.integers(0, 256, (kinds, 4)).astype(str)])


@pytest.mark.parametrize("separator", [",", ";", "|", "\t", " ", ", ", " ; ", "   "])
@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize("names", [None, NAMES])
def test_separators_quotes_and_headers(tmp_path, separator, quote, names):
    table = read(tmp_path / "a.csv", text(LEVELS, names, separator=separator, quote=quote))
    np.testing.assert_array_equal(whole(table), LEVELS)
    assert (table.levels.dtype, table.names, dict(table.texts)) == (np.uint8, tuple(names or ()), {})


@pytest.mark.parametrize("separator", [";", "\t", " ", "; "])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("names", [None, NAMES])
def test_decimal_commas(tmp_path, separator, quote, names):
    written = text(SHARES, names, separator=separator, decimal=",", quote=quote)
    np.testing.assert_array_equal(whole(read(tmp_path / "a.csv", written)), SHARES.astype(np.float32))


def test_decimal_commas_that_come_late(tmp_path):
    assert whole(read(tmp_path / "a.csv", "0;0,5\n1;1\n")).tolist() == [[0, 0.5], [1, 1]]
    rows = np.vstack([np.repeat(LEVELS, 40, axis=0), SHARES])
    table = read(tmp_path / "a.csv", "".join(";".join(f"{v:g}".replace(".", ",") for v in r) + "\n" for r in rows))
    np.testing.assert_array_equal(whole(table), rows.astype(np.float32))


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n\n", "\x1a", ",,,\n"])
def test_encodings_and_line_ends(tmp_path, encoding, end, last):
    names = ["étiquette", *NAMES[1:]]
    written = text(LEVELS, names, end).removesuffix(end) + last.replace("\n", end)
    table = read(tmp_path / "a.csv", written if last != ",,,\n" else text(LEVELS, names, end) + last, encoding)
    np.testing.assert_array_equal(whole(table), LEVELS)
    assert table.names == tuple(names)


@pytest.mark.parametrize("name", ["a.tsv", "a.txt", "a.csv.gz", "a.tsv.gz", "a.csv", "a"])
def test_packed_under_any_name(tmp_path, name):
    np.testing.assert_array_equal(whole(read(tmp_path / name, gzip.compress(text(LEVELS, NAMES).encode()))), LEVELS)


@pytest.mark.parametrize("mark", ["#", "%", "//", "  # "])
def test_comments_before_and_between_and_blank_lines(tmp_path, mark):
    lines = text(LEVELS, NAMES).splitlines()
    lines[5:5] = ["", f"{mark} the next rows are from another day", "   "]
    table = read(tmp_path / "a.csv", "\n".join([f"{mark} exported by R", "", *lines]))
    np.testing.assert_array_equal(whole(table), LEVELS)
    assert table.names == tuple(NAMES)


def test_names_in_a_comment_and_a_separator_for_excel(tmp_path):
    assert read(tmp_path / "a.csv", "# made by savetxt\n# " + text(LEVELS, NAMES)).names == tuple(NAMES)
    assert read(tmp_path / "a.csv", "# made by savetxt\n" + text(LEVELS)).names == ()
    assert read(tmp_path / "a.csv", "sep=;\r\n" + text(LEVELS, NAMES, separator=";")).names == tuple(NAMES)


@pytest.mark.parametrize("title", ["My digits", "My digits, by hand\n2020-02-02", '"Digits; all of them"'])
@pytest.mark.parametrize("names", [None, NAMES])
@pytest.mark.parametrize("separator", [",", ";", " "])
def test_titles_before_the_header(tmp_path, title, names, separator):
    table = read(tmp_path / "a.csv", title + "\n\n" + text(LEVELS, names, separator=separator))
    np.testing.assert_array_equal(whole(table), LEVELS)
    assert table.names == tuple(names or ())


@pytest.mark.parametrize("in_header", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_trailing_separators(tmp_path, in_header, count):
    head = line(NAMES, trailing="," * count * in_header) + "\n"
    if count == 1 or in_header:
        table = read(tmp_path / "a.csv", head + text(LEVELS, trailing="," * count))
        assert table.names == tuple(NAMES)
        np.testing.assert_array_equal(whole(table), LEVELS)
    np.testing.assert_array_equal(whole(read(tmp_path / "a.csv", text(LEVELS, trailing="," * count))), LEVELS)
    if in_header and count == 1:
        assert read(tmp_path / "a.csv", head + text(LEVELS)).names == tuple(NAMES)


COUNTED = [str(n) for n in range(17)]


@pytest.mark.parametrize(
    "names",
    [
        COUNTED,
        [str(n) for n in range(1, 18)],
        [f"{n}.0" for n in range(17)],
        ["", *COUNTED[:-1]],
        ["label", *COUNTED[:-1]],
        [*COUNTED[:-1], "label"],
        sorted(COUNTED),
        ["7", "0", *(f"0.{n}" for n in range(1, 16))],  # pandas took the first image for names
        ["7", "0", "12", *(f"0.{n}" for n in range(1, 13)), "12.1", "12.2"],
    ],
)
def test_a_header_of_numbers_is_told_from_an_image(tmp_path, names):
    table = read(tmp_path / "a.csv", text(LEVELS, names))
    assert table.names == tuple(names)
    np.testing.assert_array_equal(whole(table), LEVELS)


def test_a_header_of_quoted_numbers(tmp_path):
    names = [str(n) for n in LEVELS[0]]
    table = read(tmp_path / "a.csv", line(names, quote='"') + "\n" + text(LEVELS))
    assert table.names == tuple(names)
    assert len(table) == 30


@pytest.mark.parametrize("first", [np.zeros(17, int), np.arange(17)[::-1], LEVELS[3]])
def test_an_image_is_no_header(tmp_path, first):
    assert len(read(tmp_path / "a.csv", text(np.vstack([first, LEVELS])))) == 31


def test_images_that_all_count_are_no_header(tmp_path):
    ramps = np.add.outer(np.arange(30), np.arange(17))
    assert len(read(tmp_path / "a.csv", text(ramps))) == 30


def test_names_of_rows_as_r_writes_them(tmp_path):
    rows = "".join(f'"{n}" {line(cells, " ")}\n' for n, cells in enumerate(LEVELS.tolist(), 1))
    table = read(tmp_path / "a.txt", line(NAMES, " ", quote='"') + "\n" + rows)
    assert table.names == ("", *NAMES)
    np.testing.assert_array_equal(table.column(0), np.arange(1, 31))


def test_numbers_in_all_notations(tmp_path):
    table = read(tmp_path / "a.csv", "1e1,+2,.5,3.,-4E-1\n 1.0E+01 ,2.0,0.5,3,-0.4\n")
    np.testing.assert_array_equal(whole(table), np.float32([[10, 2, 0.5, 3, -0.4]] * 2))
    np.testing.assert_array_equal(
        whole(read(tmp_path / "a.csv", text(SHARES.astype(float)))), SHARES.astype(np.float32)
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_words_and_numbers(tmp_path, separator):
    rows = rows_of_words(50)
    table = read(tmp_path / "a.csv", text(rows, ["name", "a", "b", "c", "d"], separator=separator))
    assert table.texts[0].tolist() == rows[:, 0].tolist()
    assert table.levels.dtype == np.uint8
    np.testing.assert_array_equal(table.numbers(np.arange(1, 5)), rows[:, 1:].astype(int))


def test_words_in_quotes_hold_separators_and_quotes(tmp_path):
    table = read(tmp_path / "a.csv", '"a, b",1,2,3,4\n"say ""c""",5,6,7,8\n plain ,1,2,3,4\n')
    assert table.texts[0].tolist() == ["a, b", 'say "c"', "plain"]
    table = read(tmp_path / "a.csv", "a,b;1,5;2\nc.d;0,5;3\n")
    assert table.texts[0].tolist() == ["a,b", "c.d"]


def test_words_that_come_late_and_a_large_index(tmp_path):
    digits = np.column_stack([np.arange(4000) % 10, np.arange(4000) + 100_000, RNG.integers(0, 256, (4000, 200))])
    letters = digits.astype(str)
    letters[3000:, 0] = "A"
    table = read(tmp_path / "a.csv", text(letters))
    assert table.texts[0].tolist() == letters[:, 0].tolist()
    assert table.levels.dtype == np.uint8
    np.testing.assert_array_equal(table.column(1), digits[:, 1])
    np.testing.assert_array_equal(table.numbers(np.arange(1, 202)), digits[:, 1:])


def test_some_blocks_of_bytes_and_some_of_real_numbers(tmp_path):
    rows = np.vstack([np.repeat(LEVELS.astype(float), 1000, axis=0), SHARES])
    table = read(tmp_path / "a.csv", "".join(",".join(f"{v:g}" for v in r) + "\n" for r in rows.tolist()))
    np.testing.assert_array_equal(whole(table), rows.astype(np.float32))
    large = np.column_stack([np.arange(20) + 2**24 + 1] * 12)
    assert (whole(read(tmp_path / "b.csv", text(large))) == large).all()


def test_columns_that_are_not_consecutive(tmp_path):
    table = read(tmp_path / "a.csv", text(SHARES))
    np.testing.assert_array_equal(table.numbers(np.array([5, 3])), SHARES[:, [5, 3]].astype(np.float32))


@pytest.mark.parametrize("head", ["emotion,pixels,Usage\n", ""])
@pytest.mark.parametrize(("before", "between", "after"), [("", " ", ""), ('"', " ", '"'), ('"[', ", ", ']"')])
def test_images_in_one_cell(tmp_path, head, before, between, after):
    rows = [
        f"{cells[0]},{before}{between.join(map(str, cells[1:]))}{after},{'Training' if n % 3 else 'PublicTest'}\n"
        for n, cells in enumerate(LEVELS.tolist())
    ]
    table = read(tmp_path / "a.csv", head + "".join(rows))
    np.testing.assert_array_equal(table.numbers(np.arange(17)), LEVELS)
    assert table.texts[17][:2].tolist() == ["PublicTest", "Training"]
    assert table.names == (("emotion", *(f"pixels {n}" for n in range(16)), "Usage") if head else ())
    only = "".join(f"{cells[0]},{before}{between.join(map(str, cells[1:]))}{after}\n" for cells in LEVELS.tolist())
    np.testing.assert_array_equal(whole(read(tmp_path / "a.csv", only)), LEVELS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no images"),
        ("\n\n", "no images"),
        ("label,a,b\n", "no images"),
        ("# 1,2,3,4\n" * 3, "no images"),
        ("1,2,3,4,5\n1,2,3,4\n", "line 2 has 4 values and the first 5"),
        ("# x\n1,2,3,4,5\n\n1,2,3,4,5\n1,2,3,4,5,6\n", "line 5 has 6 values and the first 5"),
        ('1,2,3,4,5\n1,2,"3,4,5\n', "line 2 has 3 values and the first 5"),
        ("1,2\n1,2,3,4,5\n1,2,3,4,5\n", "line 2 has 5 values and the first 2"),
        (("1" + "," * 50 + "2\n") * 3, "line 1 has no value in column 2"),
        ("a,b,c,d\n1,2\n3,4\n", "line 2 has 2 values and the first 4"),
        ('1,2\n"' + "7" * 200_000 + '",2\n', "field larger than field limit .*, between the lines 1 and 2"),
        ("\0\1\2\xff", "bytes of zero"),
        ("1," * 600_000, "line 1 is too long"),
        (",".join("abc" * 20) + "\n" + ",".join("def" * 20), "line 1 holds"),
        (b"\x1f\x8b" + b"0" * 100, "damaged"),
        (gzip.compress(b"1,2\n3,4\n" * 99, mtime=0)[:-20], "cut off"),
        (gzip.compress(b"7" * 3_000_000, mtime=0), "line 1 is too long"),
        ("5 153:0.0117 154:0.07\n", "a sparse table"),
        ("% c\n\n@RELATION mnist\n@ATTRIBUTE p REAL\n@DATA\n0\n", "Weka"),
        ("<!DOCTYPE html><p>404", "a web page"),
        ("[[0, 1]]", "JSON"),
    ],
)
def test_wrong_content(tmp_path, content, reason):
    path = tmp_path / "näme.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
    with pytest.raises(DataError, match=reason) as caught:
        read_table(path)
    assert "näme.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("1,2,3,4,5\n1,2,x,4,5\n", 'line 2 holds "x", which is no number, in column 3'),
        ("a,b,c,d,e\n1,2,3,4,5\n1,2,,4,5\n", 'line 3 has no value in column "c"'),
        ("a,b,c,d,e\n1,2,3,4,5\n1,2,NA,4,5\n", 'line 3 holds "NA", which is no number, in column "c"'),
        ("1,2,3,4,5\n1,2,3,4,5\n# c\n1,2,3,4,nan\n", 'line 4 holds "nan"'),
        ("1,2,3,4,1e999\n1,2,3,4,5\n", 'line 1 holds "1e999"'),
        ("a;b;c\n0;0,5;1\n0;0.5;1\n", 'line 3 holds "0.5", which is no number, in column "b"'),
    ],
)
def test_cells_that_are_no_numbers_are_named_where_numbers_are_needed(tmp_path, content, reason):
    table = read(tmp_path / "a.csv", content)
    with pytest.raises(DataError, match=reason):
        whole(table)


def test_kinds_of_text():
    assert known_text_kind(b"1,2,3\n") is None
    assert known_text_kind(b"1 2 3\n") is None
    assert known_text_kind(b"5 153:0.1 154:0.7") is not None
    assert known_text_kind(b"%\n\n" * 1000 + b"x") is None


def test_limit_of_what_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("dae_core.datasets.tables.text_lines.MOST_BYTES", 3_000_000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((b"0," * 199 + b"0\n") * 20_000))
    tracemalloc.start()
    with pytest.raises(DataError, match="more than 3,000,000 bytes when it is unpacked"):
        read_table(path)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_memory_is_little_more_than_the_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(RNG.integers(0, 256, (100, 5000))) * 20)
    tracemalloc.start()
    table = read_table(path)
    assert tracemalloc.get_traced_memory()[1] < table.levels.nbytes * 2 + 30_000_000
    tracemalloc.stop()


def test_cancel_and_progress(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text(np.repeat(LEVELS, 2000, axis=0)))
    seen = []
    read_table(path, Monitor(on_progress=seen.append))
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (path.stat().st_size, path.stat().st_size, "bytes")
    calls = iter([False])
    with pytest.raises(Cancelled):
        read_table(path, Monitor(lambda: next(calls, True)))


def test_a_single_column_of_fractions_with_commas_under_names_between_blanks(tmp_path):
    (tmp_path / "a.csv").write_text("a b c d\n1 0 0 0,5\n2 0 0 0,0\n")
    table = read_table(tmp_path / "a.csv")
    assert table.names == ("a", "b", "c", "d")
    assert list(table.column(3)) == [0.5, 0.0]


DIALECTS = [
    {"separator": separator, "decimal": decimal, "quote": quote, "trailing": trailing * separator, "end": end}
    for separator, decimal, quote, trailing, end in product(
        (",", ";", "\t", " ", ", "), ".,", ("", '"'), (0, 1), ("\n", "\r\n", "\r")
    )
    if not (decimal == "," and "," in separator) and not (trailing and separator == " ")
]


@settings(max_examples=300, deadline=None)
@given(
    rows=st.integers(2, 7).flatmap(
        lambda columns: st.lists(
            st.lists(
                st.one_of(st.integers(0, 255), st.integers(-(10**9), 10**9), st.floats(-(2.0**90), 2.0**90, width=32)),
                min_size=columns,
                max_size=columns,
            ),
            min_size=1,
            max_size=8,
        )
    ),
    dialect=st.sampled_from(DIALECTS),
    encoding=st.sampled_from(ENCODINGS),
    named=st.booleans(),
    packed=st.booleans(),
)
def test_any_table_in_any_dialect_comes_back_equal(tmp_path_factory, rows, dialect, encoding, named, packed):
    if dialect["decimal"] == "," and dialect["separator"] == " " and (not named or len(rows[0]) == 2):
        rows = [[float(cell) for cell in row] for row in rows]  # or "1 0,5" may be two columns of a comma's
    names = [f"größe {n}" if dialect["quote"] else f"größe{n}" for n in range(len(rows[0]))] if named else None
    content = "".join(
        line(cells, dialect["separator"], dialect["decimal"], dialect["quote"], dialect["trailing"]) + dialect["end"]
        for cells in ([names] if names else []) + rows
    ).encode(encoding)
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    table = read_table(path)
    assert table.names == tuple(names or ())
    np.testing.assert_array_equal(
        np.stack([table.column(n) for n in range(table.width)], axis=1), np.array(rows, float)
    )


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="0123456789.,;\t\n\r-eEnaif \"'#%/\ufeff\x1f\0é", max_size=120))
def test_any_text_is_a_table_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "text.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with suppress(DataError):
        table = read_table(path)
        assert len(table) > 0
        assert not table.names or len(table.names) == table.width
