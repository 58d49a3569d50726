#include <ATen/core/ivalue.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/import_read.h>

#include <string>
#include <utility>
#include <vector>

#include "ctorch/tensor.h"
#include "guarded.h"

struct ct_archive {
  std::vector<std::pair<std::string, at::Tensor>> entries;
};

ct_archive *ct_archive_open(const char *path) {
  ct_archive *result = nullptr;
  ctorch::succeeds([&] {
    // Only tensors and plain containers are rebuilt: a pickle that names any other class is refused, so no
    // code of the file's author runs.
    auto reader = caffe2::serialize::PyTorchStreamReader(std::string(path));
    auto value = torch::jit::readArchiveAndTensors(
        "data", /*pickle_prefix=*/"", /*tensor_prefix=*/"", /*type_resolver=*/std::nullopt,
        /*obj_loader=*/std::nullopt, /*device=*/at::Device(at::kCPU), reader);
    TORCH_CHECK(value.isGenericDict(), "the file holds no dictionary of names and tensors");
    auto archive = std::make_unique<ct_archive>();
    for (const auto &item : value.toGenericDict()) {
      if (!item.key().isString() || !item.value().isTensor()) continue;
      archive->entries.emplace_back(item.key().toStringRef(), item.value().toTensor());
    }
    result = archive.release();
  });
  return result;
}
size_t ct_archive_count(const ct_archive *archive) { return archive->entries.size(); }
const char *ct_archive_name(const ct_archive *archive, size_t index) { return archive->entries[index].first.c_str(); }
ct_tensor *ct_archive_tensor(const ct_archive *archive, size_t index) {
  return ctorch::guarded([&] { return archive->entries[index].second; });
}
void ct_archive_release(ct_archive *archive) { delete archive; }
