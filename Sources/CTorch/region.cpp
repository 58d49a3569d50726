#include "region.h"

#include <sys/mman.h>

#include <algorithm>

namespace ctorch {

namespace {

constexpr size_t alignment = 64;
constexpr size_t hugePage = size_t(2) << 20;

size_t roundedUp(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace

Region::Region(size_t bytes) {
  bytes = roundedUp(bytes, hugePage);
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#if defined(MAP_NORESERVE)
  flags |= MAP_NORESERVE;
#endif
  void *space = mmap(nullptr, bytes + hugePage, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (space == MAP_FAILED) return;
  begin_ = reinterpret_cast<char *>(roundedUp(reinterpret_cast<uintptr_t>(space), hugePage));
  end_ = begin_ + bytes;
#if defined(MADV_HUGEPAGE)
  // A wish: where the system has no large pages, small ones do.
  madvise(begin_, bytes, MADV_HUGEPAGE);
#endif
  insertGap(begin_, bytes);
}

void Region::insertGap(char *start, size_t bytes) {
  gaps_[start] = bytes;
  bySize_.insert({bytes, start});
}

void Region::eraseGap(std::map<char *, size_t>::iterator gap) {
  bySize_.erase({gap->second, gap->first});
  gaps_.erase(gap);
}

void *Region::take(size_t bytes) {
  bytes = roundedUp(std::max<size_t>(bytes, 1), alignment);
  const std::lock_guard<std::mutex> hold(lock_);
  const auto smallest = bySize_.lower_bound({bytes, nullptr});
  if (smallest == bySize_.end()) return nullptr;
  const auto [size, start] = *smallest;
  eraseGap(gaps_.find(start));
  if (size > bytes) insertGap(start + bytes, size - bytes);
  taken_[start] = bytes;
  use_.current += bytes;
  use_.peak = std::max(use_.peak, use_.current);
  return start;
}

bool Region::give(void *block) {
  char *start = static_cast<char *>(block);
  if (start < begin_ || start >= end_) return false;
  const std::lock_guard<std::mutex> hold(lock_);
  const auto found = taken_.find(start);
  if (found == taken_.end()) return false;
  size_t bytes = found->second;
  taken_.erase(found);
  use_.current -= bytes;
  auto next = gaps_.lower_bound(start);
  if (next != gaps_.end() && next->first == start + bytes) {
    bytes += next->second;
    eraseGap(next++);
  }
  if (next != gaps_.begin()) {
    const auto previous = std::prev(next);
    if (previous->first + previous->second == start) {
      start = previous->first;
      bytes += previous->second;
      eraseGap(previous);
    }
  }
  insertGap(start, bytes);
  return true;
}

Region::Use Region::use() const {
  const std::lock_guard<std::mutex> hold(lock_);
  return use_;
}

void Region::resetPeak() {
  const std::lock_guard<std::mutex> hold(lock_);
  use_.peak = use_.current;
}

void Region::release() {
  const std::lock_guard<std::mutex> hold(lock_);
  for (const auto &[start, bytes] : gaps_) {
    const auto first = roundedUp(reinterpret_cast<uintptr_t>(start), hugePage);
    const auto last = reinterpret_cast<uintptr_t>(start + bytes) / hugePage * hugePage;
    if (last > first) madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED);
  }
}

}  // namespace ctorch
