"""How much arithmetic is in a model's work on sequences of given lengths."""

import json
from pathlib import Path


class Shape:
    """The sizes of a BERT, or of a Llama, that decide its arithmetic."""

    def __init__(self, folder):
        configuration = json.loads((Path(folder) / "config.json").read_text())
        self.layers = configuration["num_hidden_layers"]
        self.hidden = configuration["hidden_size"]
        self.intermediate = configuration["intermediate_size"]
        self.is_gated = configuration.get("model_type") == "llama"
        heads = configuration.get("num_attention_heads", 1)
        # Keys and values are narrower where queries share them.
        self.key_width = self.hidden * configuration.get("num_key_value_heads", heads) // heads

    def training_operations(self, lengths):
        """Useful floating-point operations of one training step: forward, and twice that for the gradients.

        6 for each parameter of a matrix and each token (BERT's pooler sees one token a sequence), and attention's two
        products (queries with keys, weights with values): 12 x hidden for each pair of tokens and layer. Padding,
        element-wise work, embeddings and the optimiser do not count.
        """
        attention = 2 * self.hidden**2 + 2 * self.hidden * self.key_width
        matrices = self.layers * (attention + (3 if self.is_gated else 2) * self.hidden * self.intermediate)
        pairs = sum(length**2 for length in lengths)
        pooler = 0 if self.is_gated else self.hidden**2 * len(lengths)
        return 6 * (matrices * sum(lengths) + pooler) + 12 * self.layers * self.hidden * pairs

    def adapter_operations(self, lengths):
        """Useful floating-point operations of a step that trains no matrix of the base: forward, and the gradients of
        what layers read; the method's own small matrices do not count."""
        return self.training_operations(lengths) * 2 / 3

    def prediction_operations(self, lengths):
        """Useful floating-point operations of answering: the forward third of a training step."""
        return self.training_operations(lengths) / 3
