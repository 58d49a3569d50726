import Datasets
import Foundation
import Testing

@Suite struct BatchPlanTests {
  private static let lengths: [Int] = {
    var random = CounterRandom(seed: 5, purpose: .split)
    return (0..<1000).map { _ in 3 + Int(random.bounded(by: 120)) }
  }()
  private let lengths = Self.lengths

  @Test(arguments: BatchOrder.allCases, [BatchSize.sequences(16), .tokens(512)])
  func everyExampleIsInExactlyOneBatch(_ order: BatchOrder, _ size: BatchSize) throws {
    let plan = try BatchPlan(
      lengths: lengths, configuration: .init(size: size, order: order, window: 300), epoch: 2)
    #expect(plan.flatMap(\.self).sorted() == Array(lengths.indices))
    for batch in plan {
      #expect(!batch.isEmpty)
      switch size {
      case .sequences(let count): #expect(batch.count <= count)
      case .tokens(let limit): #expect(batch.reduce(0) { $0 + lengths[$1] } <= limit)
      }
    }
  }

  @Test func sequentialBatchesKeepTheOrderOfTheFile() throws {
    let plan = try BatchPlan(
      lengths: [1, 2, 3, 4, 5], configuration: .init(size: .sequences(2), order: .sequential))
    #expect(plan.map(Array.init) == [[0, 1], [2, 3], [4]])
  }

  @Test func batchesByTokensAreFilledAsFarAsTheyGo() throws {
    let plan = try BatchPlan(
      lengths: [4, 4, 2, 5, 5, 10, 0, 1],
      configuration: .init(size: .tokens(10), order: .sequential))
    #expect(plan.map(Array.init) == [[0, 1, 2], [3, 4], [5, 6], [7]])
  }

  @Test func aPlanFollowsFromSeedAndEpoch() throws {
    for order in [BatchOrder.shuffled, .lengthGrouped] {
      let configuration = BatchConfiguration(order: order, seed: 9)
      let plan = try BatchPlan(lengths: lengths, configuration: configuration, epoch: 1)
      #expect(
        try BatchPlan(lengths: lengths, configuration: configuration, epoch: 1) == plan)
      #expect(
        try BatchPlan(lengths: lengths, configuration: configuration, epoch: 2) != plan)
      var other = configuration
      other.seed = 10
      #expect(try BatchPlan(lengths: lengths, configuration: other, epoch: 1) != plan)
    }
  }

  @Test func groupedBatchesHoldLikeLengthsInRandomOrder() throws {
    func spread(_ order: BatchOrder) throws -> Int {
      try BatchPlan(lengths: lengths, configuration: .init(order: order)).reduce(0) { sum, batch in
        let all = batch.map { lengths[$0] }
        return sum + (all.max() ?? 0) - (all.min() ?? 0)
      }
    }
    #expect(try spread(.lengthGrouped) * 10 < spread(.shuffled))
    let plan = try BatchPlan(lengths: lengths, configuration: .init(order: .lengthGrouped))
    let means = plan.map { batch in batch.reduce(0) { $0 + lengths[$1] } / batch.count }
    #expect(means != means.sorted())
  }

  @Test func anExampleLongerThanABatchIsAnError() throws {
    let error = try #require(
      problem { _ = try BatchPlan(lengths: [3, 12, 20], configuration: .init(size: .tokens(10))) })
    #expect(error.code == .sequenceTooLong)
    #expect(error.description.contains("at least 20"))
  }

  @Test func settingsThatMakeNoBatchesAreRefused() {
    for configuration in [
      BatchConfiguration(size: .sequences(0)), .init(size: .tokens(-1)), .init(window: 0),
    ] {
      let error = problem { _ = try BatchPlan(lengths: [1], configuration: configuration) }
      #expect(error?.code == .invalidSetting)
    }
    #expect(problem { _ = try BatchPlan(lengths: [], configuration: .init()) }?.code == .noRows)
  }

  @Test func aPositionOfTheRunIsAnEpochAndABatch() throws {
    let schedule = try BatchSchedule(
      lengths: lengths, configuration: .init(size: .tokens(512)), epochs: 3)
    let plans = try (0..<3).map { try schedule.plan(epoch: $0) }
    #expect(schedule.batchesPerEpoch == plans.map(\.count))
    #expect(schedule.count == plans.reduce(0) { $0 + $1.count })
    var position = 0
    for (epoch, plan) in plans.enumerated() {
      for batch in plan.indices {
        let place = try #require(schedule.place(of: position))
        #expect(place == (epoch, batch))
        position += 1
      }
    }
    #expect(schedule.place(of: position) == nil)
    #expect(schedule.place(of: -1) == nil)
  }

  @Test func evaluationStartsWithTheLongestAndFindsItsWayBack() throws {
    let order = try EvaluationOrder(lengths: lengths, size: .tokens(512))
    let visited = order.flatMap(\.self)
    #expect(visited == order.order)
    #expect(visited.map { lengths[$0] } == lengths.sorted(by: >))
    #expect(order.restored(visited.map { "\($0)" }) == lengths.indices.map { "\($0)" })
  }

  @Test func nothingToEvaluateMakesNoBatches() throws {
    let order = try EvaluationOrder(lengths: [], size: .sequences(4))
    #expect(order.isEmpty)
    #expect(order.restored([Int]()) == [])
  }
}
