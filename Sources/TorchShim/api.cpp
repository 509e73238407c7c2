// The C functions of CTorch.h over the network.
#include "memory.hpp"
#include "prediction.hpp"
#include "script.hpp"
#include "script_writer.hpp"
#include "threads.hpp"
#include "training.hpp"
#include "unet.hpp"
#include "vnet.hpp"
#include "include/PleuraTorch.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <limits>
#include <memory>

struct ctorch_network {
    std::unique_ptr<pleura::Network> net;
};

struct ctorch_script {
    pleura::Script program;
};

struct ctorch_script_writer {
    pleura::ScriptWriter writer;
};

namespace pleura {

std::string &last_error() {
    static thread_local std::string message;
    return message;
}

ctorch_status failure(const std::string &what) {
    last_error() = what;
    bool memory =
        what.find("out of memory") != std::string::npos || what.find("t allocate memory") != std::string::npos;
    return memory ? CTORCH_OUT_OF_MEMORY : CTORCH_FAILED;
}

namespace {

const char *error_text() { return last_error().c_str(); }
const char *version() { return TORCH_VERSION; }

const char *description() {
    static thread_local std::string text;
    auto status = guarded([] { text = at::show_config() + "\n" + at::get_parallel_info(); });
    return status == CTORCH_OK ? text.c_str() : "";
}

const char *library_path() {
    Dl_info info;
    void *address = reinterpret_cast<void *>(&at::get_parallel_info);
    return dladdr(address, &info) && info.dli_fname ? info.dli_fname : "";
}

int32_t has_cuda() {
    bool found = false;
    guarded([&] { found = at::hasCUDA() && at::getNumGPUs() > 0; });
    return found;
}

ctorch_status set_thread_count(int32_t count, int32_t only_first) {
    return guarded([&] { set_threads(count, only_first != 0); });
}

int32_t thread_count() {
    int32_t count = 0;
    guarded([&] { count = threads(); });
    return count;
}

int64_t memory_in_use() { return static_cast<int64_t>(bytes_in_use()); }

/// What takes long.
template <class Body> ctorch_status computing(Body &&body) noexcept {
    return guarded([&] {
        keep_threads();
        body();
    });
}

ctorch_network *create(const ctorch_unet *unet) {
    std::unique_ptr<ctorch_network> network;
    auto status = guarded([&] { network.reset(new ctorch_network{std::make_unique<UNet>(*unet)}); });
    return status == CTORCH_OK ? network.release() : nullptr;
}

ctorch_network *create_volume(const ctorch_volume *volume) {
    std::unique_ptr<ctorch_network> network;
    auto status = guarded([&] { network.reset(new ctorch_network{volume_network(*volume)}); });
    return status == CTORCH_OK ? network.release() : nullptr;
}

void destroy(ctorch_network *network) {
    guarded([&] { delete network; });
    release_waiting_blocks();
}

int64_t tensor_count(const ctorch_network *network) { return static_cast<int64_t>(network->net->slots.size()); }

int32_t tensor_shape(const ctorch_network *network, int64_t tensor, int64_t *shape) {
    int32_t axes = 0;
    guarded([&] {
        auto sizes = network->net->slots.at(static_cast<size_t>(tensor)).tensor.sizes();
        for (auto size : sizes) shape[axes++] = size;
    });
    return axes;
}

// Copying through a plain row-major tensor makes what is read independent of the memory format and the device.
void read(const Tensor &from, float *values, int64_t count) {
    TORCH_CHECK(count == from.numel(), "a tensor has ", from.numel(), " values, not ", count);
    at::NoGradGuard no_gradients;
    at::from_blob(values, from.sizes(), at::TensorOptions().dtype(at::kFloat)).copy_(from);
}

void write(Tensor to, const float *values, int64_t count) {
    TORCH_CHECK(count == to.numel(), "a tensor has ", to.numel(), " values, not ", count);
    at::NoGradGuard no_gradients;
    to.copy_(at::from_blob(const_cast<float *>(values), to.sizes(), at::TensorOptions().dtype(at::kFloat)));
}

ctorch_status read_tensor(const ctorch_network *network, int64_t tensor, float *values, int64_t count) {
    return guarded([&] { read(network->net->slots.at(static_cast<size_t>(tensor)).tensor, values, count); });
}

ctorch_status write_tensor(ctorch_network *network, int64_t tensor, const float *values, int64_t count) {
    return guarded([&] { write(network->net->slots.at(static_cast<size_t>(tensor)).tensor, values, count); });
}

int64_t steps(const ctorch_network *network) { return network->net->steps; }

ctorch_status set_steps(ctorch_network *network, int64_t steps) {
    return guarded([&] {
        network->net->steps = steps;
        if (steps != 0) return;
        network->net->kept_moments = 0;
        for (auto &slot : network->net->slots) {
            for (auto &moment : slot.moments) moment = Tensor();
        }
    });
}

int32_t moments(const ctorch_network *network) { return network->net->kept_moments; }

Slot &learned(Network &net, int64_t tensor, int32_t moment) {
    TORCH_CHECK(moment == 0 || moment == 1, "an optimiser keeps two moments at most");
    auto &slot = net.slots.at(static_cast<size_t>(tensor));
    TORCH_CHECK(slot.learned, "a running figure has no moments");
    return slot;
}

ctorch_status read_moment(const ctorch_network *network, int32_t moment, int64_t tensor, float *values, int64_t count) {
    return guarded([&] {
        auto &slot = learned(*network->net, tensor, moment);
        auto &from = slot.moments[moment];
        // A frozen tensor has none yet, which is the same as 0.
        read(from.defined() ? from : at::zeros_like(slot.tensor.detach()), values, count);
    });
}

ctorch_status write_moment(
    ctorch_network *network, int32_t moment, int64_t tensor, const float *values, int64_t count) {
    return guarded([&] {
        auto &slot = learned(*network->net, tensor, moment);
        auto &to = slot.moments[moment];
        at::NoGradGuard no_gradients;
        if (!to.defined()) to = at::zeros_like(slot.tensor, slot.tensor.options().requires_grad(false));
        write(to, values, count);
        network->net->kept_moments = std::max(network->net->kept_moments, static_cast<int>(moment) + 1);
    });
}

ctorch_status train(ctorch_network *network, const ctorch_batch *batch, const ctorch_step *step, double *loss) {
    return computing([&] { *loss = train_step(*network->net, *batch, *step); });
}

ctorch_status loss_only(
    ctorch_network *network, const ctorch_batch *batch, const ctorch_step *step, int32_t training, double *loss) {
    return computing([&] { *loss = loss_alone(*network->net, *batch, *step, training != 0); });
}

ctorch_status predict_batch(
    ctorch_network *network, const ctorch_batch *batch, const ctorch_prediction *how, float *probabilities) {
    return computing([&] { predict(*network->net, *batch, *how, probabilities); });
}

ctorch_status gradient_by(
    ctorch_network *network, const ctorch_batch *batch, const ctorch_step *step, int64_t tensor, double *values,
    int64_t count) {
    return computing([&] {
        auto g = gradient(*network->net, *batch, *step, tensor);
        TORCH_CHECK(count == g.numel(), "a tensor has ", g.numel(), " values, not ", count);
        at::from_blob(values, g.sizes(), at::TensorOptions().dtype(at::kDouble)).copy_(g);
    });
}

ctorch_status nudge(ctorch_network *network, int64_t tensor, int64_t element, double change) {
    return guarded([&] {
        auto &to = network->net->slots.at(static_cast<size_t>(tensor)).tensor;
        TORCH_CHECK(element >= 0 && element < to.numel(), "no such element");
        at::NoGradGuard no_gradients;
        auto plain = to.detach().clone(at::MemoryFormat::Contiguous);
        plain.view({-1}).select(0, element).add_(change);
        to.copy_(plain);
    });
}

ctorch_script *load_script(const void *bytes, int64_t count, int32_t device) {
    std::unique_ptr<ctorch_script> script;
    auto status = guarded([&] {
        TORCH_CHECK(bytes && count >= 0, "a network without bytes");
        script.reset(new ctorch_script{Script(bytes, static_cast<size_t>(count), device == 1)});
    });
    return status == CTORCH_OK ? script.release() : nullptr;
}

void destroy_script(ctorch_script *script) {
    guarded([&] { delete script; });
    release_waiting_blocks();
}

ctorch_status run_script(ctorch_script *script, const ctorch_values *input, ctorch_values *answer) {
    return computing([&] { script->program.run(*input, *answer); });
}

ctorch_script_writer *create_script_writer() {
    std::unique_ptr<ctorch_script_writer> writer;
    auto status = guarded([&] { writer.reset(new ctorch_script_writer()); });
    return status == CTORCH_OK ? writer.release() : nullptr;
}

void destroy_script_writer(ctorch_script_writer *writer) {
    guarded([&] { delete writer; });
    release_waiting_blocks();
}

ctorch_status add_script_tensor(
    ctorch_script_writer *writer, const char *name, const ctorch_values *values, int32_t is_learned) {
    return guarded([&] { writer->writer.add(name, *values, is_learned != 0); });
}

ctorch_status add_script_text(ctorch_script_writer *writer, const char *name, const char *text) {
    return guarded([&] { writer->writer.add(name, text); });
}

ctorch_status write_script(ctorch_script_writer *writer, const char *source, const void **bytes, int64_t *count) {
    return guarded([&] {
        auto &written = writer->writer.written(source);
        *bytes = written.data();
        *count = static_cast<int64_t>(written.size());
    });
}

const ctorch_engine engine = {
    error_text,
    version,
    description,
    library_path,
    has_cuda,
    set_thread_count,
    thread_count,
    memory_in_use,
    create,
    create_volume,
    destroy,
    tensor_count,
    tensor_shape,
    read_tensor,
    write_tensor,
    steps,
    set_steps,
    moments,
    read_moment,
    write_moment,
    train,
    loss_only,
    predict_batch,
    gradient_by,
    nudge,
    load_script,
    destroy_script,
    run_script,
    create_script_writer,
    destroy_script_writer,
    add_script_tensor,
    add_script_text,
    write_script,
};

}  // namespace
}  // namespace pleura

const void *ctorch_entry(uint32_t abi) {
    if (abi != CTORCH_ABI) return nullptr;
    auto status = pleura::guarded([] { pleura::keep_large_blocks(); });
    return status == CTORCH_OK ? &pleura::engine : nullptr;
}
