internal import Foundation
internal import Training

/// The run that a folder holds, compared with the one that is to go on with it.
struct StoredRun {
  private let folder: OutputFolder
  let recipe: Recipe

  /// Reads the recipe of the run.
  ///
  /// - Throws: ``RecipesError`` when it cannot be read.
  init(_ folder: OutputFolder) throws {
    self.folder = folder
    recipe = try Recipe(file: folder.url.appending(path: "recipe.yaml").relativePath)
  }

  /// Refuses settings that would change the course of the run, and names them.
  func refuseOtherSettings(than new: Recipe) throws {
    let differences = recipe.deciding.differences(from: new.deciding)
    guard !differences.isEmpty else { return }
    let list = differences.map { "\($0.key) is \($0.here) there and \($0.there) here" }
    throw RunError(
      .setting,
      "The run in \(folder.name) was made with other settings, and going on with these would give "
        + "neither run's result: \(list.joined(separator: "; ")). Go on with its own (finetune "
        + "train \(folder.name)/recipe.yaml --resume), or start anew (--overwrite).")
  }
}

extension Recipe {
  /// The settings that decide the course of a run; what is only watched or stored is left out.
  var deciding: Recipe {
    var settings = self
    settings.output = OutputConfiguration(folder: "run")
    settings.training.logEverySteps = 1
    settings.training.keepCheckpoints = 1
    settings.training.saveEvery = .never
    return settings
  }
}
