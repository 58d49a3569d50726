"""The other side of TokenizationBenchmark.swift: Hugging Face's `tokenizers`, timed.

Arguments: the tokenizer.json, a JSON file of texts by corpus, the number of threads, rounds.
Prints JSON: for each corpus the tokens and the best seconds of `encode_batch` (which computes
offsets, as ours does) and of `encode_batch_fast` (which does not); the best seconds of loading.
"""

import json
import os
import sys
import time

tokenizer_path, texts_path, threads, rounds = sys.argv[1:]
# One thread: no thread pool at all, which is the library's best setting there.
os.environ["TOKENIZERS_PARALLELISM"] = "false" if threads == "1" else "true"
os.environ["RAYON_NUM_THREADS"] = threads

from tokenizers import Tokenizer, __version__  # noqa: E402  (reads the environment)


def best(action):
    times = []
    for _ in range(int(rounds)):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


tokenizer = Tokenizer.from_file(tokenizer_path)
tokenizer.no_truncation()
tokenizer.no_padding()
with open(texts_path, encoding="utf-8") as file:
    corpora = json.load(file)
report = {"version": __version__, "load": best(lambda: Tokenizer.from_file(tokenizer_path))}
report["corpora"] = {
    name: {
        "tokens": sum(len(encoding.ids) for encoding in tokenizer.encode_batch(texts)),
        "encode_batch": best(lambda: tokenizer.encode_batch(texts)),
        "encode_batch_fast": best(lambda: tokenizer.encode_batch_fast(texts)),
    }
    for name, texts in corpora.items()
}
print(json.dumps(report))
