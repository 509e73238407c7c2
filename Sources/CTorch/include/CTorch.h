// The engine that runs networks, as plain C: a table of functions that libPleuraTorch.so fills and ctorch_load fetches.
// No libtorch is linked or named here, so whoever imports this starts without it and builds without it.
//
// Every function returns a status and never throws. What went wrong is then in last_error(), which belongs to the
// calling thread and lasts until its next call. A network is used by one thread at a time.
#ifndef CTORCH_H
#define CTORCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Raised with every change of this header; an engine of another number is refused.
enum { CTORCH_ABI = 6 };

enum { CTORCH_MOST_LEVELS = 6 };

typedef enum {
    CTORCH_OK = 0,
    CTORCH_FAILED = 1,
    CTORCH_OUT_OF_MEMORY = 2,
    CTORCH_NOT_FINITE = 3,  // the loss is no number; weights are as before the step
} ctorch_status;

typedef struct ctorch_network ctorch_network;
/// A network as somebody else exported it: a TorchScript program with its weights. It only predicts.
typedef struct ctorch_script ctorch_script;
/// A TorchScript file that is being put together.
typedef struct ctorch_script_writer ctorch_script_writer;

enum { CTORCH_MOST_AXES = 8 };

/// Numbers with their shape, slowest axis first, last axis fastest.
typedef struct {
    float *values;
    int64_t count;  // of values that there is room for, or that there are
    int64_t shape[CTORCH_MOST_AXES];
    int32_t axes;
} ctorch_values;

/// A U-Net, see NetworkConfiguration.
typedef struct {
    int32_t input_channels;
    int32_t classes;
    int32_t filters;
    int32_t levels;
    int32_t batch_norm;
    int32_t spatial_dropout;     // whole channels, else single values
    int32_t deconvolution;       // else nearest neighbour
    int32_t softmax;             // else sigmoid
    double batch_norm_momentum;  // share of the running figures that a step keeps, as in Keras
    double batch_norm_epsilon;
    double dropout_down[CTORCH_MOST_LEVELS + 1];  // by level; [levels] is the bottom
    double dropout_up[CTORCH_MOST_LEVELS];        // by level
    int32_t device;                               // 0 CPU, 1 CUDA
    int32_t double_precision;                     // for tests of gradients; float32 otherwise
} ctorch_unet;

enum { CTORCH_VNET = 0, CTORCH_UNET_3D = 1 };

/// A network on volumes, see NetworkConfiguration.
typedef struct {
    ctorch_unet common;
    int32_t kind;
    int32_t convolutions[CTORCH_MOST_LEVELS + 1];  // of each stage; [levels] is the bottom; a U-Net has two each
    int32_t kernel;                                // voxels along each axis, odd
    int32_t folds;  // blocks of 2×2×2 voxels become channels first, and voxels again at the end
} ctorch_volume;

/// Slices, [count][channels][rows][columns], or volumes, [count][channels][slices][rows][columns]; targets have classes in
/// place of channels, weights 1. Targets, weights and known, [count][classes], may be absent where they are not needed.
typedef struct {
    const float *images;
    const float *targets;
    const float *weights;
    const float *known;  // 1, or 0 where the targets of a slice or volume say nothing of a class; absent: all are known
    int64_t count;
    int64_t rows;
    int64_t columns;
    int64_t slices;  // of each volume; networks on slices do not look at it
} ctorch_batch;

enum {
    CTORCH_SOFT_DICE = 0,
    CTORCH_SOFT_DICE_AND_CROSS_ENTROPY = 1,
    CTORCH_STRUCTURE_DICE_AND_CROSS_ENTROPY = 2,
};
enum { CTORCH_ADAM = 0, CTORCH_ADAMW = 1, CTORCH_SGD = 2 };

/// One step of training, see TrainingStepOptions.
typedef struct {
    int32_t loss;
    int32_t optimiser;
    double learning_rate;
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    double momentum;
    int32_t nesterov;
    int32_t mixed_precision;
    int32_t freeze_encoder;
    uint64_t seed;  // of dropout
} ctorch_step;

/// What a prediction may vary.
typedef struct {
    int32_t mixed_precision;
    int32_t uses_dropout;
    uint64_t seed;
} ctorch_prediction;

