import Foundation

/// The copy of a model that earlier pulls, or Python's programs, have left in the cache.
struct CachedModel: Sendable {
  let model: ModelReference
  let choice: FileChoice
  let settings: HubSettings

  /// The model's part of the cache.
  var cache: ModelCache {
    ModelCache(layout: CacheLayout(root: settings.cacheFolder, model: model))
  }

  /// The copy.
  ///
  /// - Throws: ``HubError`` with `offline` that says what is missing.
  func found() throws(HubError) -> PulledModel {
    guard let commit = cache.commit(of: model) else {
      throw missing(
        "no copy of its revision \(model.wantedRevision) is in \(cache.layout.folder.path)")
    }
    let here = cache.paths(commit: commit)
    if here.isEmpty { throw missing("no file of it is in \(cache.layout.snapshot(commit).path)") }
    let gaps = gaps(here, commit: commit)
    guard gaps.isEmpty else {
      throw missing("\(gaps.joined(separator: ", ")) of it is not in the cache")
    }
    return pulled(commit: commit, paths: wanted(here))
  }

  /// What a pull came to; `fetched` are the files that were not here before.
  func pulled(commit: String, paths: [String], fetched: Set<String> = []) -> PulledModel {
    let folder = cache.layout.snapshot(commit)
    let files = paths.sorted().map { path in
      PulledModel.File(
        path: path, size: ModelCache.length(folder.appending(path: path)) ?? 0,
        wasHere: !fetched.contains(path))
    }
    return PulledModel(name: model.name, commit: commit, folder: folder, files: files)
  }

  private func missing(_ what: String) -> HubError {
    let why =
      settings.isOffline
      ? "the network is not to be used (HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set)"
      : "the hub was not asked"
    return HubError(
      .offline,
      "The model \(model) is not here: \(what), and \(why). Pull it once with the network: "
        + "finetune pull \(model).")
  }

  /// What is wanted and not here.
  private func gaps(_ here: [String], commit: String) -> [String] {
    let there = Set(here)
    if let listing = TreeFile.stored(cache, commit: commit) {
      var wanted = choice.files(in: listing.paths)
      wanted.paths += wanted.indices.flatMap { shards($0, commit) }.filter {
        !choice.isExcluded($0)
      }
      return (wanted.paths + wanted.missing).filter { !there.contains($0) }
    }
    // Without the list of the commit, what a usable model cannot do without is looked for.
    let wanted = choice.files(in: here)
    var gaps = wanted.missing
    gaps += wanted.indices.flatMap { shards($0, commit) }.filter {
      !there.contains($0) && !choice.isExcluded($0)
    }
    if choice.base == .needed, choice.including.isEmpty {
      let hasWeights =
        !wanted.indices.isEmpty || wanted.paths.contains(where: NeededFiles.isWeights)
      gaps += essentials(there, hasWeights: hasWeights)
    } else if wanted.paths.isEmpty {
      gaps.append("any file that fits")
    }
    return gaps
  }

  private func essentials(_ there: Set<String>, hasWeights: Bool) -> [String] {
    let isConfigured = there.contains("config.json")
    let isAdapter = there.contains("adapter_config.json")
    var gaps: [String] = []
    if hasWeights, !isConfigured, !isAdapter, choice.names.isEmpty { gaps.append("config.json") }
    if !hasWeights, isConfigured || isAdapter, !choice.isExcluded("model.safetensors") {
      gaps.append(isConfigured ? "model.safetensors" : "adapter_model.safetensors")
    }
    return gaps
  }

  private func shards(_ index: String, _ commit: String) -> [String] {
    let file = cache.layout.snapshot(commit).appending(path: index)
    guard let data = try? Data(contentsOf: file) else { return [index] }
    return (try? ShardIndex.shards(data, path: index)) ?? [index]
  }

  /// The files of the choice among those that are here.
  private func wanted(_ here: [String]) -> [String] {
    let wanted = choice.files(in: here)
    let isWanted = Set(wanted.paths)
    return wanted.indices.isEmpty
      ? wanted.paths
      : here.filter { isWanted.contains($0) || NeededFiles.isWeights($0) && !choice.isExcluded($0) }
  }
}
