"""What a library was built with, and what it remembers of earlier runs. Kept in its database."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from quoth.index.embedding.encoder import Encoder
from quoth.index.embedding.model_files import DEFAULT_MODEL
from quoth.index.storage.store import Store
from quoth.index.sync.chunk import MAX_CHARS, MERGE_CHARS
from quoth.index.sync.sentences import MAX_SENTENCE_CHARS

from .errors import SettingsMismatch

_CHUNKING = f"{MAX_CHARS}/{MERGE_CHARS}/{MAX_SENTENCE_CHARS}"


class Settings:
    """The settings of one library.

    :param name: the library as messages name it.
    """

    def __init__(self, name: str, store: Store) -> None:
        self._name = name
        self._store = store

    # ---- the model ----------------------------------------------------------------------------------------------

    def model(self, wanted: str | None) -> str:
        """Return the name of the model to use: the wanted one, else the one the library was built with, else the
        default.

        :raises SettingsMismatch: the library was built with another model than the wanted one.
        """
        built_with = self._store.setting("model")
        if built_with and wanted and wanted != built_with:
            raise SettingsMismatch(self._other_model(built_with, wanted))
        return wanted or built_with or DEFAULT_MODEL

    def check(self, encoder: Encoder) -> None:
        """Check that the library was built with this encoder, or is not built yet.

        :raises SettingsMismatch: it was built with another one.
        """
        built_with = self._store.setting("fingerprint")
        if built_with and built_with != encoder.fingerprint:
            raise SettingsMismatch(
                self._other_model(f"{encoder.name} ({built_with[:12]})", f"{encoder.name} ({encoder.fingerprint[:12]})")
            )

    def _other_model(self, built_with: str, wanted: str) -> str:
        return (
            f"The library in {self._name} was built with the model {built_with}, not with {wanted}; "
            "their vectors cannot be mixed. Leave the model out to use the library's own, or build a library in "
            "another place."
        )

    @property
    def dimensions(self) -> int:
        """Dimensions of the library's vectors; 0 before the first article is added."""
        return int(self._store.setting("dimensions") or 0)

    def remember(self, encoder: Encoder) -> None:
        """Store what the library is built with when its first article is added, and check it later.

        :raises SettingsMismatch: the library was split into passages with other settings.
        """
        built_with = self._store.setting("cutting")
        if built_with is None:
            self._store.set_settings({
                "model": encoder.name, "fingerprint": encoder.fingerprint, "dimensions": str(encoder.dimensions),
                "cutting": _CHUNKING,
            })  # fmt: skip
        elif built_with != _CHUNKING:
            raise SettingsMismatch(
                f"The articles of the library in {self._name} were split into passages with the settings "
                f"{built_with}; this version uses {_CHUNKING}. You can still search it. To add articles, build a "
                "library in another place."
            )

    # ---- earlier runs -------------------------------------------------------------------------------------------

    def columns(self, new: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return which columns of tables hold what: those of earlier runs, and new ones, which are stored."""
        known: dict[str, str] = json.loads(self._store.setting("columns") or "{}")
        columns = known | dict(new or {})
        if columns != known:
            self._add("columns", columns)
        return columns

    def folders(self) -> list[str]:
        """Return the folders that were added and still exist: as they were given, or their real paths where those
        lead elsewhere now."""
        return [
            folder if os.path.realpath(folder) == real else real
            for real, folder in self._folders().items()
            if os.path.isdir(real)
        ]

    def remember_folders(self, folders: Sequence[str | os.PathLike[str]]) -> None:
        known = self._folders()
        new = {os.path.realpath(folder): os.fspath(folder) for folder in folders}
        if known | new != known:
            self._add("folders", new)

    def _folders(self) -> dict[str, str]:
        """Return the folders as they were given, by their real paths."""
        folders: dict[str, str] = json.loads(self._store.setting("folders") or "{}")
        return folders

    def _add(self, key: str, new: Mapping[str, str]) -> None:
        """Add to what a setting holds, while others may add to it, too."""
        self._store.change_setting(key, lambda before: json.dumps(json.loads(before or "{}") | dict(new)))
