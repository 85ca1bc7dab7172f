"""The report on a run: measured, put into words, and written as one HTML file."""

from dae_core.report.compose import compose
from dae_core.report.curves import Curves
from dae_core.report.document import Document
from dae_core.report.measurements import Measured, ReportInput, measure
from dae_core.report.web_page import html

__all__ = ["Curves", "Document", "Measured", "ReportInput", "compose", "html", "measure"]
