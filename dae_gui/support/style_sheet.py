"""How controls, tables, docks and tooltips look: one style sheet, filled in with the colours of a theme.

It names classes, not single widgets. What draws itself (plots, pictures, the canvas) is not touched by it, and is
painted as fast as without it.
"""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from dae_gui.support.style_pictures import picture

if TYPE_CHECKING:
    from dae_gui.support.theme import Theme

# What is drawn inside controls: its name in the sheet, the drawing, and the colour of the theme.
_PICTURES = {
    "down": ("down", "text"),
    "up": ("up", "text"),
    "right": ("right", "text"),
    "left": ("left", "text"),
    "down_off": ("down", "hairline"),
    "up_off": ("up", "hairline"),
    "left_off": ("left", "hairline"),
    "right_off": ("right", "hairline"),
    "tick": ("tick", "accent_text"),
    "tick_off": ("tick", "faint_text"),
    "partly": ("partly", "accent_text"),
    "dot": ("dot", "accent_text"),
    "close": ("close", "faint_text"),
    "float": ("float", "faint_text"),
    "blank": ("blank", "faint_text"),
    "grip_across": ("grip-across", "border"),
    "grip_along": ("grip-along", "border"),
    "grip_across_on": ("grip-across", "accent"),
    "grip_along_on": ("grip-along", "accent"),
}


def style_sheet(theme: Theme) -> str:
    """Return the style sheet in the colours of a theme."""
    colors = asdict(theme)
    pictures = {name: f'url("{picture(drawing, colors[color])}")' for name, (drawing, color) in _PICTURES.items()}
    return _SHEET.substitute({name: value for name, value in colors.items() if name != "is_dark"}, **pictures)


