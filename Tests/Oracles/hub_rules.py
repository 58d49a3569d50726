"""Small rules that a hub's client needs, as Python's hub library and standard library have them.

Standard input: {"hashes": [BASE64], "patterns": [[PATTERN, PATH]], "environments": [{...}],
"names": [NAME]}.
"""

import base64
import fnmatch
import hashlib
import importlib
import json
import os
import sys


def settings(environment):
    from huggingface_hub import constants
    from huggingface_hub.utils._headers import get_token_to_send

    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("HF_", "HUGGING", "XDG", "TRANSF"))]:
        del os.environ[name]
    os.environ.update(environment)
    importlib.reload(constants)
    found = {
        "endpoint": constants.ENDPOINT, "cache": constants.HF_HUB_CACHE,
        "offline": constants.HF_HUB_OFFLINE, "download": constants.HF_HUB_DOWNLOAD_TIMEOUT,
        "metadata": constants.HF_HUB_ETAG_TIMEOUT, "token": get_token_to_send(None) or "",
    }
    os.environ.clear()
    os.environ.update(before)
    return found


def is_name(name):
    from huggingface_hub.utils import HFValidationError, validate_repo_id

    try:
        validate_repo_id(name)
        return True
    except HFValidationError:
        return False


def git_hash(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def main():
    given = json.load(sys.stdin)
    contents = [base64.b64decode(text) for text in given["hashes"]]
    print(json.dumps({
        "hashes": [[hashlib.sha256(content).hexdigest(), git_hash(content)] for content in contents],
        "matches": [
            fnmatch.fnmatchcase(path, pattern + "*" if pattern.endswith("/") else pattern)
            for pattern, path in given["patterns"]
        ],
        "settings": [settings(environment) for environment in given["environments"]],
        "names": [is_name(name) for name in given["names"]],
    }))


if __name__ == "__main__":
    main()
