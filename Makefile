# The commands of the project. `make` alone lists them.

python = .venv/bin/python
# In a log, what we say shall stand before what the programs that we call say.
export PYTHONUNBUFFERED = 1

# How long the monkey of `make soak` goes on.
minutes = 2

.PHONY: help run test lint smoke docs bench soak bundle clean
.NOTPARALLEL:  # they share one environment

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

run: .venv/installed  ## set everything up and open the window
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY$$QT_QPA_PLATFORM" ]; then \
	    echo "There is no display for the window; without one, train with: .venv/bin/dae-studio train --data digits" >&2; \
	    exit 1; \
	fi
	@$(python) tools/system_libraries.py --xcb
	@$(python) -m dae_gui

test: .venv/installed-test  ## run all tests, off screen (one file: make test ARGS=tests/core/test_kernels.py)
	@$(python) tools/system_libraries.py
	# A process for each core and one more, for those that test windows wait a good part of their time. One that has
	# done its own tests takes some from another. tests/gui/conftest.py chooses an off-screen display. What Python has
	# compiled is kept: each process would compile all files of tests anew, and each program that a test starts ours.
	processes=$$($(python) -c "import os; print((os.cpu_count() or 1) + 1)"); \
	env -u QT_QPA_PLATFORM -u PYTHONDONTWRITEBYTECODE PYTEST_XDIST_AUTO_NUM_WORKERS=$$processes \
	    $(python) -m pytest -n auto --dist worksteal $(ARGS)

lint: .venv/installed-lint  ## check style, types and layers
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	.venv/bin/lint-imports --no-logo

smoke: .venv/installed  ## open the real window on a virtual screen, train in it, save out/smoke.png
	@$(python) tools/system_libraries.py --xvfb
	QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24" $(python) tools/smoke.py out/smoke.png

docs: .venv/installed-docs  ## build the manual into resources/manual, where Help and the wheel find it
	@$(python) tools/system_libraries.py
	$(python) tools/manual.py $(ARGS)

read: .venv/installed  ## walk through the real window as a screen reader does, over AT-SPI
	@$(python) tools/system_libraries.py --atspi
	$(python) tools/at_spi_walk.py

bench: .venv/installed-bench  ## measure speed, beside PyTorch
	$(python) -m benchmarks $(ARGS)

soak: .venv/installed-test  ## look for what the tests do not think of: a monkey, a soak, 30 kills, 10,000 mutations
	@$(python) tools/system_libraries.py
	$(python) tools/monkey.py --minutes $(minutes)
	$(python) tools/soak.py
	env -u QT_QPA_PLATFORM DAE_TEST_KILLS=30 DAE_TEST_SEED=$$$$ $(python) -m pytest -s --timeout 3600 tests/gui/test_recovery.py -k killed
	DAE_TEST_MUTATIONS=10000 DAE_TEST_SEED=$$$$ $(python) -m pytest -s --timeout 7200 tests/core/test_structured_mutations.py

bundle: docs  ## build the wheel and, with everything inside, archive, single file and Debian package, into dist/
	@found=$$(sh tools/find_python.sh) && "$$found" packaging/bundle.py

clean:  ## remove the environment and all that was built
	rm -rf .venv build dist out resources/manual *.egg-info .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An empty file marks what is installed, so that the second `make run` opens at once. It is also out of date when the
# interpreter is newer than it, or gone: the system's Python may have been upgraded since.
.venv/installed: pyproject.toml constraints.txt .venv/bin/python
	@found=$$(sh tools/find_python.sh) && "$$found" tools/set_up.py
	@touch $@

.venv/bin/python: ;

.venv/installed-%: .venv/installed
	@$(python) tools/set_up.py $*
	@touch $@
