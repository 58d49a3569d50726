internal import Datasets

/// The places of a row's labels among the model's.
struct LabelPlaces {
  let labels: LabelSet?
  let location: RowLocation

  /// A label's place.
  ///
  /// - Throws: ``TasksError`` that lists the labels there are.
  func place(of label: String) throws -> Int {
    guard let place = labels?.index(of: label) else {
      throw TasksError(
        .example,
        "\(location): the label '\(label)' is none of the model's: "
          + (labels?.names.joined(separator: ", ") ?? "it has none") + ".")
    }
    return place
  }
}
