import Evaluation
public import Foundation

/// Shows how a run gets on: a live bar on a terminal, plain lines elsewhere.
///
/// The bar shows step, loss, learning rate, tokens a second, time left and memory; it adapts to the
/// terminal's width and is redrawn at most ten times a second. Elsewhere a line is written at the
/// first step, every 30 seconds, and at every tenth of the work. Call ``finish()`` or ``clear()``
/// at the end, whatever the end is, so that the terminal's line is given back. One thread at a time
/// may use a reporter.
public final class ProgressReporter {
  /// How often progress is shown.
  public struct Settings: Sendable, Equatable {
    /// The least seconds between two drawings of the bar.
    public var redrawInterval: Double = 0.1
    /// The seconds after which another plain line is written.
    public var lineInterval: Double = 30
    /// The share of the work after which another plain line is written.
    public var lineShare: Double = 0.1

    /// Makes settings; each has a default.
    public init(
      redrawInterval: Double = 0.1, lineInterval: Double = 30, lineShare: Double = 0.1
    ) {
      self.redrawInterval = redrawInterval
      self.lineInterval = lineInterval
      self.lineShare = lineShare
    }
  }

  private let sink: ProgressSink
  private let settings: Settings
  private let clock: @Sendable () -> Double
  private let memory: @Sendable () -> ProcessMemory?
  private let firstStep: Int
  private let startTime: Double
  private var line: ProgressLine
  private var rate: ProgressRate
  private var lastShown: (time: Double, share: Double)?
  private var isDrawn = false
  private var isDone = false

  /// Begins to report; nothing is shown before the first update.
  ///
  /// - Parameters:
  ///   - title: What is being done, such as "train".
  ///   - total: The number of steps; nil when it is not known.
  ///   - unit: What a step is; the memory in use is told of steps of work alone.
  ///   - firstStep: The step that a continued run starts from.
  ///   - sink: Where progress is shown.
  ///   - settings: How often.
  ///   - clock: Seconds that never go back.
  ///   - memory: What tells the memory in use.
  public init(
    title: String, total: Int?, unit: ProgressUnit = .steps, startingAt firstStep: Int = 0,
    sink: ProgressSink, settings: Settings = Settings(),
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime },
    memory: @escaping @Sendable () -> ProcessMemory? = { ProcessMemory.now() }
  ) {
    self.sink = sink
    self.settings = settings
    self.clock = clock
    self.memory = memory
    self.firstStep = firstStep
    startTime = clock()
    line = ProgressLine(
      title: Self.printable(title), total: total, unit: unit,
      state: ProgressState(step: firstStep))
    rate = ProgressRate(time: startTime, step: firstStep)
  }

  /// The number of steps, nil when it is not known; it may become known, or grow, on the way.
  public var total: Int? {
    get { line.total }
    set { line.total = newValue }
  }

  /// Takes new numbers and shows them when it is time to; what is nil stays as it was.
  public func update(_ state: ProgressState) {
    guard !isDone else { return }
    let now = clock()
    line.state.step = state.step
    line.state.epoch = state.epoch ?? line.state.epoch
    line.state.loss = state.loss ?? line.state.loss
    line.state.learningRate = state.learningRate ?? line.state.learningRate
    line.state.tokens = state.tokens ?? line.state.tokens
    rate.add(time: now, step: state.step, tokens: line.state.tokens ?? 0)
    guard isTime(now) else { return }
    lastShown = (now, line.share ?? 0)
    refresh()
    if sink.isTerminal { draw() } else { sink.write(line.plain + "\n") }
  }

  /// Writes a line above the bar.
  public func say(_ text: String) {
    sink.write((isDrawn ? Self.clearedLine : "") + text + "\n")
    if isDrawn { draw() }
  }

  /// Takes the bar away; later updates draw it anew.
  public func clear() {
    guard isDrawn else { return }
    sink.write(Self.clearedLine)
    isDrawn = false
  }

  /// Takes the bar away for good and writes what was done in one line.
  public func finish() {
    guard !isDone else { return }
    clear()
    isDone = true
    sink.write(summary + "\n")
  }

  /// Steps, time, tokens a second and peak memory of the whole work.
  private var summary: String {
    let seconds = max(0, clock() - startTime)
    let steps = line.state.step - firstStep
    let amount =
      line.unit == .bytes
      ? ProgressLine.bytes(steps) : "\(steps) \(steps == 1 ? "step" : "steps")"
    var parts = ["\(line.title): \(amount)"]
    parts[0] += " in \(ProgressLine.duration(seconds))"
    if let tokens = line.state.tokens, seconds > 0 {
      let each = Int((Double(tokens) / seconds).rounded())
      parts.append("\(ProgressLine.grouped(each)) tokens/s")
    }
    if line.unit == .steps, let peak = memory()?.peak {
      parts.append("peak memory \(ProgressLine.bytes(peak))")
    }
    return parts.joined(separator: ", ")
  }

  private func isTime(_ now: Double) -> Bool {
    guard let lastShown else { return true }
    if sink.isTerminal { return now - lastShown.time >= settings.redrawInterval }
    if now - lastShown.time >= settings.lineInterval { return true }
    // Tenths of the whole, not tenths from wherever the last line fell.
    guard let share = line.share, settings.lineShare > 0 else { return false }
    let tenth = { [settings] (share: Double) in (share / settings.lineShare + 1e-9).rounded(.down) }
    return tenth(share) > tenth(lastShown.share)
  }

  private func refresh() {
    line.stepsPerSecond = rate.stepsPerSecond
    line.tokensPerSecond = line.state.tokens == nil ? nil : rate.tokensPerSecond
    line.memory = line.unit == .steps ? memory()?.resident : nil
  }

  private func draw() {
    // The last column stays free: some terminals wrap when it is written to.
    let text = line.bar(width: max(10, sink.width() - 1))
    sink.write(Self.clearedLine + text)
    isDrawn = true
  }

  /// Back to the first column, and everything to the right of it gone (ECMA-48 EL).
  private static let clearedLine = "\r\u{1B}[K"

  /// The text without control characters, which could move the cursor.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }
}
