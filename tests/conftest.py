"""Settings for all tests."""

import os

from hypothesis import settings

# A timing is no test: a busy machine must not fail a property. In CI the same examples run
# each time.
settings.register_profile("anywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "anywhere")
