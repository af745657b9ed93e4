"""Run by wheel-smoke.sh in an environment that holds the wheel and nothing of the checkout."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path


def main() -> None:
    """Check where the packages come from, then list the sites and plan three of them."""
    owners = packages_distributions()
    for name in ("geo", "routes_data", "maps", "api"):
        assert owners[name] == ["qingdao-red-trails"], (name, owners.get(name))
        assert "site-packages" in str(Path(sys.modules.get(name, __import__(name)).__file__))
    redtrails = str(Path(sys.executable).with_name("redtrails"))
    sites = json.loads(subprocess.check_output([redtrails, "sites", "--json"]))
    assert sites["numberMatched"] == 89, sites["numberMatched"]
    stops = ("redview-core", "cpc-qingdao-memorial", "may-fourth-square")
    plan = [redtrails, "plan", *stops, "--json"]
    itinerary = json.loads(subprocess.check_output([*plan, "--depart", "2026-11-28T09:00"]))
    assert len(itinerary["days"][0]["legs"]) == 2, itinerary
    sys.stdout.write("wheel smoke: 89 sites, one itinerary of three stops\n")


if __name__ == "__main__":
    main()
