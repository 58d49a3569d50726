import Foundation

/// A failure that may be gone a moment later: a cut connection, a server that is overloaded.
struct PassingFailure: Error {
  /// What happened, as the end of a sentence.
  let reason: String
  /// The kind of the error when it does not pass.
  let code: HubError.Code
  /// How long the server asks to wait.
  var wait: Duration?
}

/// How failures that pass are waited out: exponential back-off with jitter.
package struct RetryPolicy: Sendable {
  /// How often something is tried without getting on before it is given up.
  var attempts = 6
  /// The longest wait before the second attempt; each later one may be twice as long.
  var firstWait = Duration.seconds(1)
  /// The longest wait of back-off.
  var longestWait = Duration.seconds(30)
  /// The longest wait that a server may ask for.
  var longestAskedWait = Duration.seconds(300)
  /// A random number from 0 to 1.
  package var random: @Sendable () -> Double = { Double.random(in: 0...1) }
  /// Waits.
  package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// Makes a policy; each setting has a default.
  package init() {}

  /// How long to wait after a number of failures in a row.
  ///
  /// At least half of the wait always passes; the rest is random, so that clients whom one server
  /// turned away together do not come back together.
  package func wait(afterFailures failures: Int) -> Duration {
    let doublings = min(max(failures - 1, 0), 20)
    let most = min(longestWait, firstWait * (1 << doublings))
    return most * (0.5 + 0.5 * random())
  }
}

/// The failures of one piece of work, and whether it is tried again.
struct Attempts {
  private let policy: RetryPolicy
  private let what: String
  private var failures = 0

  /// Begins to count; `what` is tried, the subject of a sentence.
  init(_ policy: RetryPolicy, _ what: String) {
    self.policy = policy
    self.what = what
  }

  /// Counts from the beginning again, since the work got on.
  mutating func gotOn() { failures = 0 }

  /// Waits until it is time to try again, or gives up.
  ///
  /// - Parameters:
  ///   - failure: What went wrong this time.
  ///   - tell: Is told about waits that a person would notice.
  /// - Throws: ``HubError`` when it was tried often enough, or the server asks for too long a wait.
  mutating func wait(after failure: PassingFailure, tell: (String) -> Void) async throws {
    failures += 1
    guard failures < policy.attempts else {
      let often = policy.attempts == 1 ? "" : " (tried \(policy.attempts) times)"
      throw HubError(failure.code, "\(what): \(failure.reason)\(often).")
    }
    var wait = policy.wait(afterFailures: failures)
    if let asked = failure.wait {
      guard asked <= policy.longestAskedWait else {
        throw HubError(
          failure.code,
          "\(what): \(failure.reason), and asks to come back after "
            + "\(asked.components.seconds) seconds. Try again then; requests with a token are "
            + "allowed more often (set HF_TOKEN).")
      }
      wait = max(wait, asked)
    }
    if wait >= .seconds(2) {
      tell("\(what): \(failure.reason); trying again in \(wait.components.seconds) s")
    }
    try await policy.sleep(wait)
  }
}