_SHEET = Template("""
/* The window, and the docks as cards on its ground */
QMainWindow, QMenuBar, QStatusBar, QToolBar { background: $ground; }
QMainWindow::separator { background: transparent; width: 6px; height: 6px; }
QMainWindow::separator:horizontal { image: $grip_across; }
QMainWindow::separator:vertical { image: $grip_along; }
QMainWindow::separator:horizontal:hover { image: $grip_across_on; }
QMainWindow::separator:vertical:hover { image: $grip_along_on; }
QSplitter::handle:horizontal { width: 8px; image: $grip_along; }
QSplitter::handle:vertical { height: 8px; image: $grip_across; }
QSplitter::handle:horizontal:hover { image: $grip_along_on; }
QSplitter::handle:vertical:hover { image: $grip_across_on; }
QDockWidget { font-weight: 600; titlebar-close-icon: $blank; titlebar-normal-icon: $blank; }
QDockWidget::title {
    background: $surface; text-align: left; padding: 3px 8px;
    border: 1px solid $hairline; border-bottom: none;
    border-top-left-radius: 6px; border-top-right-radius: 6px;
}
QDockWidget::close-button, QDockWidget::float-button {
    background: transparent; border: none; border-radius: 4px; padding: 1px; width: 18px; height: 18px;
    subcontrol-origin: margin; subcontrol-position: center right;
}
QDockWidget::close-button { right: 3px; image: $close; }
QDockWidget::float-button { right: 25px; image: $float; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QDockWidget::close-button:pressed, QDockWidget::float-button:pressed { background: $selection; }
PanelArea {
    background: $surface; border: 1px solid $hairline; border-top: none;
    border-bottom-left-radius: 6px; border-bottom-right-radius: 6px;
}
QDockWidget[floating="true"]::title { border-color: $border; border-radius: 0px; }
QDockWidget[floating="true"] > PanelArea { border-color: $border; border-radius: 0px; }
QFrame#centre { background: $surface; border: 1px solid $hairline; border-radius: 6px; }
PanelArea > QWidget#qt_scrollarea_viewport, SettingsArea > QWidget#qt_scrollarea_viewport { background: transparent; }
QFrame#centre PanelArea { border: none; }
QStatusBar::item { border: none; }
QMenuBar { padding: 1px 0px; }
QMenuBar::item { background: transparent; padding: 3px 8px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QToolBar { border: none; padding: 0px 0px 3px 0px; spacing: 4px; }
QToolBar::handle { width: 0px; }
QToolBar::separator { background: $hairline; width: 1px; margin: 4px 4px; }
QToolTip { background: $base; color: $text; border: 1px solid $border; padding: 4px 6px; }

/* Tabs: of docks in one place, and inside panels */
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $faint_text; padding: 3px 12px; border: 0px solid transparent; }
QTabBar::tab:hover { background: $hover; color: $text; }
QTabBar::tab:selected { color: $text; background: $surface; }
QTabBar::tab:top { border-bottom: 2px solid transparent; }
QTabBar::tab:top:selected { border-bottom: 2px solid $accent; }
QTabBar::tab:bottom { border-top: 2px solid transparent; }
QTabBar::tab:bottom:selected { border-top: 2px solid $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $hairline; }

/* Buttons */
QPushButton, QToolButton {
    background: $button; color: $text; border: 1px solid $border; border-radius: 4px; padding: 2px 11px;
}
QToolButton { padding: 1px; }
QPushButton { min-height: 18px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $selection; }
QPushButton:checked, QToolButton:checked { background: $selection; border-color: $accent; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:default { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $faint_text; border-color: $hairline; background: transparent; }
QPushButton:flat, QToolButton[autoRaise="true"] { background: transparent; border-color: transparent; }
QPushButton:flat:hover, QToolButton[autoRaise="true"]:hover { background: $hover; }
QToolButton[autoRaise="true"]:checked { background: $selection; border-color: $accent; }
QToolButton[autoRaise="true"]:checked:disabled { background: $hover; border-color: $hairline; }
QPushButton:flat:focus, QToolButton[autoRaise="true"]:focus { border-color: $accent; }
QPushButton:flat:disabled, QToolButton[autoRaise="true"]:disabled { background: transparent; }
QToolButton[popupMode="InstantPopup"], QToolButton[popupMode="MenuButtonPopup"] { padding-right: 14px; }
QToolButton::menu-button { width: 13px; border: none; background: transparent; }
QToolButton::menu-arrow { image: $down; width: 10px; height: 10px; }
QToolButton::menu-indicator, QPushButton::menu-indicator {
    image: $down; width: 10px; height: 10px; subcontrol-origin: padding; subcontrol-position: center right; right: 2px;
}
QToolButton::left-arrow { image: $left; width: 14px; height: 14px; }
QToolButton::right-arrow { image: $right; width: 14px; height: 14px; }
QToolButton::up-arrow { image: $up; width: 14px; height: 14px; }
QToolButton::down-arrow { image: $down; width: 14px; height: 14px; }
QToolButton::left-arrow:disabled { image: $left_off; }
QToolButton::right-arrow:disabled { image: $right_off; }

DockRail QToolButton[autoRaise="true"]:checked { border-color: transparent; }

/* Fields */
QLineEdit, QAbstractSpinBox, QComboBox {
    background: $base; color: $text; border: 1px solid $border; border-radius: 4px; padding: 2px 6px; min-height: 18px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    border: none; padding: 0px; background: transparent; min-height: 0px;
}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $faint_text; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $faint_text; background: $alternate; border-color: $hairline;
}
QComboBox { padding-right: 2px; }
QComboBox::drop-down { border: none; width: 20px; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox::down-arrow { image: $down; width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: $down_off; }
QComboBox QAbstractItemView {
    border: 1px solid $border; border-radius: 0px; padding: 2px; background: $base; outline: none;
}
QAbstractSpinBox { padding: 0px 0px 0px 2px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 14px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; top: 1px; right: 1px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; bottom: 1px; right: 1px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: $up; width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: $down; width: 10px; height: 10px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off { image: $up_off; }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off { image: $down_off; }
QCheckBox, QRadioButton { spacing: 6px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: 14px; height: 14px; border: 1px solid $border; border-radius: 3px; background: $base;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $accent; border-color: $accent; image: $tick;
}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
    background: $accent; border-color: $accent; image: $partly;
}
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: $dot; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $alternate; border-color: $hairline; }
QCheckBox::indicator:checked:disabled { image: $tick_off; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint_text; }

/* How far, and how much */
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::groove:vertical { width: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal, QSlider::add-page:vertical { border-radius: 2px; background: $accent; }
QSlider::handle { background: $base; border: 1px solid $border; border-radius: 7px; width: 12px; height: 12px; }
QSlider::handle:horizontal { margin: -5px 0px; }
QSlider::handle:vertical { margin: 0px -5px; }
QSlider::handle:hover, QSlider::handle:focus { border-color: $accent; }
QSlider::sub-page:disabled, QSlider::add-page:disabled { background: $hairline; }
QProgressBar {
    background: $alternate; color: $text; border: 1px solid $hairline; border-radius: 4px; text-align: center;
}
QProgressBar::chunk { background: $selection; border-radius: 3px; }
QProgressBar[textVisible="false"] { background: $hairline; border: none; border-radius: 3px; }
QProgressBar[textVisible="false"]::chunk { background: $accent; border-radius: 3px; }
QProgressBar[finished="true"]::chunk { background: $done; }
QLabel#finishedTick { color: $done; font-weight: bold; }
QLabel#stateStatusLabel { font-weight: 600; }
QScrollBar { background: transparent; border: none; margin: 0px; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $faint_text; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

/* Tables and lists */
QAbstractItemView {
    background: $base; alternate-background-color: $base; border: 1px solid $hairline; border-radius: 4px;
    gridline-color: $hairline; selection-background-color: $selection; selection-color: $text; outline: none;
}
QTableView::item, QTreeView::item { padding: 0px 4px; border: none; border-bottom: 1px solid $hairline; }
QListWidget::item { padding: 1px 4px; }
QListWidget::item:selected { background: $selection; color: $text; }
QTableView::item:hover, QTreeView::item:hover { background: $alternate; }
QTableView::item:selected, QTreeView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $base; border: none; }
QHeaderView::section {
    background: $base; color: $faint_text; font-weight: normal;
    border: none; border-bottom: 1px solid $hairline; padding: 3px 6px;
}
QHeaderView::down-arrow { image: $down; width: 10px; height: 10px; subcontrol-position: center right; right: 2px; }
QHeaderView::up-arrow { image: $up; width: 10px; height: 10px; subcontrol-position: center right; right: 2px; }
QTableCornerButton::section { background: $base; border: none; border-bottom: 1px solid $hairline; }
QTextEdit, QPlainTextEdit, QTextBrowser { background: $base; border: 1px solid $hairline; border-radius: 4px; }
""")
