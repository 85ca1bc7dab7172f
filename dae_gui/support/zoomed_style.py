"""The style of the widgets at another scale: what it draws beside letters grows with them."""

from __future__ import annotations

from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QWidget

_Metric = QStyle.PixelMetric
_SCALED = frozenset(
    {
        _Metric.PM_IndicatorWidth,
        _Metric.PM_IndicatorHeight,
        _Metric.PM_ExclusiveIndicatorWidth,
        _Metric.PM_ExclusiveIndicatorHeight,
        _Metric.PM_CheckBoxLabelSpacing,
        _Metric.PM_RadioButtonLabelSpacing,
        _Metric.PM_SmallIconSize,
        _Metric.PM_ButtonIconSize,
        _Metric.PM_TabBarIconSize,
        _Metric.PM_TitleBarButtonIconSize,
        _Metric.PM_MessageBoxIconSize,
        _Metric.PM_MenuButtonIndicator,
        _Metric.PM_ScrollBarExtent,
        _Metric.PM_ScrollBarSliderMin,
        _Metric.PM_SliderThickness,
        _Metric.PM_SliderControlThickness,
        _Metric.PM_SliderLength,
        _Metric.PM_SplitterWidth,
        _Metric.PM_ButtonMargin,
        _Metric.PM_HeaderMargin,
        _Metric.PM_DockWidgetTitleMargin,
        _Metric.PM_TabBarTabHSpace,
        _Metric.PM_TabBarTabVSpace,
        _Metric.PM_LayoutHorizontalSpacing,
        _Metric.PM_LayoutVerticalSpacing,
    }
)


class ZoomedStyle(QProxyStyle):
    """Fusion with some of its measures multiplied by a factor.

    It is in force only while the scale is not the usual one: a question for a measure takes 10 µs more in Python, and
    there are 1,000 in painting a whole window.
    """

    def __init__(self, factor: float) -> None:
        super().__init__("Fusion")
        self.setObjectName("fusion")  # as which it is known where a style is chosen
        self._factor = factor

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Return a measure in pixels."""
        value: int = super().pixelMetric(metric, option, widget)
        return round(value * self._factor) if metric in _SCALED and value > 0 else value
