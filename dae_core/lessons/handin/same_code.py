"""Two programs compared without what is quickly changed: names, layout, comments and descriptions."""

from __future__ import annotations

import io
import keyword
import tokenize

_LAYOUT = frozenset(
    (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT)
)
_KEPT = frozenset(("np", "numpy"))  # names that say what is computed


def essence(source: str) -> str:
    """Return what is left of a Python text; the same for two texts that differ only in trivial things.

    Names are numbered as they appear. A text that Python cannot take apart loses its spaces only.
    """
    numbers: dict[str, str] = {}
    words: list[str] = []
    statement: list[str] = []
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NEWLINE:
                if not _says_nothing(statement):
                    words += [*statement, ";"]
                statement, before = [], ""
            elif token.type not in _LAYOUT:
                is_name = token.type == tokenize.NAME and before != "."
                is_own = is_name and not keyword.iskeyword(token.string) and token.string not in _KEPT
                word = numbers.setdefault(token.string, f"v{len(numbers)}") if is_own else token.string
                statement.append(word)
                before = token.string
    except (tokenize.TokenError, SyntaxError):  # the second one: IndentationError
        return "".join(source.split())
    return " ".join(words + statement)


def _says_nothing(statement: list[str]) -> bool:
    """Whether a statement is a text alone, or an import."""
    if len(statement) == 1:
        return statement[0].lstrip("rRbBuUfF")[:1] in ("'", '"')
    return statement[:1] in (["import"], ["from"])
