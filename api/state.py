"""What a running service holds: store, catalogue snapshot, network, router.

One `AppState` is one consistent moment: a request takes it once and reads from it until its
answer is written. A change is a new `AppState` put in the place of the old one (`Holder.swap`);
requests under way keep the one they took.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from geo.additions import Additions
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.errors import DataError, NetworkFileError
from geo.network import StreetNetwork, build_schematic
from geo.network.schematic import BUILD
from geo.plans import PlanStore
from geo.router import Router
from geo.trip import TripStore
from routes_data.store import Store

from .engines import engine_of
from .networks import Stamp, street_network, street_stamp
from .providers import provider_of
from .settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from geo.engines import Failover

    from .oidc.provider import Provider

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AppState:
    """One consistent moment of a running service; read-only, shared by all threads.

    `network` is the schematic one: maps draw its roads, few enough for a page. `router` answers
    from the street network where one was built, else from the schematic one. `engine` is the
    external engine that plans are asked of, if there is one, `provider` the one that staff may sign
    in with. `revisions` are the numbers of the
    published revisions that the catalogue was made of, by kind and id.
    """

    settings: Settings
    store: Store
    catalogue: Catalogue
    additions: Additions
    network: StreetNetwork
    router: Router
    network_stamp: Stamp | None = None
    engine: Failover | None = None
    provider: Provider | None = None
    revisions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def plans(self) -> PlanStore:
        """Where visitors' plans are kept."""
        return self.store.plans

    @property
    def trips(self) -> TripStore:
        """Where teachers' field trips are kept."""
        return self.store.trips


class Holder:
    """The current `AppState` of an application, replaced whole.

    Parameters
    ----------
    state
        The first state.
    """

    def __init__(self, state: AppState) -> None:
        self._state = state
        self._lock = threading.Lock()

    @property
    def state(self) -> AppState:
        """The state as it is now."""
        return self._state

    def swap(self, change: Callable[[AppState], AppState]) -> AppState:
        """Replace the state by `change(state)`; one change at a time, readers never wait."""
        with self._lock:
            self._state = change(self._state)
        return self._state

    def refresh(self) -> bool:
        """Load a new catalogue or street network when there is one; return whether there was."""
        before = self._state
        moved = before.store.version() != before.catalogue.version
        if moved:
            self.swap(_with_published)
        return self._refresh_network() or moved

    def _refresh_network(self) -> bool:
        """Use a street network that was put in place; one that is damaged is left alone."""
        stamp = street_stamp(self._state.settings.networks_dir)
        if stamp is None or stamp == self._state.network_stamp:
            return False
        network = street_network(self._state.settings.networks_dir)
        if network is None:
            self.swap(lambda state: replace(state, network_stamp=stamp))
            return False
        router = CchRouter(network)
        router.warm()
        self.swap(lambda state: replace(state, router=router, network_stamp=stamp))
        return True


def _with_published(state: AppState) -> AppState:
    """Return the state with what is published now."""
    source = state.store.snapshot()
    return replace(
        state,
        catalogue=Catalogue.load(source),
        revisions=source.revisions,
        additions=source.additions(),
    )


def holder_of(app: FastAPI) -> Holder:
    """Return the holder of an application that has started."""
    holder: Holder = app.state.holder
    return holder


Note = Callable[[str], None]


def no_note(key: str) -> None:
    """Tell nobody what takes its time (`key` of the message catalogue)."""
    log.info("%s", key)


@contextmanager
def opened_store(settings: Settings, *, note: Note = no_note) -> Iterator[Store]:
    """Open the store and close it at the end.

    Parameters
    ----------
    settings
        Where it is.
    note
        Told what takes its time, as a key of the message catalogue.

    Raises
    ------
    DataError
        The data folder or the shipped facts cannot be used.
    StoreError
        The database cannot be used.
    """
    make_folder(settings.data_dir)
    if not settings.database_url and not settings.store_file.exists():
        note("cli.preparing.store")
    store = Store.open(settings.store_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def running(settings: Settings, *, note: Note = no_note) -> Iterator[AppState]:
    """Open everything a service needs, and close it at the end; parameters as `opened_store`.

    Raises
    ------
    DataError
        The data folder, the catalogue or the network cannot be used.
    StoreError
        The database cannot be used.
    """
    with opened_store(settings, note=note) as store:
        make_folder(settings.networks_dir)
        stamp = street_stamp(settings.networks_dir)
        network = schematic_network(settings.networks_dir, note=note)
        source = store.snapshot()
        yield AppState(
            settings=settings,
            store=store,
            catalogue=Catalogue.load(source),
            revisions=source.revisions,
            additions=source.additions(),
            network=network,
            router=CchRouter(street_network(settings.networks_dir) or network),
            network_stamp=stamp,
            engine=engine_of(settings),
            provider=provider_of(settings),
        )


def make_folder(folder: Path) -> None:
    """Create a folder of ours and its parents.

    Raises
    ------
    DataError
        It cannot be created or written; says which setting to change.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataError(
            f"cannot write to {folder} ({error.strerror}); set REDTRAILS_DATA_DIR to a folder that "
            "can be written",
            path=str(folder),
        ) from error


def backbone() -> Traversable:
    """Return the shipped facts of the schematic network."""
    return resources.files("routes_data") / "facts" / "backbone"


def schematic_network(folder: Path, *, note: Note = no_note) -> StreetNetwork:
    """Return the schematic network, compiled into `folder` on first use.

    A compiled copy that is damaged is put aside and compiled again: everything in it comes from
    the shipped facts.
    """
    compiled = folder / f"schematic-{facts_digest(backbone())[:12]}-{BUILD}"
    if not compiled.exists():
        note("cli.preparing.network")
        _compile_schematic(compiled)
    try:
        return StreetNetwork.load(compiled)
    except NetworkFileError as error:
        log.warning("%s; compiling it again from the shipped facts", error.message)
        shutil.rmtree(compiled, ignore_errors=True)
        _compile_schematic(compiled)
        return StreetNetwork.load(compiled)


def facts_digest(folder: Traversable) -> str:
    """Return the SHA-256 of a facts folder's CSV files: the version of what is compiled of them."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".csv"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _compile_schematic(target: Path) -> None:
    """Compile beside the target and rename, so that nobody ever sees half a network."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".compiling-") as scratch:
        made = Path(scratch) / target.name
        build_schematic(backbone()).save(made)
        try:
            made.rename(target)
        except OSError:
            # Another worker was first; its copy is of the same facts.
            if not target.exists():
                raise
