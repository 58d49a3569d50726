"""SentencePiece's precompiled map of characters, as tokenizer.json's `Precompiled` stage holds it.

The size of a trie in bytes (32 bits), the trie, and all replacements, each ended by a zero byte. The trie is
a double array over the characters' UTF-8 bytes in the layout of darts-clone (S. Yata; MIT licence): 32
bits a node, of which a leaf has 31 bits of value below a set bit, and any other node has

- bits 0-7: the byte that leads to it;
- bit 8: whether a leaf stands at its base;
- bits 10-30: its own place, exclusive-or the base of its children (bit 9 would scale this by 256).

The child by byte b stands at base ^ b, the leaf at base ^ 0.
"""

import struct

LEAF = 1 << 31
HAS_LEAF = 1 << 8
BLOCK = 256


def precompiled(replacements):
    """The bytes of a map in which each character (key) becomes a text (value), which may be empty."""
    texts, places = bytearray(), {}
    root = {}
    for character, text in sorted(replacements.items()):
        if text not in places:
            places[text] = len(texts)
            texts += text.encode() + b"\0"
        node = root
        for byte in character.encode():
            node = node.setdefault(byte, {})
        # No character has a zero byte within it, so that 0 is free to mean "ends here".
        node[0] = places[text]
    units = DoubleArray(root).units
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(texts)


class DoubleArray:
    """Places the nodes of a trie of dictionaries (byte to node, 0 to value) in one array."""

    def __init__(self, root):
        self.units = []
        self.taken = bytearray()
        self.bases = {0}
        self.first_free = 1
        self._grow()
        self.taken[0] = 1
        waiting = [(root, 0)]
        while waiting:
            node, place = waiting.pop()
            base = self._base(node)
            self.bases.add(base)
            self.units[place] |= (place ^ base) << 10
            for byte, child in node.items():
                self.taken[base ^ byte] = 1
                if byte == 0:
                    self.units[place] |= HAS_LEAF
                    self.units[base] = LEAF | child
                else:
                    self.units[base ^ byte] = byte
                    waiting.append((child, base ^ byte))

    def _base(self, node):
        """A base no other node has, at which the places of all children are free.

        Two nodes of one base would share their children by the same byte.
        """
        some = next(iter(node))
        while self.taken[self.first_free]:
            self.first_free += 1
            if self.first_free == len(self.units):
                self._grow()
        place = self.first_free
        while True:
            base = place ^ some
            if base not in self.bases and not any(self.taken[base ^ byte] for byte in node):
                return base
            place += 1
            if place == len(self.units):
                self._grow()

    def _grow(self):
        # By whole blocks: exclusive-or with a byte then stays within the array.
        self.units += [0] * BLOCK
        self.taken += bytes(BLOCK)
