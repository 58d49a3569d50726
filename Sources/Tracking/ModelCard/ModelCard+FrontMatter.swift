import Evaluation
import Foundation

extension ModelCard {
  /// The YAML between the dashes, with the keys that Hugging Face's Hub reads.
  var frontMatter: String {
    var entries: [(String, YAMLText)] = []
    if let hubName = baseModelOnHub { entries.append(("base_model", .text(hubName))) }
    if !languages.isEmpty { entries.append(("language", .list(languages.map(YAMLText.text)))) }
    if let license { entries.append(("license", .text(license))) }
    entries.append(("library_name", .text(libraryName)))
    entries.append(("pipeline_tag", .text(pipelineTag)))
    entries.append(("tags", .list([.text("finetune"), .text(pipelineTag)])))
    if let evaluation, !evaluation.headlineScores.isEmpty {
      entries.append(("metrics", .list(evaluation.headlineScores.map(YAMLText.text))))
      entries.append(("model-index", modelIndex(evaluation)))
    }
    return "---\n" + YAMLText.map(entries).lines().joined(separator: "\n") + "\n---\n"
  }

  /// The Python library that loads the folder as it is.
  var libraryName: String {
    pipelineTag == "sentence-similarity" ? "sentence-transformers" : "transformers"
  }

  /// "owner/name" of the base model, when it looks like a name on the Hub and not like a path.
  var baseModelOnHub: String? {
    let parts = baseModel.split(separator: "/", omittingEmptySubsequences: false)
    let isName = { (part: Substring) in
      part.first.map { $0.isLetter || $0.isNumber } ?? false
        && part.unicodeScalars.allSatisfy {
          $0.isASCII
            && ($0.properties.isAlphabetic || $0.properties.numericType != nil
              || "-_.".unicodeScalars.contains($0))
        }
    }
    return parts.count == 2 && parts.allSatisfy(isName) ? baseModel : nil
  }

  /// The base model as the card's text names it.
  var baseModelName: String {
    baseModelOnHub ?? baseModel.split(separator: "/").last.map(String.init) ?? baseModel
  }

  private func modelIndex(_ report: EvaluationReport) -> YAMLText {
    let evaluated = evaluated ?? DataDescription(name: "test", split: "test", rows: report.rows)
    let metrics = report.headlineScores.map { name in
      YAMLText.map([
        ("type", .text(name)), ("name", .text(name)), ("value", .number(report.scores[name] ?? 0)),
      ])
    }
    let result = YAMLText.map([
      ("task", .map([("type", .text(pipelineTag)), ("name", .text(taskTitle))])),
      (
        "dataset",
        .map([
          ("name", .text(evaluated.name)), ("type", .text(evaluated.name)),
          ("split", .text(evaluated.split)),
        ])
      ),
      ("metrics", .list(metrics)),
    ])
    return .list([.map([("name", .text(name)), ("results", .list([result]))])])
  }

  /// "text-classification" as "Text Classification".
  private var taskTitle: String {
    pipelineTag.split(separator: "-").map(\.capitalized).joined(separator: " ")
  }
}
