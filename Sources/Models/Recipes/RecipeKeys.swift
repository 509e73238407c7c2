import Volumes

extension RecipeField {
    /// Every key of a recipe file, section by section.
    public static var all: [RecipeField] {
        top + section("torchscript", torchScript) + section("network", network)
            + section("patches", patches) + section("prompts", prompts) + section("preprocessing", preprocessing)
            + section("training", training)
            + section("augmentation", augmentation) + section("postprocessing", postprocessing)
            + section("fine_tuning", fineTuning)
    }

    private static var top: [RecipeField] {
        [
            RecipeField(
                section: "", key: "name", meaning: "the recipe's name; letters, digits, _ and -",
                set: { recipe, value in
                    guard let name = value.text, isPlainName(name) else {
                        return "must be a name of letters, digits, _ and -"
                    }
                    recipe.name = name
                    return nil
                }, get: { .text($0.name) }),
            structures("structures", \.structures, atLeast: 1, "what is segmented, in the order of output channels"),
        ]
    }

    private static var network: [RecipeField] {
        [
            choice("kind", \.networkKind, "what the network is built like: on slices, or on volumes"),
            whole("filters", \.network.filters, 1...256, "filters of the first level, doubled at each level down"),
            whole("levels", \.network.levels, 1...6, "levels on the way down"),
            flag("batch_norm", \.network.usesBatchNorm, "batch norm after each convolution"),
            number("dropout", \.network.dropout, 0...0.95, "share that dropout drops on the first level"),
            number(
                "dropout_change_per_level", \.network.dropoutChangePerLevel, -0.5...0.5,
                "what each level down adds to the dropout"),
            choice("dropout_kind", \.network.dropoutKind, "whole channels or single values"),
            flag("dropout_on_upsampling", \.network.usesDropoutOnUpsampling, "dropout on the way up as well"),
            choice("upsampling", \.network.upsampling, "how the way up doubles rows and columns"),
            whole("kernel", \.network.kernelWidth, 3...5, "on volumes: voxels of a kernel along each axis, 3 or 5"),
            flag(
                "fold_blocks", \.network.foldsBlocks,
                "on volumes: blocks of 2×2×2 voxels become channels first, for an eighth of the work"),
            convolutions,
            choice(
                "output", \.network.outputActivation, "each structure by itself, or exactly one class (with background)"
            ),
        ]
    }

    private static var convolutions: RecipeField {
        RecipeField(
            section: "", key: "convolutions",
            meaning: "of a V-Net's stages from the first to the bottom, one more than levels; whole numbers, 1 to 8",
            set: { recipe, value in
                let numbers = value.list?.compactMap { $0.number.flatMap(Int.init(exactly:)) } ?? []
                guard numbers.count == value.list?.count, (2...7).contains(numbers.count),
                    numbers.allSatisfy((1...8).contains)
                else { return "must be a list of whole numbers, each 1 to 8, one more than levels" }
                recipe.network.convolutions = numbers
                return nil
            }, get: { .list($0.network.convolutions.map { .number(Double($0)) }) })
    }

    private static var patches: [RecipeField] {
        [
            whole("slices", \.patches.slices, 2...512, "on volumes: slices of what the network sees at once"),
            whole("rows", \.patches.rows, 2...512, "on volumes: rows of what the network sees at once"),
            whole("columns", \.patches.columns, 2...512, "on volumes: columns of what the network sees at once"),
            number(
                "overlap", \.patches.overlap, 0...0.95,
                "on volumes: the share of a patch that the next one covers again"),
        ]
    }

