public import Foundation

/// Writes what training changed of a model in place of its whole weights: it fills
/// ``ParameterStore/storedForm``.
///
/// So a task saves and puts back its model in the same way whether all of its weights are tuned or
/// an adapter beside them.
public protocol StoredForm: AnyObject {
  /// Writes into a folder that is there.
  ///
  /// - Throws: An error of whoever writes; what was in the folder before is then still whole.
  func save(to folder: URL) throws

  /// Puts back what ``save(to:)`` wrote.
  ///
  /// - Throws: An error of whoever reads.
  func reload(from folder: URL) throws
}
