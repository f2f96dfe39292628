"""One engine for all, with the images of docker-compose.yml."""

from collections.abc import Iterator

import pytest

from shared.ops.base.settings import OpsSettings
from tests.compose.engine import Engine, engine_here
from tests.compose.images import have_images


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    kept = OpsSettings().downloads.resolve()
    with engine_here(kept, tmp_path_factory.mktemp("engine")) as found:
        have_images(found, tmp_path_factory.mktemp("images"))
        yield found
