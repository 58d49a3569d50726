import Evaluation

extension ModelCard {
  /// How to use the model with `finetune` and with the Python library that loads its folder:
  /// Transformers, or sentence-transformers for vectors.
  var usageSection: String {
    """
    ## How to use it

    With `finetune`, in the folder above this one:

    ```
    finetune predict \(folderName) "a sentence"
    finetune predict \(folderName) unseen.csv
    ```

    \(inPython)

    """
  }

  private var inPython: String {
    if libraryName == "sentence-transformers" {
      return """
        With sentence-transformers, in this folder:

        ```python
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(".")
        vectors = model.encode(["a sentence", "another one"])
        print(model.similarity(vectors, vectors))
        ```
        """
    }
    return """
      With Transformers, in this folder:

      ```python
      from transformers import pipeline

      \(call)
      print(model("a sentence"))
      ```
      """
  }

  private var folderName: String {
    let plain = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "-_.0123456789".unicodeScalars.contains($0))
    }
    return plain && !name.isEmpty ? name : "this-folder"
  }

  /// Transformers' pipeline shows the best label alone, and takes a single output for a
  /// probability, unless it is told.
  private var call: String {
    let start = "model = pipeline(\"\(pipelineTag)\", model=\".\""
    switch kind {
    case .binary, .multiclass, .tokens, .relations, .answers, .retrieval, .similarity, .choice,
      .ranking:
      return start + ")"
    case .multilabel: return start + ", top_k=None, function_to_apply=\"sigmoid\")"
    case .regression: return start + ", function_to_apply=\"none\")"
    }
  }
}
