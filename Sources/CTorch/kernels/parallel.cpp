#include "parallel.h"

#include <ATen/Parallel.h>

#include <exception>
#include <mutex>
#include <utility>

#if defined(__linux__)
#include <dlfcn.h>
#endif

namespace ctorch {

namespace {

thread_local bool mayShare = true;

struct Run {
  void (*const body)(void *);
  void *const context;
  std::atomic<int> threads{0};
  std::mutex lock;
  std::exception_ptr failure;

  Run(void (*body)(void *), void *context) : body(body), context(context) {}
};

void runOnce(void *opaque) {
  Run &run = *static_cast<Run *>(opaque);
  // libtorch tells its threads apart by this number; the order in which they get here does not matter.
  const at::internal::ThreadIdGuard guard(run.threads.fetch_add(1, std::memory_order_relaxed));
  try {
    run.body(run.context);
  } catch (...) {
    const std::lock_guard<std::mutex> hold(run.lock);
    if (!run.failure) run.failure = std::current_exception();
  }
}

#if defined(__linux__)
using Parallel = void (*)(void (*)(void *), void *, unsigned threads, unsigned flags);

/// The entry of the OpenMP runtime that libtorch is linked with (GNU's, or LLVM's and Intel's under the same name).
Parallel openMP() {
  static const Parallel found = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return found;
}

bool hasPool() { return openMP() != nullptr; }

void startTeam(Run &run) {
  // 0: as many threads as libtorch set. Asking for another number makes GNU's runtime throw its pool away.
  openMP()(runOnce, &run, 0, 0);
}
#else
bool hasPool() { return true; }

void startTeam(Run &run) {
  const int64_t threads = at::get_num_threads();
  at::parallel_for(0, threads, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) runOnce(&run);
  });
}
#endif

}  // namespace

bool useThreads(bool use) { return std::exchange(mayShare, use); }

bool hasManyThreads() {
  return mayShare && hasPool() && at::get_num_threads() > 1 && !at::in_parallel_region();
}

void onEveryThread(void (*body)(void *context), void *context) {
  if (!hasManyThreads()) {
    body(context);
    return;
  }
  Run run(body, context);
  startTeam(run);
  if (run.failure) std::rethrow_exception(run.failure);
}

}  // namespace ctorch
