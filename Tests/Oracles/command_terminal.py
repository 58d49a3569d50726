"""Runs a program on a terminal of 80 columns and prints what it showed.

usage: command_terminal.py FOLDER TEXT   (the arguments as a JSON list on standard input)

Sends Ctrl-C once TEXT has been shown (never when it is empty). Prints {"status": ..., "text": ...}.
"""

import fcntl
import json
import os
import pty
import struct
import sys
import termios

folder, text = sys.argv[1], sys.argv[2].encode()
arguments = json.load(sys.stdin)
process, terminal = pty.fork()
if process == 0:
    os.chdir(folder)
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execv(arguments[0], arguments)

shown, sent = b"", not text
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not sent and text in shown:
        os.write(terminal, b"\x03")
        sent = True
status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
print(json.dumps({"status": status, "text": shown.decode("utf-8", "replace")}))
