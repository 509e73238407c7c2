// A network as somebody else exported it, TorchScript.
#pragma once

#include "support.hpp"

#include <cstddef>
#include <memory>

namespace pleura {

/// A TorchScript program that predicts. What it needs of libtorch's headers, which take long to compile, stays in one file.
class Script {
public:
    /// - Throws: what libtorch says of bytes that are no TorchScript file.
    Script(const void *bytes, size_t count, bool is_cuda);
    Script(Script &&) noexcept;
    ~Script();

    /// See ctorch_engine::run_script.
    void run(const ctorch_values &input, ctorch_values &answer);

private:
    struct Program;
    std::unique_ptr<Program> program;
};

}  // namespace pleura
