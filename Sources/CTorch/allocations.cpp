#include "ctorch/allocations.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "guarded.h"

namespace ctorch {

namespace {

struct Count {
  std::atomic<int64_t> held{0}, peak{0};

  void add(int64_t bytes) {
    const int64_t now = held.fetch_add(bytes) + bytes;
    int64_t most = peak.load();
    while (now > most && !peak.compare_exchange_weak(most, now)) {
    }
  }
};

/// A block of another allocator that was counted; it may outlive the counting.
struct CountedBlock {
  c10::DeleterFnPtr deleter;
  void *context;
  int64_t bytes;
  std::shared_ptr<Count> count;
};

/// The counted blocks by their address. A block's context has to be its address: oneDNN's scratch memory is asked for and
/// given back by addresses alone, and it may be given back when another allocator is in use.
class CountedBlocks {
 public:
  void add(void *data, CountedBlock block) {
    const std::lock_guard<std::mutex> hold(lock_);
    // An address may come again when its block was given back to the other allocator directly.
    blocks_[data] = std::move(block);
  }

  /// Whether the block was counted; it is then given back.
  bool giveBack(void *data) {
    CountedBlock block;
    {
      const std::lock_guard<std::mutex> hold(lock_);
      const auto found = blocks_.find(data);
      if (found == blocks_.end()) return false;
      block = std::move(found->second);
      blocks_.erase(found);
    }
    block.count->held.fetch_sub(block.bytes);
    block.deleter(block.context);
    return true;
  }

 private:
  std::mutex lock_;
  std::unordered_map<void *, CountedBlock> blocks_;
};

/// Never destroyed: tensors may outlive everything else of the process.
CountedBlocks &countedBlocks() {
  static CountedBlocks *const made = new CountedBlocks;
  return *made;
}

void giveBack(void *data) { countedBlocks().giveBack(data); }

/// What the calling thread counts now; null when it does not.
thread_local std::shared_ptr<Count> current;

void giveBackAny(void *data);

/// Asks another allocator, and counts for the threads that want it.
class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    c10::DataPtr block = others_->allocate(bytes);
    if (!current || !block) return block;
    void *const data = block.get();
    const c10::Device device = block.device();
    const c10::DeleterFnPtr deleter = block.get_deleter();
    countedBlocks().add(data, {deleter, block.release_context(), int64_t(bytes), current});
    current->add(int64_t(bytes));
    return {data, data, &ctorch::giveBack, device};
  }

  c10::DeleterFnPtr raw_deleter() const override { return others_->raw_deleter() ? &giveBackAny : nullptr; }

  c10::Allocator &others() const { return *others_; }

  void copy_data(void *destination, const void *source, size_t bytes) const override {
    default_copy_data(destination, source, bytes);
  }

  /// Stands before the allocator in use, for one thread more.
  void install() {
    const std::lock_guard<std::mutex> hold(lock_);
    if (users_++ > 0) return;
    others_ = c10::GetCPUAllocator();
    c10::SetCPUAllocator(this, priority);
  }

  /// Goes when no thread counts any more.
  void remove() {
    const std::lock_guard<std::mutex> hold(lock_);
    if (--users_ == 0) c10::SetCPUAllocator(others_, priority);
  }

 private:
  /// That of every allocator that replaces libtorch's own.
  static constexpr uint8_t priority = 1;

  std::mutex lock_;
  int users_ = 0;
  c10::Allocator *others_ = nullptr;
};

/// Never destroyed: tensors that were made while it counted remember it.
CountingAllocator &countingAllocator() {
  static CountingAllocator *const made = new CountingAllocator;
  return *made;
}

void giveBackAny(void *data) {
  if (!countedBlocks().giveBack(data)) countingAllocator().others().raw_deleter()(data);
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

bool ct_begin_counting_memory(void) {
  return succeeds([&] {
    TORCH_CHECK(!current, "the memory of tensors is counted already");
    current = std::make_shared<Count>();
    countingAllocator().install();
  });
}

void ct_end_counting_memory(int64_t *held, int64_t *peak) {
  *held = current ? current->held.load() : 0;
  *peak = current ? current->peak.load() : 0;
  if (!current) return;
  current = nullptr;
  countingAllocator().remove();
}
