import Foundation

/// One run that many tests look at, made once; none of them changes it.
struct TunedRun {
  let desk: Desk
  let outcome: Program.Outcome

  static let shared = Result {
    let desk = try Desk()
    let outcome = try desk.train(
      "--validation", "0.1", "--test", "test.csv", "--text-column", "text", "--label-column",
      "label", "--epochs", "4", "--learning-rate", "3e-3", "--output", "runs/reviews")
    return TunedRun(desk: desk, outcome: outcome)
  }
}
