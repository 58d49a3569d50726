import Foundation
import TestSupport
import Testing
import Tracking

struct AtomicFileTests {
  private func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test func replacesAFileOnlyWhenItIsComplete() throws {
    let folder = try TemporaryFolder()
    let target = try folder.file("report.json", containing: "old")
    let file = try AtomicFile(at: target)
    try file.write("new ")
    try file.write("text")
    #expect(try String(contentsOf: target, encoding: .utf8) == "old")
    try file.commit()
    #expect(try String(contentsOf: target, encoding: .utf8) == "new text")
    #expect(try names(folder) == ["report.json"])
  }

  @Test func leavesNothingBehindWithoutACommit() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try AtomicFile(at: folder.url.appending(path: "a"))
      try file.write("half")
    }
    #expect(try names(folder) == [])
  }

  @Test func aFolderInTheWayIsSaidAndNothingIsLeft() throws {
    let folder = try TemporaryFolder()
    let target = folder.url.appending(path: "taken")
    try FileManager.default.createDirectory(
      at: target.appending(path: "inside"), withIntermediateDirectories: true)
    let error = #expect(throws: TrackingError.self) { try AtomicFile.write("text", to: target) }
    #expect(error?.code == .wrongType)
    #expect(error?.description.contains("a folder of that name is there already") == true)
    #expect(try names(folder) == ["taken"])
  }

  @Test func aMissingFolderIsSaid() throws {
    let folder = try TemporaryFolder()
    let target = folder.url.appending(path: "missing/file")
    let error = #expect(throws: TrackingError.self) { try AtomicFile.write("text", to: target) }
    #expect(error?.code == .notFound)
    #expect(error?.description == "cannot write \(target.path): its folder does not exist")
  }

  #if os(Linux)
    @Test func aFullDiskIsSaid() throws {
      let file = try SystemFile(path: "/dev/full", mode: .append)
      let error = #expect(throws: TrackingError.self) { try file.write(Data("text".utf8)) }
      #expect(error?.code == .diskFull)
      #expect(error?.description.hasPrefix("cannot write /dev/full: the disk is full;") == true)
    }

    @Test func aPlaceWhereNobodyMayWriteIsSaid() throws {
      let error = #expect(throws: TrackingError.self) {
        try AtomicFile.write("text", to: URL(filePath: "/sys/finetune-test"))
      }
      let codes: [TrackingError.Code] = [.notPermitted, .readOnly]
      #expect(error.map { codes.contains($0.code) } == true)
    }
  #endif

  @Test func writingAfterTheEndIsAnErrorAndNoCrash() throws {
    let folder = try TemporaryFolder()
    let file = try AtomicFile(at: folder.url.appending(path: "a"))
    try file.commit()
    let error = #expect(throws: TrackingError.self) { try file.write("late") }
    #expect(error?.code == .closed)
  }
}
