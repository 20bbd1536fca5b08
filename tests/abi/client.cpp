// SPDX-License-Identifier: Apache-2.0
// The same in C++17: ownership by RAII, errors as exceptions.
#include <legato/legato.h>

#include <cstdio>
#include <initializer_list>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

namespace {

void check(lg_status_t status, const lg_error_t &err) {
    if (status != LG_OK) {
        throw std::runtime_error(std::string(lg_status_name(status)) + ": " + err.message);
    }
}

using Context = std::unique_ptr<lg_context_t, decltype(&lg_context_close)>;

class Tensor {
  public:
    Tensor() = default;
    Tensor(lg_context_t *context, std::initializer_list<int64_t> shape) {
        lg_error_t err{};
        auto rank = static_cast<uint32_t>(shape.size());
        check(lg_tensor_init(context, LG_DTYPE_F32, rank, shape.begin(), &handle_, &err), err);
    }
    Tensor(const Tensor &) = delete;
    Tensor &operator=(const Tensor &) = delete;
    ~Tensor() {
        lg_tensor_deinit(&handle_);
    }
    lg_tensor_t *get() {
        return &handle_;
    }
    float *begin() {
        return static_cast<float *>(handle_.view.data);
    }
    float *end() {
        return begin() + handle_.view.elem_count;
    }

  private:
    lg_tensor_t handle_{};
};

}  // namespace

int main() try {
    lg_error_t err{};
    lg_context_t *raw = nullptr;
    check(lg_context_create(nullptr, &raw, &err), err);
    Context context(raw, lg_context_close);
    Tensor a(raw, {2, 3}), b(raw, {3}), sum;
    std::iota(a.begin(), a.end(), 0.0f);
    for (float &value : b) {
        value = 10.0f;
    }
    const lg_tensor_t *ins[] = {a.get(), b.get()};
    check(lg_op_call(raw, LG_OP_ADD, ins, 2, nullptr, sum.get(), 1, &err), err);
    char text[64];
    std::printf("%s %s %g\n", lg_version(), lg_view_format(&sum.get()->view, text, sizeof text),
                static_cast<double>(std::accumulate(sum.begin(), sum.end(), 0.0f)));
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