/// Tensors are counted in the order that NetworkLayout lists them. `moment` 0 and 1 are what the
/// optimiser remembers.
typedef struct {
    const char *(*last_error)(void);
    /// Of the libtorch that this was compiled for, as "1.13.1".
    const char *(*version)(void);
    /// How libtorch was built and how it computes, several lines.
    const char *(*description)(void);
    /// The file of the libtorch that is at work.
    const char *(*library_path)(void);
    int32_t (*has_cuda)(void);
    /// `only_first`: unless a count was set before.
    ctorch_status (*set_threads)(int32_t count, int32_t only_first);
    int32_t (*threads)(void);
    /// Bytes that tensors on the processor hold, all networks together.
    int64_t (*memory_in_use)(void);

    /// A network with all tensors 0, or null.
    ctorch_network *(*create)(const ctorch_unet *unet);
    ctorch_network *(*create_volume)(const ctorch_volume *volume);
    void (*destroy)(ctorch_network *network);
    int64_t (*tensor_count)(const ctorch_network *network);
    /// The axes' lengths, slowest first; `shape` holds 5. Returns how many there are.
    int32_t (*tensor_shape)(const ctorch_network *network, int64_t tensor, int64_t *shape);
    /// Row-major, last axis fastest, whatever lies in memory.
    ctorch_status (*read_tensor)(const ctorch_network *network, int64_t tensor, float *values, int64_t count);
    ctorch_status (*write_tensor)(ctorch_network *network, int64_t tensor, const float *values, int64_t count);
    /// Steps that the optimiser has made; setting 0 makes it forget its moments.
    int64_t (*steps)(const ctorch_network *network);
    ctorch_status (*set_steps)(ctorch_network *network, int64_t steps);
    /// `moments` 0…2: how many of each tensor the optimiser keeps.
    int32_t (*moments)(const ctorch_network *network);
    ctorch_status (*read_moment)(
        const ctorch_network *network, int32_t moment, int64_t tensor, float *values, int64_t count);
    ctorch_status (*write_moment)(
        ctorch_network *network, int32_t moment, int64_t tensor, const float *values, int64_t count);

    ctorch_status (*train_step)(
        ctorch_network *network, const ctorch_batch *batch, const ctorch_step *step, double *loss);
    /// `training` computes as a step does: dropout on, batch norm by the batch.
    ctorch_status (*loss)(
        ctorch_network *network, const ctorch_batch *batch, const ctorch_step *step, int32_t training, double *loss);
    /// `probabilities`: [count][classes][rows][columns], or [count][classes][slices][rows][columns].
    ctorch_status (*predict)(
        ctorch_network *network, const ctorch_batch *batch, const ctorch_prediction *how, float *probabilities);

    /// The gradient of the training loss, for tests.
    ctorch_status (*gradient)(
        ctorch_network *network, const ctorch_batch *batch, const ctorch_step *step, int64_t tensor, double *values,
        int64_t count);
    /// Adds to one element, for tests of gradients.
    ctorch_status (*nudge)(ctorch_network *network, int64_t tensor, int64_t element, double change);

    /// A network from the bytes of a TorchScript file, which may be freed afterwards; null if they are none.
    /// `device`: 0 CPU, 1 CUDA.
    ctorch_script *(*load_script)(const void *bytes, int64_t count, int32_t device);
    void (*destroy_script)(ctorch_script *script);
    /// Asks the network about `input`. What it answers is a tensor, or the first of a tuple or list; whatever its type,
    /// its numbers become float32 and go into `answer`, which says how many there is room for and is told shape and count.
    /// An answer for which there is no room fails.
    ctorch_status (*run_script)(ctorch_script *script, const ctorch_values *input, ctorch_values *answer);

    /// A TorchScript file without anything in it, or null.
    ctorch_script_writer *(*create_script_writer)(void);
    void (*destroy_script_writer)(ctorch_script_writer *writer);
    /// Adds a tensor, which is copied: a parameter, or a buffer if it is not learned. Dots in `name` are modules in modules.
    ctorch_status (*add_script_tensor)(
        ctorch_script_writer *writer, const char *name, const ctorch_values *values, int32_t is_learned);
    /// Adds text, which lies under its name beside the network.
    ctorch_status (*add_script_text)(ctorch_script_writer *writer, const char *name, const char *text);
    /// Ends a file: compiles `source`, a method `forward` in TorchScript. The bytes are the writer's.
    ctorch_status (*write_script)(ctorch_script_writer *writer, const char *source, const void **bytes, int64_t *count);
} ctorch_engine;

/// The one symbol that libPleuraTorch.so exports. Null if `abi` is not its own.
typedef const ctorch_engine *(*ctorch_entry_function)(uint32_t abi);

/// Loads the engine from a file; on failure null, and why in `error`. Nothing is ever unloaded.
const ctorch_engine *ctorch_load(const char *path, char *error, size_t capacity);

/// The file that this code was loaded from, as the system names it; null if it does not say.
const char *ctorch_own_path(void);

/// What the processor computes in hardware.
int32_t ctorch_has_avx512(void);
int32_t ctorch_has_bfloat16(void);

#ifdef __cplusplus
}
#endif
#endif
