"""One file that holds everything: the database and the uploaded files, with what tells whether any byte of it changed.

It is a zip archive that any program opens. Its last 64 bytes, the archive's comment, are the SHA-256 of all before
them; `manifest.json` says what is in it and how many rows each table had.
"""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import localtime, now

from directory.backup_engines import ENGINES, Unusable

FORMAT = 1
SEAL = 64
PIECE = 1 << 20
MEDIA = "media/"
UNFINISHED = ".unfinished-"


class Manifest:
    """What a backup says of itself."""

    def __init__(self, told):
        """Read it; raises `KeyError` or `TypeError` where it is none."""
        self.made, self.engine, self.server = told["made"], told["engine"], told["server"]
        self.migrations, self.counts, self.files = told["migrations"], told["counts"], told["files"]

    @property
    def database(self):
        """The name of the database's file in the archive."""
        return ENGINES[self.engine].file

    @property
    def media(self):
        """The names of the uploaded files in the archive."""
        return [name for name in self.files if name.startswith(MEDIA)]

    def in_words(self):
        """What is in it, for whoever has to decide."""
        rows = sum(self.counts.values())
        return (
            f"{self.made}, {self.server}, {rows:,} rows in {len(self.counts)} tables, {len(self.media)} uploaded files"
        )


@contextmanager
def saying_why(doing):
    """Turn what an operating system or a database refuses into a sentence that begins with what was being done."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Unusable(f"{doing}: {'the disk is full' if full else error.strerror or error}.") from error
    except (sqlite3.Error, DatabaseError, subprocess.SubprocessError) as error:
        full = "full" in str(error)
        raise Unusable(f"{doing}: {'the disk is full' if full else str(error).strip()}.") from error


def backup(folder, label="urban-networks", using="default"):
    """Write a backup into a folder, check it, and return (its path, its manifest); raises `Unusable`, and leaves nothing.

    The site may run meanwhile: what was written before is in it, what is written after may not be.
    """
    folder = Path(folder).resolve()
    for public in (settings.STATIC_ROOT, settings.MEDIA_ROOT):
        if folder.is_relative_to(Path(public).resolve()):
            raise Unusable(f"{folder} is where the site keeps its files: choose a folder that nothing serves.")
    with saying_why(f"No backup was written to {folder}"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What is unfinished is readable by nobody else, and gone whatever happens.
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as place:
            path = Path(place, "backup.zip")
            path.touch(mode=0o600)
            manifest = write(path, Path(place), ENGINES[connections[using].vendor](connections[using]))
            read(path)
            final = folder / f"{label}-{localtime():%Y-%m-%d-%H%M%S}.zip"
            if final.exists():
                raise Unusable(f"No backup was written: {final} is there already.")
            path.rename(final)
        sync(folder)
    return final, manifest


def write(path, place, engine):
    """Write the archive at a path, and return its manifest; `place` is a folder for what is needed on the way."""
    database = place / engine.file
    counts = engine.dump(database)
    told = {
        "format": FORMAT,
        "made": now().isoformat(timespec="seconds"),
        "engine": engine.name,
        "server": engine.server(),
        "migrations": sorted(".".join(key) for key in MigrationRecorder(engine.connection).applied_migrations()),
        "counts": counts,
        "files": {},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        told["files"][engine.file] = add(archive, engine.file, database, engine.packed)
        media = Path(settings.MEDIA_ROOT)
        for file in sorted(media.rglob("*")) if media.is_dir() else ():
            if file.is_file() and not file.is_symlink() and UNFINISHED not in file.as_posix():
                name = MEDIA + file.relative_to(media).as_posix()
                told["files"][name] = add(archive, name, file, packed=True)
        archive.writestr("manifest.json", json.dumps(told, indent=1, ensure_ascii=False))
        archive.comment = b"0" * SEAL
    with path.open("r+b") as file:
        seal = digest(file, path.stat().st_size - SEAL)
        file.seek(-SEAL, os.SEEK_END)
        file.write(seal.encode())
        file.flush()
        os.fsync(file.fileno())
    return Manifest(told)


def add(archive, name, path, packed):
    """Put a file into the archive, squeezed unless it is `packed`, and return its SHA-256."""
    found = hashlib.sha256()
    entry = zipfile.ZipInfo(name) if packed else name
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            found.update(piece)
            target.write(piece)
    return found.hexdigest()


def digest(file, length):
    """Return the SHA-256 of the first bytes of an open file."""
    found = hashlib.sha256()
    file.seek(0)
    while length > 0 and (piece := file.read(min(PIECE, length))):
        found.update(piece)
        length -= len(piece)
    return found.hexdigest()


def read(path):
    """Return the manifest of a backup of which every byte is as it was written; raises `Unusable`."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            length = max(path.stat().st_size - SEAL, 0)
            seal = digest(file, length)
            whole = file.read(SEAL + 1) == seal.encode()
        if not whole:
            raise Unusable(f"{path} is damaged or no backup: it is not as it was written. Nothing was changed.")
        with zipfile.ZipFile(path) as archive:
            told = json.loads(archive.read("manifest.json"))
            if told["format"] != FORMAT:
                raise Unusable(f"{path} was written by another release, in a form that this one does not know.")
            manifest = Manifest(told)
            for name, expected in manifest.files.items():
                if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
                    raise Unusable(f"{path} holds a file that would leave its folder: {name}.")
                with archive.open(name) as file:
                    if digest_of(file) != expected:
                        raise Unusable(f"{path} is damaged: {name} is not as it was written. Nothing was changed.")
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"{path} is no backup of this site. Nothing was changed.") from error
    return manifest


def digest_of(file):
    """Return the SHA-256 of a file in an archive, to its end."""
    found = hashlib.sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def unpack(path, name, target):
    """Write one file of a backup to a path, readable by nobody else."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    with zipfile.ZipFile(path) as archive, archive.open(name) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, PIECE)
        file.flush()
        os.fsync(file.fileno())


def sync(folder):
    """Make sure that a folder's names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
