"""The other side of one sentence's latency: Transformers and PyTorch in inference mode; prints JSON."""

import json
import statistics
import time

import setting

WARM_UP = 50


def percentiles(action, repeats):
    """The median and the 10th and 90th percentile of an action's time, in microseconds."""
    for _ in range(WARM_UP):
        action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter_ns()
        action()
        times.append((time.perf_counter_ns() - start) / 1000)
    times.sort()
    at = lambda share: times[round((len(times) - 1) * share)]  # noqa: E731
    return {"median": statistics.median(times), "p10": at(0.1), "p90": at(0.9)}


def main():
    options = setting.parser(__doc__)
    options.add_argument("sentence")
    options.add_argument("--repeats", type=int, required=True)
    options = options.parse_args()
    torch, transformers = setting.start(options)
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(options.model)
    model = setting.converted(torch, model, options.setting).eval()
    call = setting.compiled(torch, model, options, same_lengths=True)
    inputs = tokenizer(options.sentence, return_tensors="pt")

    def answer(inputs):
        with setting.precision(torch, options.setting):
            return call(**inputs).logits.tolist()

    with torch.inference_mode():
        with setting.Patience(options.compile):
            if options.compile:
                answer(inputs)
        computing = percentiles(lambda: answer(inputs), options.repeats)
        whole = percentiles(
            lambda: answer(tokenizer(options.sentence, return_tensors="pt")), options.repeats)
        probabilities = torch.tensor(answer(inputs)[0]).softmax(0).tolist()
    print(json.dumps({
        "tokens": inputs["input_ids"].shape[1], "computing": computing, "withTokenizing": whole,
        "probabilities": probabilities}))


if __name__ == "__main__":
    main()
