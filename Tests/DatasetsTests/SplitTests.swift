import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct SplitTests {
  private func rows(_ counts: [(String, Int)]) -> [TextRow] {
    counts.flatMap { label, count in (0..<count).map { row("\(label) \($0)", label) } }
  }

  private func labels(_ rows: [TextRow], _ places: [Int]) -> [RowTarget: Int] {
    places.reduce(into: [:]) { $0[rows[$1].target, default: 0] += 1 }
  }

  @Test(arguments: Split.Method.allCases)
  func everyRowIsInExactlyOnePart(_ method: Split.Method) throws {
    let rows = rows([("a", 70), ("b", 30)])
    let split = try Split(rows, .init(validation: 0.1, test: 0.2, method: method, seed: 3))
    #expect((split.train + split.validation + split.test).sorted() == Array(rows.indices))
    #expect(split.train == split.train.sorted())
  }

  @Test func stratifiedPartsHoldEachLabelInProportion() throws {
    let rows = rows([("a", 70), ("b", 20), ("c", 10)])
    let split = try Split(rows, .init(validation: 0.1, test: 0.2, seed: 1))
    #expect(labels(rows, split.test) == [.label("a"): 14, .label("b"): 4, .label("c"): 2])
    #expect(labels(rows, split.validation) == [.label("a"): 7, .label("b"): 2, .label("c"): 1])
  }

  @Test func stratifiedPartsReachTheWholeShareAndLeaveEachLabelOneRow() throws {
    let rows = rows([("a", 33), ("b", 33), ("c", 33), ("rare", 1)])
    let split = try Split(rows, .init(test: 0.1))
    #expect(split.test.count == 10)
    #expect(labels(rows, split.train)[.label("rare")] == 1)
  }

  @Test func theSeedAloneDecides() throws {
    let rows = rows([("a", 50), ("b", 50)])
    for method in [Split.Method.random, .stratified] {
      let first = try Split(rows, .init(test: 0.2, method: method, seed: 1))
      #expect(try Split(rows, .init(test: 0.2, method: method, seed: 1)) == first)
      #expect(try Split(rows, .init(test: 0.2, method: method, seed: 2)) != first)
    }
  }

  @Test(arguments: Split.Method.allCases)
  func rowsOfOneTextStayTogether(_ method: Split.Method) throws {
    let rows = (0..<200).map { row("text \($0 % 50)", $0.isMultiple(of: 2) ? "a" : "b") }
    let split = try Split(rows, .init(validation: 0.2, test: 0.2, method: method))
    let texts = [split.train, split.validation, split.test].map { Set($0.map { rows[$0].text }) }
    #expect(texts[0].isDisjoint(with: texts[1]))
    #expect(texts[0].isDisjoint(with: texts[2]))
    #expect(texts[1].isDisjoint(with: texts[2]))
  }

  @Test func numbersAreSplitAcrossTheirWholeRange() throws {
    let rows = (0..<100).map { number in
      TextRow(
        text: "\(number)", target: .value(Double(number)),
        location: RowLocation(file: "t", line: number))
    }
    let split = try Split(rows, .init(test: 0.1))
    #expect(split.test.map { $0 / 10 } == Array(0..<10))
  }

  @Test func aTextKeepsItsPartWhenRowsAreAdded() throws {
    let rows = rows([("a", 200)])
    let configuration = Split.Configuration(validation: 0.1, test: 0.1, method: .textHash)
    let few = try Split(Array(rows.prefix(100)), configuration)
    let all = try Split(rows, configuration)
    #expect(all.test.filter { $0 < 100 } == few.test)
    #expect(all.validation.filter { $0 < 100 } == few.validation)
  }

  @Test func theHashOfATextIsTheOneThatPythonComputes() throws {
    struct Request: Encodable {
      let texts: [String]
      let validation, test: Double
    }
    // Lengths around SHA-256's blocks of 64 bytes, and more than ASCII.
    let texts = (0..<300).map { String(repeating: "aé中👍", count: $0 % 13) + "\($0)" }
    let parts = try PythonOracle("datasets_split").run(
      Request(texts: texts, validation: 0.2, test: 0.3), returning: [String].self)
    let split = try Split(
      texts.map { row($0) }, .init(validation: 0.2, test: 0.3, method: .textHash))
    #expect(split.train == parts.indices.filter { parts[$0] == "train" })
    #expect(split.validation == parts.indices.filter { parts[$0] == "validation" })
    #expect(split.test == parts.indices.filter { parts[$0] == "test" })
  }

  @Test(arguments: [(-0.1, 0.0), (0, 1), (0.6, 0.5), (.nan, 0)])
  func sharesOutOfRangeAreRefused(_ validation: Double, _ test: Double) {
    let error = problem {
      _ = try Split(rows([("a", 10)]), .init(validation: validation, test: test))
    }
    #expect(error?.code == .invalidSetting)
  }

  @Test func aPartThatWouldBeEmptyIsAnError() {
    #expect(problem { _ = try Split(rows([("a", 3)]), .init(test: 0.1)) }?.code == .emptySplit)
    #expect(problem { _ = try Split([], .init()) }?.code == .emptySplit)
  }

  @Test func aSplitTableKeepsWhatReadingLeftOut() throws {
    let content = (0..<20).map { "text \($0),\($0 % 2)" }.joined(separator: "\n")
    let table = try read(
      "text,label\nbad\n" + content, policy: DataPolicy(onBadRow: .leaveOut))
    let splits = try DataSplits(table, .init(validation: 0.2))
    #expect(splits.train.rows.count == 16)
    #expect(splits.validation?.rows.count == 4)
    #expect(splits.test?.rows == nil)
    #expect(splits.train.leftOut.count == 1)
  }
}