    private static var preprocessing: [RecipeField] {
        [
            numbers(
                "spacing_mm", count: 3, 0...20,
                "spacing of columns, rows and slices, mm, from 0.25; with [torchscript] 0 is the image's own",
                set: { $0.preprocessing.spacing = Spacing(x: $1[0], y: $1[1], z: $1[2]) },
                get: { [$0.preprocessing.spacing.x, $0.preprocessing.spacing.y, $0.preprocessing.spacing.z] }),
            whole("columns", \.preprocessing.columns, 2...2048, "columns of the network's input"),
            whole("rows", \.preprocessing.rows, 2...2048, "rows of the network's input"),
            numbers(
                "window_hu", count: 2, -3100...20_000, "black and white, HU; the first is below the second",
                set: {
                    $0.preprocessing.windowLow = $1[0]
                    $0.preprocessing.windowHigh = $1[1]
                }, get: { [$0.preprocessing.windowLow, $0.preprocessing.windowHigh] }),
            numbers(
                "second_window_hu", count: 2, mayBeEmpty: true, -3100...20_000,
                "a window within the first, which becomes a second channel of the input",
                set: { $0.preprocessing.secondWindow = $1.isEmpty ? nil : .init(low: $1[0], high: $1[1]) },
                get: { $0.preprocessing.secondWindow.map { [$0.low, $0.high] } ?? [] }),
            wholes(
                "neighbour_slices", atMost: 4, 1...64, \.preprocessing.neighbourSlices,
                "further slices that the network sees, so many away to both sides, ascending"),
            choice(
                "normalisation", \.preprocessing.normalisation,
                "what the window becomes: 0…1, −1…1, or by a mean and deviation"
            ),
            numbers(
                "mean_and_deviation_hu", count: 2, mayBeEmpty: true, -3100...20_000,
                "what z-score subtracts and divides by, HU",
                set: { $0.preprocessing.zScore = $1.isEmpty ? nil : .init(mean: $1[0], deviation: $1[1]) },
                get: { $0.preprocessing.zScore.map { [$0.mean, $0.deviation] } ?? [] }),
            flag("body_crop", \.preprocessing.cropsToBody, "lay the network's field around the patient's body"),
            number("body_threshold_hu", \.preprocessing.bodyThreshold, -1000...500, "the body is above this, HU"),
        ]
    }

    private static var training: [RecipeField] {
        [
            whole("epochs", \.training.epochs, 1...10_000, "how often the training slices are gone through"),
            whole("batch_size", \.training.batchSize, 1...1024, "slices a step"),
            choice("loss", \.training.loss, "what training makes small"),
            choice("optimiser", \.training.optimiserKind, "how gradients move weights"),
            number("learning_rate", \.training.learningRate, 1e-8...10, "the highest learning rate"),
            choice("schedule", \.training.schedule, "how the learning rate goes on after the warm-up"),
            number("warmup_epochs", \.training.warmupEpochs, 0...1000, "epochs in which the learning rate rises"),
            number("minimum_learning_rate", \.training.minimumLearningRate, 0...1, "no schedule goes below this"),
            number("decay_factor", \.training.decayFactor, 0.001...1, "what step and plateau multiply by"),
            whole("decay_epochs", \.training.decayEpochs, 1...1000, "after how many epochs step and plateau do so"),
            number("weight_decay", \.training.weightDecay, 0...1, "AdamW's weight decay"),
            number("beta1", \.training.beta1, 0...0.9999, "Adam's decay of the first moment"),
            number("beta2", \.training.beta2, 0...0.999999, "Adam's decay of the second moment"),
            number("epsilon", \.training.epsilon, 1e-12...1, "Adam's epsilon"),
            number("momentum", \.training.momentum, 0...0.9999, "SGD's momentum"),
            flag("nesterov", \.training.usesNesterov, "Nesterov's momentum for SGD"),
            flag("mixed_precision", \.training.usesMixedPrecision, "bfloat16 where the processor has it"),
            flag("freeze_encoder", \.training.freezesEncoder, "leave the way down as it is"),
            whole("slice_stride", \.training.sliceStride, 1...64, "an epoch takes every n-th slice of a patient"),
            number("empty_slice_share", \.training.emptySliceShare, 0...1, "share of slices without structure taken"),
            whole(
                "patience", \.training.patience, 0...10_000, "epochs without progress before stopping; 0 never stops"),
            whole("seed", \.training.seed, 0...Int(Int32.max), "seed of all that is drawn"),
        ]
    }

