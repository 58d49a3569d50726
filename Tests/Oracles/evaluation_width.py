"""The characters that Unicode calls wide or full-width: their numbers, as a JSON list."""

import json
import sys
import unicodedata

wide = [
    code for code in range(0x110000)
    if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co", "Mn", "Me")
    and unicodedata.east_asian_width(chr(code)) in "WF"
]
narrow = [
    code for code in range(0x20, 0x110000)
    if unicodedata.category(chr(code))[0] in "LNPS"
    and unicodedata.east_asian_width(chr(code)) not in "WF"
]
json.dump({"wide": wide, "narrow": narrow}, sys.stdout)
