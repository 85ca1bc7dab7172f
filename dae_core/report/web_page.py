"""A report as one HTML file that needs nothing else: pictures and curves are inside, and nothing is loaded or run."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from dae_core.report.document import (
    Block,
    Document,
    Listing,
    Paragraph,
    Picture,
    Plot,
    RuledSpace,
    SideBySide,
    Table,
    Tiles,
    UserWords,
)
from dae_core.report.topics import OWN_WORDS

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1b1f27; background: #fff;
  max-width: 48rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin-bottom: 0; }
h2 { font-size: 1.2rem; border-bottom: 1px solid #c9ced6; padding-bottom: .2rem; margin-top: 2.2rem;
  break-after: avoid; }
.subtitle, .note, figcaption, caption, dt, footer { color: #4b5563; }
.note, figcaption, caption, dt, footer { font-size: .875rem; }
figure { margin: 1.2rem 0; break-inside: avoid; }
figure img, figure svg { max-width: 100%; height: auto; display: block; }
figure img { image-rendering: pixelated; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem; break-inside: avoid; overflow-wrap: normal; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #e3e6eb; vertical-align: top; }
tbody th { font-weight: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: 1rem 0; }
dl > div { display: flex; flex-direction: column-reverse; }
dd { margin: 0; }
dl.tiles dd { font-size: 1.4rem; font-weight: 600; line-height: 1.3; }
.beside { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: flex-start; break-inside: avoid; }
.beside > * { flex: 1 1 16rem; min-width: 0; }
.words { border-left: .25rem solid #2563c9; background: #f3f6fc; margin: 1.2rem 0; padding: .6rem 1rem; }
.words p { margin: 0; white-space: pre-wrap; unicode-bidi: plaintext; }
.words .label { color: #2563c9; font-size: .8rem; font-weight: 600; }
.code { background: #f4f5f7; margin: 1.2rem 0; padding: .6rem 1rem; }
.code figcaption { font-weight: 600; padding-bottom: .4rem; }
.code pre { font: .8rem/1.45 "DejaVu Sans Mono", ui-monospace, Consolas, monospace; margin: 0; white-space: pre-wrap;
  direction: ltr; unicode-bidi: isolate; }
.ruled { margin: 1.2rem 0; break-inside: avoid; }
.ruled div { border-bottom: 1px solid #c9ced6; height: 1.9rem; }
footer { border-top: 1px solid #c9ced6; margin-top: 2.2rem; padding-top: .4rem; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { margin-top: 1.4rem; }
  .beside { flex-wrap: nowrap; } @page { size: A4; margin: 18mm; } }
""".strip()
# For any reader of the file: nothing may be fetched or run, whatever names the data set and the settings have.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def html(document: Document) -> str:
    """Return the contents of the file; all texts are escaped."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(document.title)}</title>",
        f"<style>\n{_STYLE}\n</style>",
        "</head>",
        "<body>",
        f"<h1>{escape(document.title)}</h1>",
        f'<p class="subtitle">{escape(document.subtitle)}</p>',
        _pairs([(value, name) for name, value in document.facts], "facts"),
    ]
    for section in document.sections:
        parts.append("<section>")
        parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += [_block(block) for block in section.blocks]
        parts.append("</section>")
    return "\n".join([*parts, f"<footer>{escape(document.foot)}</footer>", "</body>", "</html>", ""])


def _block(block: Block) -> str:
    match block:
        case SideBySide():
            return f'<div class="beside">{"".join(map(_block, block.blocks))}</div>'
        case Paragraph():
            kind = ' class="note"' if block.is_note else ""
            return f"<p{kind}>{escape(block.text)}</p>"
        case UserWords():
            return f'<div class="words"><p class="label">{OWN_WORDS}</p><p dir="auto">{escape(block.text)}</p></div>'
        case Listing():
            caption, text = escape(block.title), escape(block.text)
            return f'<figure class="code"><figcaption>{caption}</figcaption><pre><code>{text}</code></pre></figure>'
        case RuledSpace():
            return f'<div class="ruled">{"<div></div>" * block.lines}</div>'
        case Tiles():
            return _pairs(block.items, "tiles")
        case Table():
            return _table(block)
        case Plot():
            return f"<figure>{block.svg}<figcaption>{escape(block.caption)}</figcaption></figure>"
        case Picture():
            return f"<figure>{_image(block)}<figcaption>{escape(block.caption)}</figcaption></figure>"


def _pairs(items: list[tuple[str, str]] | tuple[tuple[str, str], ...], kind: str) -> str:
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for value, name in items)
    return f'<dl class="{kind}">{shown}</dl>'


def _image(picture: Picture) -> str:
    code = b64encode(picture.png).decode("ascii")
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img {size} alt="{escape(picture.caption)}" src="data:image/png;base64,{code}">'


def _table(table: Table) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    kinds = [' class="number"' if is_number else "" for is_number in table.numeric]
    head = ""
    if table.head:
        cells = "".join(
            f'<th scope="col"{kind}>{escape(text)}</th>' for text, kind in zip(table.head, kinds, strict=True)
        )
        head = f"<thead><tr>{cells}</tr></thead>"
    rows = []
    for row in table.rows:
        first, *others = (escape(text) for text in row)
        cells = "".join(f"<td{kind}>{text}</td>" for text, kind in zip(others, kinds[1:], strict=True))
        rows.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return f"<table>{caption}{head}<tbody>{''.join(rows)}</tbody></table>"
