#include "script_writer.hpp"

#include <torch/csrc/jit/api/module.h>

#include <sstream>
#include <vector>

namespace pleura {

namespace {

/// A module without anything in it. `training` is what PyTorch's own have, and what torch.jit.freeze asks for.
torch::jit::Module blank(const std::string &kind, std::shared_ptr<torch::jit::CompilationUnit> unit) {
    torch::jit::Module module(c10::QualifiedName("__torch__.pleura." + kind), std::move(unit), true);
    module.register_attribute("training", c10::BoolType::get(), false);
    return module;
}

}  // namespace

struct ScriptWriter::Program {
    torch::jit::Module module = blank("Network", std::make_shared<torch::jit::CompilationUnit>());
    torch::jit::ExtraFilesMap texts;
    std::string file;
};

ScriptWriter::ScriptWriter() : program(new Program()) {}
ScriptWriter::~ScriptWriter() = default;

void ScriptWriter::add(const std::string &name, const ctorch_values &values, bool is_learned) {
    TORCH_CHECK(values.axes >= 0 && values.axes <= CTORCH_MOST_AXES, "a tensor of ", values.axes, " axes");
    std::vector<int64_t> shape(values.shape, values.shape + values.axes);
    auto given = at::from_blob(values.values, shape, at::TensorOptions().dtype(at::kFloat));
    TORCH_CHECK(given.numel() == values.count, name, " has ", values.count, " values, not ", given.numel());
    auto module = program->module;
    size_t from = 0;
    for (size_t dot; (dot = name.find('.', from)) != std::string::npos; from = dot + 1) {
        const auto part = name.substr(from, dot - from);
        if (!module.hasattr(part)) module.register_module(part, blank("Layer", module._ivalue()->compilation_unit()));
        module = module.attr(part).toModule();
    }
    // It predicts: what is loaded keeps nothing for gradients unless it is told to.
    if (is_learned) {
        module.register_parameter(name.substr(from), given.clone(), false);
    } else {
        module.register_buffer(name.substr(from), given.clone());
    }
}

void ScriptWriter::add(const std::string &name, const char *text) { program->texts[name] = text; }

const std::string &ScriptWriter::written(const std::string &source) {
    program->module.define(source);
    std::ostringstream file(std::ios::binary);
    program->module.save(file, program->texts);
    program->file = file.str();
    return program->file;
}

}  // namespace pleura
