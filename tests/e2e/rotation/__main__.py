"""A hundred rotations under load: two jetons on one folder of keys, four services that cache.

Arguments: the jeton, the service in Rust, how many rotations. No good token may be refused, and no
token of a gone key accepted once nobody may have it cached any more.
"""

import sys
import tempfile
import time

from load import Load
from thief import Thief
from world import MAX_AGE, World

JETON, RUST, ROTATIONS = sys.argv[1], sys.argv[2], int(sys.argv[3])
PATIENCE = 4 * ROTATIONS + 60

# What a service lets in at the least in a run of a hundred rotations, so that zeroes mean something.
ENOUGH = 10 * ROTATIONS


def main():
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, World(folder, JETON, RUST) as world:
        thief, load = Thief(world), Load(world)
        thief.start()
        load.start()
        told = 0
        while thief.rotations() < ROTATIONS:
            time.sleep(0.5)
            world.check_alive()
            if time.monotonic() > begun + PATIENCE:
                raise SystemExit(f"only {thief.rotations()} rotations in {PATIENCE} s")
            if thief.rotations() >= told + 20:
                told = thief.rotations() // 20 * 20
                print(f"{told} rotations, {load.tokens} tokens", flush=True)
        # What is gone by now is still to be tried.
        time.sleep(MAX_AGE + 3)
        load.stop()
        thief.stop()
        world.check_agreement()
        report(world, thief, load, time.monotonic() - begun)


def report(world, thief, load, took):
    print(f"{thief.rotations()} rotations in {took:.0f} s; {load.tokens} access tokens by {load.refreshes} refreshes")
    print(f"of two jetons, {load.refused_refreshes} refused; {thief.secrets_seen} refresh secrets, {thief.secrets_gone} gone")
    columns = "{:22}{:>13}{:>9}{:>20}{:>13}{:>10}"
    print(columns.format("service", "good tokens", "refused", "thief's, key alive", "key gone", "accepted"))
    failed = load.refused_refreshes > 0
    for service in world.services:
        good, alive, gone = load.good[service.name], thief.alive[service.name], thief.gone[service.name]
        print(columns.format(service.name, good.tried, good.wrong, alive.tried, gone.tried, gone.wrong))
        failed |= good.wrong > 0 or gone.wrong > 0
        failed |= good.tried < ENOUGH or gone.tried < ROTATIONS // 2 or alive.tried - alive.wrong < ROTATIONS // 4
    for line in (load.told + thief.told)[:20]:
        print("  " + line)
    if failed:
        raise SystemExit("rotation: what must be zero is not, or too little was tried")


main()
