"""Settings of the bench: those of production, with the peers' page, and fragments that can be forgotten."""

from directory.settings import *  # noqa: F403
from directory.settings import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.peers.ForgetWhenAsked", *MIDDLEWARE]
