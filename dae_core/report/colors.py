"""The few colours of a report, which is read on white paper: the same in HTML, in PDF and in its drawings."""

INK, FAINT = "#1b1f27", "#4b5563"
RULE, FAINT_RULE = "#c9ced6", "#e3e6eb"
CODE_GROUND = "#f4f5f7"
ACCENT, ACCENT_GROUND = "#2563c9", "#f3f6fc"
