public import Testing
public import Torch

/// Checks that two tensors have one shape and one type, and that their elements differ by no more
/// than `tolerance`.
///
/// NaN equals NaN, and an infinity equals itself. A failure tells the largest difference and where
/// it is. The tolerance is absolute, 0 asks for equality; `relative` times the expected element is
/// added to it.
///
/// - Throws: ``TorchError`` when the elements cannot be read.
public func expectClose(
  _ actual: Tensor, to expected: Tensor, within tolerance: Double = 1e-6, relative: Double = 0,
  _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard actual.shape == expected.shape, actual.dataType == expected.dataType else {
    Issue.record(
      """
      \(prefix(comment()))expected \(expected.dataType) \(expected.shape), \
      found \(actual.dataType) \(actual.shape)
      """, sourceLocation: sourceLocation)
    return
  }
  try expectClose(
    actual, to: expected.values(as: Double.self), within: tolerance, relative: relative, comment(),
    sourceLocation: sourceLocation)
}

/// Checks the elements of a tensor, in row-major order, whatever its shape and type.
public func expectClose(
  _ actual: Tensor, to expected: [Float], within tolerance: Double = 1e-6, relative: Double = 0,
  _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try expectClose(
    actual, to: expected.map(Double.init), within: tolerance, relative: relative, comment(),
    sourceLocation: sourceLocation)
}

/// Checks the elements of a tensor, in row-major order, whatever its shape and type.
public func expectClose(
  _ actual: Tensor, to expected: [Double], within tolerance: Double = 1e-6, relative: Double = 0,
  _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let found = try actual.values(as: Double.self)
  guard found.count == expected.count else {
    Issue.record(
      "\(prefix(comment()))expected \(expected.count) elements, found \(found.count)",
      sourceLocation: sourceLocation)
    return
  }
  var worst: (index: Int, excess: Double)?
  for index in found.indices where !isSame(found[index], expected[index]) {
    let difference = abs(found[index] - expected[index])
    let excess = difference - tolerance - relative * abs(expected[index])
    let measured = difference.isFinite ? excess : .infinity
    if measured > 0, measured > worst?.excess ?? 0 { worst = (index, measured) }
  }
  guard let worst else { return }
  Issue.record(
    """
    \(prefix(comment()))element \(worst.index) of \(actual.shape) is \(found[worst.index]), expected \
    \(expected[worst.index]) within \(tolerance)
    """, sourceLocation: sourceLocation)
}

private func isSame(_ one: Double, _ other: Double) -> Bool {
  one == other || one.isNaN && other.isNaN
}

private func prefix(_ comment: Comment?) -> String {
  comment.map { "\($0.rawValue): " } ?? ""
}
