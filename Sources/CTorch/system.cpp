#include "ctorch/system.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include "guarded.h"

using ctorch::guarded;
using ctorch::succeeds;

namespace {
// A compiled bf16 product of oneDNN holds half a megabyte or more, and two caches keep 1,024 each: oneDNN's own, and the
// one of ideep inside libtorch, by the shape of the product. An encoder's step has about 12 shapes for each number of
// rows (RaggedBatch rounds it), so 256 serve the usual runs and the rare shape is compiled again, in a quarter of a
// millisecond. Both caches read their variable at the first product, so this comes in time; what the user has set stays.
__attribute__((constructor)) void limitCompiledProducts() {
  setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256", /*overwrite=*/0);
  setenv("LRU_CACHE_CAPACITY", "256", /*overwrite=*/0);
}
}  // namespace

const char *ct_version(void) { return TORCH_VERSION; }

const char *ct_cpu_capability(void) {
  static const std::string capability = at::get_cpu_capability();
  return capability.c_str();
}

bool ct_cpu_has_bfloat16_products(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16");
#elif defined(__APPLE__)
  return false;
#else
  return at::globalContext().userEnabledMkldnn() && std::strstr(ct_cpu_capability(), "SVE") != nullptr;
#endif
}

bool ct_set_thread_count(int32_t count) {
  return succeeds([&] {
    TORCH_CHECK(count > 0, "the number of threads must be positive, not ", count);
    at::set_num_threads(count);
  });
}
int32_t ct_thread_count(void) { return at::get_num_threads(); }

int32_t ct_cuda_device_count(void) {
  static std::once_flag once;
  static std::string reason;
  std::call_once(once, [] {
    // The CUDA half registers itself when its library is loaded; a CPU build has none, and that is fine.
    Dl_info info;
    if (dladdr(reinterpret_cast<void *>(&at::get_num_threads), &info) == 0 || info.dli_fname == nullptr) return;
    std::string path = info.dli_fname;
    path.resize(path.find_last_of('/') + 1);
    path += "libtorch_cuda.so";
    if (access(path.c_str(), F_OK) != 0) {
      reason = "this libtorch is a build for the CPU alone";
    } else if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
      reason = dlerror();
    }
  });
  int32_t count = -1;
  bool fine = succeeds([&] {
    TORCH_CHECK(at::hasCUDA(), reason.empty() ? "libtorch has no CUDA" : reason);
    count = static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount());
  });
  return fine ? count : -1;
}

bool ct_cuda_device_name(int32_t index, char *name, size_t capacity) {
  return succeeds([&] {
    TORCH_CHECK(capacity > 0, "no room for a name");
    std::string text = "GPU " + std::to_string(index);
    std::strncpy(name, text.c_str(), capacity - 1);
    name[capacity - 1] = 0;
  });
}

bool ct_cuda_memory(int32_t index, int64_t *allocated, int64_t *peak) {
  return succeeds([&] {
    auto *allocator = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(c10::DeviceType::CUDA));
    TORCH_CHECK(allocator != nullptr, "this libtorch tells nothing of the GPU's memory");
    auto stats = allocator->getDeviceStats(static_cast<c10::DeviceIndex>(index));
    *allocated = stats.allocated_bytes[0].current;
    *peak = stats.allocated_bytes[0].peak;
  });
}

bool ct_set_deterministic(bool value) {
  return succeeds([&] { at::globalContext().setDeterministicAlgorithms(value, /*warn_only=*/false); });
}
bool ct_flush_denormals(bool value) {
  return succeeds([&] { at::globalContext().setFlushDenormal(value); });
}

ct_generator *ct_generator_make(uint64_t seed, ct_device device) {
  ct_generator *result = nullptr;
  succeeds([&] {
    auto generator = device.kind == 1
                         ? at::globalContext().defaultGenerator(ctorch::device(device)).clone()
                         : at::make_generator<at::CPUGeneratorImpl>(seed);
    generator.set_current_seed(seed);
    result = new ct_generator{generator};
  });
  return result;
}
void ct_generator_release(ct_generator *generator) { delete generator; }
bool ct_normal_(ct_tensor *tensor, double mean, double deviation, ct_generator *generator) {
  return succeeds([&] { tensor->value.normal_(mean, deviation, generator->value); });
}
bool ct_uniform_(ct_tensor *tensor, double low, double high, ct_generator *generator) {
  return succeeds([&] { tensor->value.uniform_(low, high, generator->value); });
}
bool ct_random_integers_(ct_tensor *tensor, int64_t low, int64_t high, ct_generator *generator) {
  return succeeds([&] { tensor->value.random_(low, high, generator->value); });
}
ct_tensor *ct_random_permutation(int64_t count, ct_generator *generator) {
  return guarded([&] { return at::randperm(count, generator->value, at::TensorOptions().dtype(at::kLong)); });
}
bool ct_generator_seed(ct_generator *generator, uint64_t seed) {
  return succeeds([&] { generator->value.set_current_seed(seed); });
}
ct_tensor *ct_generator_state(const ct_generator *generator) {
  return guarded([&] { return generator->value.get_state(); });
}
bool ct_generator_set_state(ct_generator *generator, const ct_tensor *state) {
  return succeeds([&] { generator->value.set_state(state->value); });
}
