internal import Evaluation
internal import Foundation
internal import Tracking
internal import Training

extension TrainingRun {
  /// The losses and scores in the course of the run, as its records hold them.
  ///
  /// - Throws: `TrackingError` when they cannot be read.
  func curves() throws -> [Curve] {
    let records = try RunLog.records(in: output.url)
    let wanted = recipe.training.metricForBest.map { ["loss", $0] } ?? ["loss", "accuracy", "f1"]
    return [(MetricRecord.train, "training"), (MetricRecord.evaluation, "validation")].flatMap {
      kind, series in
      wanted.compactMap { name in
        let points = records.filter { $0.kind == kind }.compactMap { record in
          record.values[name].map { (step: record.step, value: $0) }
        }
        return points.count < 2 ? nil : Curve(name: name, series: series, points: points)
      }
    }
  }

  /// What heads the report's page.
  func facts(_ split: String) -> [(name: String, value: String)] {
    [
      ("Model", recipe.model), ("Task", recipe.task.kind.rawValue),
      ("Training data", recipe.data.train), ("Scored on", "\(split) data"),
    ]
  }
}

extension EvaluationReport {
  /// The scores alone: what a run tells on the screen; the whole report is in its folder.
  var withoutSections: EvaluationReport {
    var report = self
    (report.errors, report.slices, report.calibration) = (nil, nil, nil)
    (report.lengths, report.curves, report.hardest) = (nil, nil, nil)
    return report
  }
}
