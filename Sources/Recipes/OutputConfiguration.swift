public import Optimizers

/// Where a run goes.
public struct OutputConfiguration: CheckedConfiguration {
  /// The run folder, which becomes a model folder; made when it is not there.
  public var folder: String
  /// Whether a run that the folder already holds may be replaced; false by default.
  public var overwrite: Bool
  /// Whether the run that the folder holds is gone on with; false by default.
  public var resume: Bool

  /// Makes a configuration; every value left out has its documented default.
  public init(folder: String, overwrite: Bool = false, resume: Bool = false) {
    self.folder = folder
    self.overwrite = overwrite
    self.resume = resume
  }

  /// Everything that is wrong with the value; empty when it can be used.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checks.require(!folder.isEmpty, "folder", "is empty; name a folder for the run")
    checks.require(
      !(overwrite && resume), "overwrite",
      "and output.resume exclude each other; a run is either replaced or gone on with")
    return checks.problems
  }
}
