"""A report as one HTML file that needs nothing else: pictures and curves are inside, and nothing is loaded or run."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from dae_core.report.document import Block, Document, Paragraph, Picture, Plot, Table

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1b1f27; background: #fff;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin-bottom: 0; }
h2 { font-size: 1.2rem; border-bottom: 1px solid #c9ced6; padding-bottom: .2rem; margin-top: 2.2rem;
  break-after: avoid; }
.subtitle, .note, figcaption, caption { color: #4b5563; }
.note, figcaption, caption { font-size: .875rem; }
figure { margin: 1.2rem 0; break-inside: avoid; }
figure img, figure svg { max-width: 100%; height: auto; display: block; }
figure img { image-rendering: pixelated; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem; break-inside: avoid; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #e3e6eb; vertical-align: top; }
table.numbers th:not(:first-child), table.numbers td:not(:first-child) { text-align: right;
  font-variant-numeric: tabular-nums; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { margin-top: 1.4rem; } }
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
    ]
    for section in document.sections:
        parts.append("<section>")
        parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += [_block(block) for block in section.blocks]
        parts.append("</section>")
    return "\n".join([*parts, "</body>", "</html>", ""])


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        kind = ' class="note"' if block.is_note else ""
        return f"<p{kind}>{escape(block.text)}</p>"
    if isinstance(block, Table):
        return _table(block)
    caption = f"<figcaption>{escape(block.caption)}</figcaption>"
    if isinstance(block, Plot):
        return f"<figure>{block.svg}{caption}</figure>"
    return f"<figure>{_image(block)}{caption}</figure>"


def _image(picture: Picture) -> str:
    code = b64encode(picture.png).decode("ascii")
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img {size} alt="{escape(picture.caption)}" src="data:image/png;base64,{code}">'


def _table(table: Table) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = ""
    if table.head:
        cells = "".join(f'<th scope="col">{escape(text)}</th>' for text in table.head)
        head = f"<thead><tr>{cells}</tr></thead>"
    rows = []
    for row in table.rows:
        first, *others = (escape(text) for text in row)
        rows.append(f'<tr><th scope="row">{first}</th>{"".join(f"<td>{text}</td>" for text in others)}</tr>')
    kind = ' class="numbers"' if table.is_numeric else ""
    return f"<table{kind}>{caption}{head}<tbody>{''.join(rows)}</tbody></table>"
