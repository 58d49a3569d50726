internal import Datasets
internal import Foundation
internal import Tasks
internal import Training

/// The rows of a run, read as its recipe says.
struct RunData<Task: TaskDeclaration> {
  /// The task as the training rows show it to be.
  let task: Task
  /// The rows, before the pre-flight examination leaves any out.
  let splits: DataSplits
  /// What is read as what, in one sentence.
  let summary: String
  /// What there is to know about how files were read.
  let notes: [String]

  /// Reads training, validation and test data.
  ///
  /// - Throws: `DatasetsError` that names file and line.
  init(_ recipe: Recipe, _ declared: Task) throws {
    let data = recipe.data
    let reading = data.reading
    var task = declared
    var train = try task.table(URL(filePath: data.train), reading)
    if let settled = try task.settled(on: train) {
      task = settled
      train = try task.table(URL(filePath: data.train), reading)
    }
    var notes = train.notes
    let read = { (path: String) in
      let table = try task.table(URL(filePath: path), reading)
      notes += table.notes
      return table
    }
    let test = try data.test.map(read)
    switch data.validation {
    case .none: splits = DataSplits(train: train, test: test)
    case .file(let path):
      splits = DataSplits(train: train, validation: try read(path), test: test)
    case .share(let share):
      var parts = try DataSplits(
        train,
        Split.Configuration(
          validation: share, method: data.stratified && task.hasLabels ? .stratified : .random,
          seed: UInt64(clamping: recipe.training.seed)))
      parts.test = test
      splits = parts
    }
    self.task = task
    self.notes = notes
    summary = "Data: " + task.summary(of: reading)
  }
}
