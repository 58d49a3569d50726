"""What Python's hub library does with the same hub and cache.

Standard input: {"environment": {...}, "calls": [{"call": ..., ...}]}; prints a list of answers.
"""

import json
import os
import sys


def describe(path, cache):
    return os.path.relpath(path, os.path.realpath(cache)) if isinstance(path, str) else path


def run(call, cache):
    import huggingface_hub as hub

    kind = call.pop("call")
    if kind == "snapshot":
        return describe(hub.snapshot_download(**call), cache)
    if kind == "file":
        return describe(hub.hf_hub_download(**call), cache)
    if kind == "cached":
        found = hub.try_to_load_from_cache(**call)
        return "absent" if found is not None and not isinstance(found, str) else describe(found, cache)
    if kind == "tree":
        return {file.path: [file.size, file.blob_id] for file in hub.get_cached_repo_tree(**call)}
    if kind == "scan":
        found = hub.scan_cache_dir(cache)
        return {
            "warnings": [str(warning) for warning in found.warnings],
            "models": {
                repo.repo_id: {
                    "size": repo.size_on_disk,
                    "revisions": {
                        revision.commit_hash: {
                            "refs": sorted(revision.refs),
                            "files": {
                                str(file.file_path.relative_to(revision.snapshot_path)):
                                    [file.size_on_disk, file.blob_path.name]
                                for file in revision.files
                            },
                        }
                        for revision in repo.revisions
                    },
                }
                for repo in found.repos
            },
        }
    if kind == "token":
        from huggingface_hub.utils._headers import get_token_to_send

        return get_token_to_send(None)
    raise ValueError(kind)


def main():
    given = json.load(sys.stdin)
    for name in ("HF_HUB_OFFLINE", "HF_ENDPOINT", "HF_TOKEN", "HF_HOME"):
        os.environ.pop(name, None)
    os.environ |= {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
                   "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1",
                   "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    os.environ |= given["environment"]
    answers = []
    for call in given["calls"]:
        try:
            answers.append({"value": run(call, given["environment"].get("HF_HUB_CACHE", ""))})
        except Exception as error:  # the kind of the error is the answer
            answers.append({"error": type(error).__name__})
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
