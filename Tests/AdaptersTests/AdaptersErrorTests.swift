import Adapters
import Foundation
import Testing

struct AdaptersErrorTests {
  @Test func `An error reads as its sentence`() {
    let error = AdaptersError(.setting, "The rank of LoRA is 0; it must be at least 1.")
    #expect("\(error)" == "The rank of LoRA is 0; it must be at least 1.")
    #expect(error.localizedDescription == "\(error)")
  }
}
