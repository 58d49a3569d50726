internal import Adapters
internal import Foundation
internal import Layers
internal import Models
internal import Torch
internal import Tracking
internal import Training

extension Inspection {
  /// What an adapter's folder is, and how it fits its base where that is at hand.
  static func adapter(_ folder: URL, listsTensors: Bool) throws -> [String] {
    let description = try AdapterDescription(folder)
    var lines = ["\(folder.relativePath): an adapter"]
    lines += description.lines.map { "  \($0.title): \($0.text)" }
    let recipe = folder.appending(path: "recipe.yaml")
    let run =
      FileManager.default.fileExists(atPath: recipe.path) ? try Recipe(file: recipe.path) : nil
    lines += fit(description, folder, run)
    if listsTensors {
      let source = description.weights
      lines += source.names.map { name in
        let shape = (source.shape(of: name) ?? []).map(String.init).joined(separator: " × ")
        return "    \(name)  [\(shape)]  \(source.dataType(of: name)?.rawValue ?? "?")"
      }
    }
    if let run { lines += try Self.run(folder, run) }
    return lines
  }

  /// How the adapter's tensors meet the base's; a base that is not here is told, and no failure.
  private static func fit(
    _ description: AdapterDescription, _ folder: URL, _ recipe: Recipe?
  ) -> [String] {
    do {
      let place = try AdapterPlace(folder, recipe: recipe, sink: nil, control: RunControl())
      let base = try ModelDescription(folder: place.base)
      let weights = try Checkpoint.open(folder: place.base)
      var shapes: [String: [Int]] = [:]
      for name in weights.names {
        guard let shape = weights.shape(of: name) else { continue }
        let isTransposed = shape.count == 2 && base.family.isStoredTransposed(name)
        shapes[name] = isTransposed ? shape.reversed() : shape
      }
      var lines = ["  on the base in \(place.base.path):"]
      // The head is not the base's: only what a method adds is told as having no place.
      lines += description.fit(shapes).notes.map { "    \($0)" }
      return lines
    } catch {
      return ["  on its base: not looked at. \(error)"]
    }
  }
}
