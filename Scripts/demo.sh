#!/bin/sh
# The demo: fine-tunes all-MiniLM-L6-v2 on movie reviews, measures it on held-out ones, uses it.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

show() {
  printf '\n$ ./finetune'
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./=-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  ./finetune "$@"
}

show train --model demo/model --task text-classification \
  --train demo/data/train.csv --test demo/data/test.csv \
  --text-column text --label-column label \
  --epochs 1 --batch-size 16 --learning-rate 5e-5 \
  --output demo/run --overwrite

show predict demo/run "A warm, funny film that I would gladly see again."
show predict demo/run "Two hours of my life that nobody will give back to me."
show predict demo/run "The plot is thin, yet the acting carries it to a moving end."

cat <<'TEXT'

The fine-tuned model is in demo/run: a Hugging Face model folder with its reports. Type next:
  ./finetune predict demo/run "Your own sentence"
  ./finetune predict demo/run demo/data/unseen.csv      a whole file; JSON Lines come out
  ./finetune evaluate demo/run demo/data/test.csv       the report again
  ./finetune inspect demo/run                           what this folder is
  ./finetune train --help                               your own data
TEXT
