// A network of Pleura's own as TorchScript, for other people.
#pragma once

#include "support.hpp"

#include <memory>
#include <string>

namespace pleura {

/// A TorchScript file that is being put together. What it needs of libtorch's headers stays in one file.
class ScriptWriter {
public:
    ScriptWriter();
    ~ScriptWriter();

    /// See ctorch_engine::add_script_tensor.
    void add(const std::string &name, const ctorch_values &values, bool is_learned);
    /// See ctorch_engine::add_script_text.
    void add(const std::string &name, const char *text);
    /// The file with `source` as what it computes; valid until the writer goes.
    const std::string &written(const std::string &source);

private:
    struct Program;
    std::unique_ptr<Program> program;
};

}  // namespace pleura
