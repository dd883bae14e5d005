"""Import 100,000 generated lines in the shape of a register, and print how long it took and how much memory.

`python -m bench.registers [--rows N] [--shape swecris|etmun]`, beside an empty, migrated database (DATABASE_URL).
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = [
    "hållbar",
    "stad",
    "mobilitet",
    "energi",
    "klimat",
    "vatten",
    "skola",
    "hälsa",
    "kultur",
    "digital",
    "social",
    "innovation",
    "region",
]


def swecris(rows, chance):
    """Yield the head and lines like those of SweCRIS."""
    names = ["projectId", "projectTitleSv", "projectTitleEn", "projectAbstractSv", "projectStartDate", "projectEndDate"]
    for side in ("coordinating", "funding"):
        names += [f"{side}Organisation{each}" for each in ("Id", "NameSv", "NameEn", "TypeOfOrganisationSv")]
    yield [*names, "fundingsSek"]
    for number in range(rows):
        year, who, pays = chance.randint(2008, 2025), chance.randint(1, 2000), chance.randint(1, 30)
        title = " ".join(chance.choices(WORDS, k=7))
        yield [
            f"{year}-{number:06}_F{pays}",
            f"{title} {number}".capitalize(),
            f"Title {number} about {title}",
            "En text som inte läses. " * 20,
            f"{year}-01-01",
            f"{year + 3}-12-31",
            f"2021{who // 100:02}-{who:04}",
            f"Universitet nummer {who}",
            f"University {who}",
            "Universitet",
            f"8020{pays:02}-0000",
            f"Finansiär nummer {pays}",
            f"Funder {pays}",
            "Stat",
            f"{chance.randint(100, 9_000_000)}.0",
        ]


def etmun(rows, chance):
    """Yield the head and lines like those of ETMUN's memberships: 50 networks, cities that are in several."""
    yield [
        "Network_Name",
        "Code_Network",
        "Full_Name",
        "Locality_Siege",
        "CountryCode",
        "Entity",
        "Statut",
        "Year_of_Joining",
        "geonameId",
        "asciiName",
        "lat_GN",
        "lng_GN",
    ]
    pairs = set()
    while len(pairs) < rows:
        pairs.add((chance.randint(1, 50), int(chance.triangular(1, 40_000, 1))))
    for network, city in sorted(pairs):
        name = f"Ort{city}"
        where = [f"{35 + city % 3000 / 100:.5f}", f"{city % 4000 / 100:.5f}"]
        joined = str(chance.randint(1990, 2019)) if chance.random() < 0.75 else ""
        yield [
            f"N{network}",
            f"{network:05}",
            name,
            name,
            "SE",
            "City",
            "Member",
            joined,
            9_000_000 + city,
            name,
            *where,
        ]


SHAPES = {"swecris": (swecris, "swecris-projects"), "etmun": (etmun, "etmun-memberships")}


def write(shape, rows, path, seed=1):
    """Write a file of generated lines; the head has all columns that the register asks for."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(SHAPES[shape][0](rows, random.Random(seed)))


def main():
    """Import, in a process of its own, and print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--shape", choices=SHAPES, default="swecris")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{options.shape}.csv")
        write(options.shape, options.rows, path)
        for run in ("first", "again"):
            began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            command = [sys.executable, "manage.py", "import_register", SHAPES[options.shape][1], str(path)]
            subprocess.run(command, check=True, env=os.environ)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(
                f"{run}: {time.perf_counter() - began:.1f} s, {used.ru_utime - before:.1f} s of CPU, "
                f"at most {used.ru_maxrss // 1024} MB"
            )


if __name__ == "__main__":
    main()
