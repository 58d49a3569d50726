import Evaluation
import Foundation
import Synchronization
import Testing
import Tracking

/// A terminal or log that keeps what it shows, with a clock set by hand.
final class Screen: Sendable {
  private let shown = Mutex("")
  private let time = Mutex(0.0)

  var text: String { shown.withLock { $0 } }

  /// What is on each line at the end: a redrawn line shows its last drawing.
  var lines: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let drawings = line.components(separatedBy: "\r\u{1B}[K")
      return drawings.last ?? ""
    }
  }

  func wait(_ seconds: Double) { time.withLock { $0 += seconds } }

  func reporter(
    _ title: String = "train", total: Int? = 1000, unit: ProgressUnit = .steps, from step: Int = 0,
    isTerminal: Bool = true,
    width: Int = 200
  ) -> ProgressReporter {
    let sink = ProgressSink(isTerminal: isTerminal, width: { width }) { text in
      self.shown.withLock { $0 += text }
    }
    return ProgressReporter(
      title: title, total: total, unit: unit, startingAt: step, sink: sink,
      clock: { self.time.withLock { $0 } },
      memory: { ProcessMemory(resident: 1_260_000_000, peak: 2_500_000_000) })
  }
}

struct ProgressReporterTests {
  private let state = ProgressState(
    step: 250, epoch: 0.75, loss: 0.31214, learningRate: 4.2e-5, tokens: 1_000_000)

  @Test func theBarShowsEverythingWhereThereIsRoom() {
    let screen = Screen()
    let reporter = screen.reporter()
    screen.wait(50)
    reporter.update(state)
    #expect(
      screen.lines.last
        == "train   25%  [#######-----------------------]  250/1000  epoch 0.75  loss 0.3121"
        + "  lr 4.20e-05  20,000 tokens/s  2:30 left  1.3 GB")
  }

  @Test func bytesAreShownWithTheirRateAndWithoutMemory() {
    let screen = Screen()
    let reporter = screen.reporter("pull", total: 400_000, unit: .bytes)
    // The whole may turn out to be larger on the way.
    reporter.total = 40_000_000
    screen.wait(2)
    reporter.update(ProgressState(step: 10_000_000))
    #expect(
      screen.lines.last
        == "pull   25%  [#######-----------------------]  10 MB/40 MB  5 MB/s  0:06 left")
    reporter.finish()
    #expect(screen.text.hasSuffix("pull: 10 MB in 0:02\n"))
  }

  @Test(arguments: 11...220)
  func theBarFitsTheTerminal(_ width: Int) throws {
    let screen = Screen()
    screen.reporter("训练", width: width).update(state)
    let line = try #require(screen.lines.last)
    #expect(line.displayWidth <= width - 1)
    #expect(line.contains("25%"))
  }

  @Test func aNarrowTerminalKeepsTheLossAndLosesTheRest() {
    let screen = Screen()
    let reporter = screen.reporter(width: 50)
    screen.wait(50)
    reporter.update(state)
    #expect(screen.lines.last == "train   25%  [##---------]  250/1000  loss 0.3121")
  }

  @Test func theBarIsRedrawnAtMostTenTimesASecond() {
    let screen = Screen()
    let reporter = screen.reporter()
    for step in 1...1000 {
      screen.wait(0.001)
      reporter.update(ProgressState(step: step))
    }
    let drawings = screen.text.components(separatedBy: "\r").count - 1
    #expect(drawings >= 9 && drawings <= 11)
  }

  @Test func theEndGivesTheLineBackAndSumsUp() {
    let screen = Screen()
    let reporter = screen.reporter(from: 50)
    screen.wait(50)
    reporter.update(state)
    reporter.finish()
    reporter.finish()
    reporter.update(state)
    #expect(
      screen.text.hasSuffix(
        "\r\u{1B}[Ktrain: 200 steps in 0:50, 20,000 tokens/s, peak memory 2.5 GB\n"))
  }

  @Test func aLineIsWrittenAboveTheBar() throws {
    let screen = Screen()
    let reporter = screen.reporter()
    reporter.update(state)
    reporter.say("saved checkpoint 250")
    #expect(screen.lines.dropLast().last == "saved checkpoint 250")
    #expect(screen.lines.last?.hasPrefix("train   25%") == true)
    reporter.clear()
    #expect(screen.lines.last == "")
  }

  @Test func aLogGetsPlainLinesEachTenthAndEachHalfMinute() {
    let screen = Screen()
    let reporter = screen.reporter(isTerminal: false)
    for step in 1...1000 {
      screen.wait(step <= 100 ? 1 : 0.01)
      reporter.update(ProgressState(step: step, loss: 0.5))
    }
    let steps = screen.lines.compactMap { line in
      line.split(separator: " ").dropFirst().first.flatMap { Int($0.split(separator: "/")[0]) }
    }
    #expect(steps == [1, 31, 61, 91, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
    #expect(!screen.text.contains("\r") && !screen.text.contains("\u{1B}"))
    #expect(screen.lines.first?.hasPrefix("train  1/1000 (0%)  loss 0.5000") == true)
  }

  @Test func timeLeftFollowsTheLatestSpeed() {
    let screen = Screen()
    let reporter = screen.reporter()
    screen.wait(100)
    reporter.update(ProgressState(step: 1))
    for step in 2...200 {
      screen.wait(0.5)
      reporter.update(ProgressState(step: step))
    }
    // 800 steps at two a second, although the first one took 100 seconds.
    #expect(screen.lines.last?.contains("6:40 left") == true)
  }

  @Test func workOfUnknownLengthHasNoBar() {
    let screen = Screen()
    screen.reporter("read", total: nil).update(ProgressState(step: 7))
    #expect(screen.lines.last == "read  step 7  1.3 GB")
  }

  @Test func aLossThatIsNotFiniteIsShown() {
    let screen = Screen()
    screen.reporter().update(ProgressState(step: 1, loss: .nan))
    #expect(screen.lines.last?.contains("loss nan") == true)
  }

  @Test func controlCharactersOfATitleDoNotMoveTheCursor() {
    let screen = Screen()
    screen.reporter("a\u{1B}[2J\nb", total: nil).update(ProgressState(step: 1))
    #expect(screen.lines.last?.hasPrefix("a [2J b  step 1") == true)
  }

  @Test func thisProcessHasMemory() throws {
    let memory = try #require(ProcessMemory.now())
    #expect(memory.resident > 1_000_000)
    #expect(memory.peak >= memory.resident)
  }
}
