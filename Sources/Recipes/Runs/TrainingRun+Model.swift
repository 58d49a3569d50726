internal import Foundation
internal import Hub

extension TrainingRun {
  /// Fetches a model of the hub, and fixes the commit, so that the stored recipe takes the same one.
  ///
  /// A resumed run goes on with the commit that it began with, whatever its branch is by now.
  func pinModel(isResumed: Bool) throws {
    if recipe.isFromScratch { return }
    if isResumed, recipe.modelRevision == nil {
      let stored = try StoredRun(output).recipe
      if stored.model == recipe.model { recipe.modelRevision = stored.modelRevision }
    }
    let found = try ModelFolder.found(
      recipe.model, revision: recipe.modelRevision, sink: sink, control: control)
    guard let commit = found.commit else { return }
    say("Model \(recipe.model) of the hub, commit \(commit)")
    recipe.modelRevision = commit
  }

  /// What the model card calls the model: its name at the hub, or that of its folder.
  var baseModelName: String {
    guard recipe.modelRevision != nil, let reference = try? ModelReference(recipe.model) else {
      return URL(filePath: recipe.model).lastPathComponent
    }
    return reference.name
  }
}