    private static var augmentation: [RecipeField] {
        [
            number("probability", \.augmentation.probability, 0...1, "share of slices that are varied"),
            number("flip_left_right", \.augmentation.flipLeftRight, 0...1, "share of slices mirrored left to right"),
            number("flip_front_back", \.augmentation.flipFrontBack, 0...1, "share of slices mirrored front to back"),
            number("rotation_degrees", \.augmentation.rotation, 0...180, "rotation either way, degrees"),
            number("scale", \.augmentation.scale, 0...0.9, "magnification either way"),
            number("shift_mm", \.augmentation.shift, 0...200, "shift either way, mm"),
            number("elastic_mm", \.augmentation.elastic, 0...50, "deviation of smooth displacements, mm"),
            number("elastic_grid_mm", \.augmentation.elasticGrid, 4...500, "distance between drawn displacements, mm"),
            number("intensity_shift_hu", \.augmentation.intensityShift, 0...1000, "brightness either way, HU"),
            number("intensity_scale", \.augmentation.intensityScale, 0...0.9, "contrast either way"),
            number("noise_hu", \.augmentation.noise, 0...1000, "deviation of added noise, HU"),
            number("blur_mm", \.augmentation.blur, 0...20, "deviation of the blur, mm"),
            number("mass_share", \.augmentation.masses, 0...1, "share of slices with a mass painted into the lungs"),
            number("fluid_share", \.augmentation.fluid, 0...1, "share of slices with fluid painted into a lung"),
        ]
    }

    private static var fineTuning: [RecipeField] {
        [
            whole("epochs", \.fineTuning.epochs, 1...1000, "epochs of a fine-tuning at most"),
            whole("slices_per_epoch", \.fineTuning.slicesPerEpoch, 1...1_000_000, "slices of an epoch at most"),
            number("replay_share", \.fineTuning.replayShare, 0...0.95, "share of the slices that are of base data"),
            whole("replay_patients", \.fineTuning.replayPatients, 0...1000, "how many base patients there are"),
            whole("replay_seed", \.fineTuning.replaySeed, 0...Int(Int32.max), "what base patients are drawn from"),
            number("learning_rate", \.fineTuning.learningRate, 1e-8...10, "the highest learning rate"),
            flag("freeze_encoder", \.fineTuning.freezesEncoder, "leave the way down as it is"),
            number("error_emphasis", \.fineTuning.errorEmphasis, 0...100, "how much more a wrong slice counts"),
            whole(
                "patience", \.fineTuning.patience, 0...1000, "epochs without progress before stopping; 0 never stops"),
        ]
    }

    private static var postprocessing: [RecipeField] {
        [
            number(
                "smooth_slices_mm", \.postprocessing.sliceSmoothing, 0...50,
                "probabilities are smoothed so far along the slices, mm"),
            shares(
                "second_network_shares", \.postprocessing.secondNetworkShares,
                "how much a second network's probabilities count, by structure; none is a half for each"),
            number("threshold", \.postprocessing.threshold, 0.001...1, "a voxel belongs from this probability on"),
            structures("exclusive", \.postprocessing.exclusive, atLeast: 0, "structures that never share a voxel"),
            flag("exclude_airways", \.postprocessing.excludesAirways, "trachea and main bronchi are taken out"),
            flag(
                "combine_with_threshold", \.postprocessing.combinesWithThreshold,
                "lungs take the border of baseline-threshold, which is also asked for a second opinion"),
            whole("kept_components", \.postprocessing.keptComponents, 0...1000, "largest components kept; 0 keeps all"),
            number("smallest_component_ml", \.postprocessing.smallestComponent, 0...10_000, "smaller ones go, ml"),
            flag(
                "reassign_components", \.postprocessing.reassignsComponents,
                "a dropped component goes to the exclusive structure that it touches"),
            choice("fill_holes", \.postprocessing.holeFilling, "where holes are filled"),
            number("largest_hole_ml", \.postprocessing.largestHole, 0...10_000, "larger holes stay, ml"),
            structures(
                "air_lumen", \.postprocessing.airLumens, atLeast: 0,
                "structures that are bounded by their air and end where it divides"),
            flag("mirror_for_tta", \.postprocessing.mirrorsForTTA, "test-time augmentation mirrors left to right"),
        ]
    }
}
