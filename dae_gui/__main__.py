"""``python -m dae_gui`` opens the window."""

import sys

from dae_gui.app import main

sys.exit(main())
