import Foundation
import TestSupport
import Testing

/// What a person sees on a terminal.
@Suite struct TerminalTests {
  private struct Screen: Decodable {
    let status: Int32
    let text: String
  }

  let desk: Desk

  init() throws {
    desk = try Desk()
  }

  private func watch(_ arguments: [String], interruptAt text: String = "") throws -> Screen {
    try PythonOracle("command_terminal").run(
      [Program.file.path] + arguments, arguments: [desk.folder.path, text])
  }

  private func flags(_ model: String, _ more: String...) -> [String] {
    Desk.training + ["--model", model, "--validation", "0.1", "--epochs", "4", "--output", "run"]
      + more
  }

  @Test func theBarIsRedrawnInPlaceWithinTheWidth() throws {
    let screen = try watch(flags("slow"))
    #expect(screen.status == 0)
    let drawn = screen.text.components(separatedBy: "\r\u{1B}[K").filter { $0.contains("[#") }
    #expect(drawn.count > 1)
    for bar in drawn {
      let line = bar.prefix { $0 != "\r" && $0 != "\r\n" }
      #expect(line.count < 80)
    }
    #expect(drawn.contains { $0.contains("loss") })
  }

  @Test func afterCtrlCTheLineIsGivenBack() throws {
    let screen = try watch(flags("slow"), interruptAt: "[#")
    #expect(screen.status == 130)
    let lines = screen.text.components(separatedBy: "\r\n")
    #expect(
      lines.contains {
        $0.hasSuffix(
          "\r\u{1B}[KInterrupted: the state of the run is being "
            + "stored. Once more ends at once.")
      })
    #expect(screen.text.hasSuffix("--resume\r\n"))
  }

  @Test func ctrlCEndsTheWaitForASentence() throws {
    let run = try TunedRun.shared.get().desk.url("runs/reviews").path
    let screen = try watch(["predict", run, "--threads", "1"], interruptAt: "One text a line")
    #expect(screen.status == 130)
    #expect(screen.text.contains("Interrupted; the answers are not complete."))
  }

  @Test func afterAnErrorTheLineIsGivenBack() throws {
    let screen = try watch(flags("model", "--learning-rate", "1e30"))
    #expect(screen.status == 1)
    let error = screen.text.components(separatedBy: "\r\n").last { $0.contains("finetune: ") } ?? ""
    let shown = error.components(separatedBy: "\r\u{1B}[K").last ?? ""
    #expect(shown.hasPrefix("finetune: "))
  }
}
