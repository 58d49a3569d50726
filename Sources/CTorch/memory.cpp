// Where the memory of tensors on the CPU comes from.
#include "ctorch/memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <unistd.h>

#include <atomic>

#include "guarded.h"
#include "region.h"

namespace ctorch {

namespace {

/// Smaller blocks are the C library's: it is quicker, and they would crumble the region.
constexpr size_t leastOfRegion = size_t(32) << 10;

size_t physicalMemory() {
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? size_t(pages) * size_t(size) : size_t(1) << 34;
}

/// Never destroyed: tensors may outlive everything else of the process.
Region &region() {
  static Region *const made = new Region(physicalMemory());
  return *made;
}

/// libtorch's own allocator: for small blocks, and for what the region has no room for.
c10::Allocator &others() { return *c10::GetDefaultCPUAllocator(); }

void giveBack(void *block) {
  if (!region().give(block)) others().raw_deleter()(block);
}

class RegionAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes < leastOfRegion) return others().allocate(bytes);
    void *block = region().take(bytes);
    // When the region is full the other allocator answers, and tells when there is no memory.
    if (!block) return others().allocate(bytes);
    return {block, block, &giveBack, c10::Device(c10::kCPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }

  void copy_data(void *destination, const void *source, size_t count) const override {
    default_copy_data(destination, source, count);
  }
};

std::atomic<bool> started{false};

}  // namespace

}  // namespace ctorch

using namespace ctorch;

bool ct_start_caching_memory(void) {
  if (started.exchange(true)) return region().isUsable();
  if (!region().isUsable()) return false;
  static RegionAllocator *const allocator = new RegionAllocator;
  c10::SetCPUAllocator(allocator, 1);
  return true;
}

void ct_memory_use(int64_t *current, int64_t *peak) {
  const Region::Use use = started ? region().use() : Region::Use{};
  *current = int64_t(use.current);
  *peak = int64_t(use.peak);
}

void ct_reset_peak_memory(void) {
  if (started) region().resetPeak();
}

void ct_release_memory(void) {
  if (started) region().release();
}
