"""`python -m jupyter_envs` is `jupyter envs`."""

import sys

from .cli import main

sys.exit(main())
