"""The counter-based shuffle in Python. Standard input: a list of {seed, purpose, step, count}.

Prints a JSON list with, for each, the numbers 0..<count in their shuffled order.
"""

import json
import sys

MASK = 0xFFFFFFFF


def block(counter, key):
    for turn in range(10):
        if turn:
            key = [(key[0] + 0x9E3779B9) & MASK, (key[1] + 0xBB67AE85) & MASK]
        first, second = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [(second >> 32) ^ counter[1] ^ key[0], second & MASK,
                   (first >> 32) ^ counter[3] ^ key[1], first & MASK]
    return counter


def words(seed, purpose, step):
    place = 0
    while True:
        yield from block([place, purpose, step & MASK, step >> 32], [seed & MASK, seed >> 32])
        place += 1


def shuffled(seed, purpose, step, count):
    stream = words(seed, purpose, step)

    def bounded(bound):
        while True:
            low = next(stream)
            product = (next(stream) << 32 | low) * bound
            # Lemire: refuse the products that would make some results likelier.
            if product & (2**64 - 1) >= (2**64 - bound) % bound:
                return product >> 64

    numbers = list(range(count))
    for last in range(count - 1, 0, -1):
        other = bounded(last + 1)
        numbers[last], numbers[other] = numbers[other], numbers[last]
    return numbers


json.dump([shuffled(**case) for case in json.load(sys.stdin)], sys.stdout)
