#include "script.hpp"

#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace pleura {

namespace {

/// Bytes that lie in memory, for libtorch's reader of archives.
class MemoryReader final : public caffe2::serialize::ReadAdapterInterface {
public:
    MemoryReader(const void *bytes, size_t count) : start(static_cast<const char *>(bytes)), count(count) {}

    size_t size() const override { return count; }

    size_t read(uint64_t position, void *buffer, size_t wanted, const char *) const override {
        if (position >= count) return 0;
        const size_t taken = std::min(wanted, count - static_cast<size_t>(position));
        std::memcpy(buffer, start + position, taken);
        return taken;
    }

private:
    const char *start;
    size_t count;
};

/// The sentence that matters of the many lines that the interpreter writes.
std::string brief(const std::string &what) {
    static const std::string mark = "RuntimeError: ";
    auto from = what.rfind(mark);
    auto text = from == std::string::npos ? what : what.substr(from + mark.size());
    auto begin = text.find_first_not_of("\n ");
    if (begin == std::string::npos) return "it gives no reason";
    return text.substr(begin, text.find('\n', begin) - begin);
}

/// What no network has to do, and what would reach files or the terminal, which is being drawn on.
void refuse_side_effects(const torch::jit::Block *block) {
    static const char *const refused[] = {"aten::save", "aten::from_file", "prim::Print"};
    for (const auto *node : block->nodes()) {
        const std::string kind = node->kind().toQualString();
        for (auto name : refused) {
            TORCH_CHECK(
                kind != name, "its program calls ", kind, ", which reaches beyond a network's numbers; it is not run");
        }
        for (const auto *inner : node->blocks()) refuse_side_effects(inner);
    }
}

template <class Body> void told_briefly(Body &&body) {
    try {
        body();
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const c10::Error &error) {
        throw std::runtime_error(brief(error.what_without_backtrace()));
    } catch (const std::exception &error) {
        throw std::runtime_error(brief(error.what()));
    }
}

}  // namespace

struct Script::Program {
    torch::jit::Module module;
    bool is_cuda;
};

Script::Script(const void *bytes, size_t count, bool is_cuda) {
    told_briefly([&] {
        at::Device device = is_cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
        auto module = torch::jit::load(std::make_shared<MemoryReader>(bytes, count), device);
        TORCH_CHECK(module.find_method("forward"), "it has no method forward");
        for (auto *function : module._ivalue()->compilation_unit()->get_functions()) {
            if (auto *graph = torch::jit::tryToGraphFunction(*function)) refuse_side_effects(graph->graph()->block());
        }
        module.eval();
        program.reset(new Program{std::move(module), is_cuda});
    });
}

Script::Script(Script &&) noexcept = default;
Script::~Script() = default;

void Script::run(const ctorch_values &input, ctorch_values &answer) {
    told_briefly([&] {
        c10::InferenceMode inference;
        // Optimised code is made of the first runs and differs from theirs in the last digits; and each size is compiled.
        torch::jit::GraphOptimizerEnabledGuard unoptimised(false);
        TORCH_CHECK(input.axes > 0 && input.axes <= CTORCH_MOST_AXES, "an input of ", input.axes, " axes");
        std::vector<int64_t> shape(input.shape, input.shape + input.axes);
        // libtorch takes no const memory, and a program may write to what it is given: it gets a copy.
        auto given = at::from_blob(input.values, shape, at::TensorOptions().dtype(at::kFloat));
        TORCH_CHECK(given.numel() == input.count, "the input has ", input.count, " values, not ", given.numel());
        auto images = given.clone();
        if (program->is_cuda) images = images.to(at::kCUDA);
        auto value = program->module.forward({images});
        if (value.isTuple() && !value.toTupleRef().elements().empty()) {
            value = value.toTupleRef().elements()[0];
        } else if (value.isTensorList() && !value.toTensorVector().empty()) {
            value = value.toTensorVector()[0];
        } else if (value.isList() && !value.toListRef().empty()) {
            value = at::IValue(value.toListRef()[0]);
        }
        TORCH_CHECK(
            value.isTensor(), "it answers with ", value.tagKind(),
            ", not with a tensor or a tuple or list that begins with "
            "one");
        auto found = value.toTensor().detach().to(at::kCPU, at::kFloat).contiguous();
        TORCH_CHECK(found.dim() <= CTORCH_MOST_AXES, "it answers with ", found.dim(), " axes");
        answer.axes = static_cast<int32_t>(found.dim());
        for (int32_t axis = 0; axis < answer.axes; axis++) answer.shape[axis] = found.size(axis);
        TORCH_CHECK(
            found.numel() <= answer.count, "it answers with ", found.sizes(), ", ", found.numel(), " numbers, where ",
            answer.count, " at most were expected");
        answer.count = found.numel();
        if (answer.count > 0) {
            std::memcpy(answer.values, found.data_ptr<float>(), sizeof(float) * static_cast<size_t>(answer.count));
        }
    });
}

}  // namespace pleura
