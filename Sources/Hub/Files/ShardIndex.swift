import Foundation

/// The index of weights in several files: which parameter lies in which file.
enum ShardIndex {
  /// The files that an index names, relative to the model's folder.
  ///
  /// - Throws: ``HubError`` when it is no index, or names a file outside the folder.
  static func shards(_ data: Data, path: String) throws(HubError) -> [String] {
    struct Index: Decodable {
      let weightMap: [String: String]
      enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
    }
    guard let index = try? JSONDecoder().decode(Index.self, from: data), !index.weightMap.isEmpty
    else {
      throw HubError(
        .invalidAnswer, "\(path) is no index of weights: it has no \"weight_map\" of file names.")
    }
    let folder = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    let names = Set(index.weightMap.values).sorted().map { folder + $0 }
    if let bad = names.first(where: { !ModelFile.isSafe(path: $0) }) {
      throw HubError(.invalidAnswer, "\(path) names a file outside the model: \(bad.asQuotation).")
    }
    return names
  }
}
