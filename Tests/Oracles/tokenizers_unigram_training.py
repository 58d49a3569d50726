"""Unigram vocabularies that `tokenizers` trains, and how likely texts are with a vocabulary.

  tokenizers_unigram_training.py train           cases on standard input: what it trains for each
  tokenizers_unigram_training.py small           a few texts of made-up languages
  tokenizers_unigram_training.py large           more of them, of richer ones
  tokenizers_unigram_training.py answers FILE    ids of a JSON list of texts, and their likelihood

The likelihood is the sum of the scores of the most probable pieces; an unknown character has the
lowest score less 10, as in the models themselves.
"""

import itertools
import json
import random
import sys

from tokenizers import Tokenizer, trainers

from tokenizers_training import LETTERS, corpora


def large():
    """Sentences of words of syllables, with spaces, and of pairs of signs, without."""
    generator = random.Random(19)

    def weights(values):
        return list(itertools.accumulate(1 / (rank + 3) for rank in range(len(values))))

    def sentences(words, joint, end):
        odds = weights(words)
        return [joint.join(generator.choices(words, cum_weights=odds, k=generator.randint(3, 20)))
                + end for _ in range(2500)]

    syllables = ["".join(generator.choices(LETTERS, range(26, 0, -1), k=generator.randint(1, 3)))
                 for _ in range(150)]
    words = ["".join(generator.choices(syllables, k=generator.randint(1, 4))) for _ in range(4000)]
    signs = [chr(0x4E00 + generator.randrange(2000)) for _ in range(400)]
    pairs = ["".join(generator.choices(signs, k=generator.randint(1, 3))) for _ in range(2500)]
    return {"english": sentences(words, " ", "."), "chinese": sentences(pairs, "", "\u3002")}


def stages_of(case):
    content = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
               "normalizer": None, "post_processor": None, "decoder": None,
               "pre_tokenizer": case["preTokenizer"] and json.loads(case["preTokenizer"]),
               "model": {"type": "Unigram", "unk_id": None, "vocab": [["a", 0.0]]}}
    return Tokenizer.from_str(json.dumps(content))


def answers(tokenizer, texts):
    model = json.loads(tokenizer.to_str())["model"]
    scores = [score for _, score in model["vocab"]]
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    if model["unk_id"] is not None:
        scores[model["unk_id"]] = min(scores) - 10
    return {"ids": [tokenizer.encode(text).ids for text in texts],
            "likelihood": sum(scores[id] for text in ids for id in text)}


def train(case):
    tokenizer = stages_of(case)
    options = {"vocab_size": case["size"], "special_tokens": case["special"],
               "unk_token": case["special"][0], "show_progress": False,
               "initial_alphabet": case["alphabet"], "shrinking_factor": case["factor"],
               "max_piece_length": case["longest"], "n_sub_iterations": case["iterations"]}
    tokenizer.train_from_iterator(case["texts"], trainers.UnigramTrainer(**options))
    vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
    return {"vocabulary": [{"token": token, "score": score} for token, score in vocabulary],
            "likelihood": answers(tokenizer, case["heldOut"])["likelihood"]}


def main():
    if sys.argv[1] == "small":
        result = corpora()
    elif sys.argv[1] == "large":
        result = large()
    elif sys.argv[1] == "train":
        result = [train(case) for case in json.load(sys.stdin)]
    else:
        result = answers(Tokenizer.from_file(sys.argv[2]), json.load(sys.stdin))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
