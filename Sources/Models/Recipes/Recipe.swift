import Anatomy
import Cases
import Networks
import Volumes

/// Everything that makes a model but its weights: how images are prepared, how the network is built and trained, and
/// what happens to its probabilities. Read from `recipes/*.toml` and kept in the metadata of every model file.
///
/// ``RecipeField/all`` lists the keys with their meaning, unit and range. A recipe that was decoded has been checked;
/// one that was put together in code is checked by ``check()``.
public struct Recipe: Hashable, Sendable {
    /// What the recipe is called, such as `lungs-cpu`.
    public var name: String
    /// What the network segments, in the order of its output channels.
    public var structures: [StructureName]
    /// How images become the network's input.
    public var preprocessing = PreprocessingRecipe()
    /// How the network is trained.
    public var training = TrainingRecipe()
    /// How slices are varied while training.
    public var augmentation = AugmentationRecipe()
    /// What happens to the network's probabilities.
    public var postprocessing = PostprocessingRecipe()
    /// How the model is trained on from corrections.
    public var fineTuning = FineTuningRecipe()
    /// What somebody else's network takes and gives; `nil` for a network of Pleura's own, which ``network`` describes.
    /// A recipe that has it takes nothing from ``network``, ``training``, ``augmentation`` and ``fineTuning``.
    public internal(set) var torchScript: TorchScriptRecipe?
    /// What a network on volumes sees at once; of no matter to one on slices.
    public var patches = PatchRecipe()
    /// What a network that answers prompts sees; `nil` for one that segments ``structures``. With it, ``structures`` are
    /// those that it is trained on, and its one class is whatever mask it is asked about.
    public internal(set) var prompts: PromptRecipe?
    private var storedNetwork = NetworkConfiguration()

    /// The defaults of every key, for some structures.
    public init(name: String, structures: [StructureName]) {
        self.name = name
        self.structures = structures
    }

    /// The defaults for somebody else's network, which sees the whole image.
    public init(name: String, structures: [StructureName], torchScript: TorchScriptRecipe) {
        self.init(name: name, structures: structures)
        self.torchScript = torchScript
        preprocessing = .wholeImage
        postprocessing.mirrorsForTTA = false
    }

    /// The defaults for a network that answers prompts.
    public init(name: String, structures: [StructureName], prompts: PromptRecipe) {
        self.init(name: name, structures: structures)
        self.prompts = prompts
    }

    /// How the network is built. `classes` follows from ``structures`` and the output: one a structure, and with
    /// softmax one more, channel 0, for what is none of them; `inputChannels` from the windows and neighbouring
    /// slices. Setting either has no effect.
    public var network: NetworkConfiguration {
        get {
            var network = storedNetwork
            network.classes = prompts == nil ? structures.count + firstStructureChannel : 1
            network.inputChannels =
                preprocessing.channelCount + (prompts == nil ? 0 : PromptRecipe.channelsBesideWindows)
            return network
        }
        set {
            storedNetwork = newValue
            storedNetwork.classes = 1
            storedNetwork.inputChannels = 1
        }
    }

    /// What the network is built like. Setting another kind sets the whole of ``network`` to that kind's defaults.
    var networkKind: NetworkConfiguration.Kind {
        get { storedNetwork.kind }
        set { if newValue != storedNetwork.kind { network = NetworkConfiguration(newValue) } }
    }

    /// The output channel of the first structure: 1 with softmax, whose channel 0 is the background; 0 otherwise.
    public var firstStructureChannel: Int { storedNetwork.outputActivation == .softmax ? 1 : 0 }

    /// The output channels after the image was mirrored left to right: `Lung_L` and `Lung_R` change places, and so
    /// does every pair of names that end in `_L` and `_R`. At each channel stands the one whose values it takes.
    public var mirroredChannels: [Int] {
        let offset = firstStructureChannel
        let places = Dictionary(
            structures.enumerated().map { ($0.element, $0.offset + offset) }, uniquingKeysWith: { first, _ in first })
        let mirrored = structures.map { name in
            places[name.mirrored] ?? places[name] ?? 0
        }
        return Array(0..<offset) + mirrored
    }

    /// Whether every one-sided structure has its other side among ``structures``, so that a mirrored slice can be
    /// told from its labels.
    public var canBeMirrored: Bool {
        structures.allSatisfy { $0.mirrored == $0 || structures.contains($0.mirrored) }
    }
}

extension StructureName {
    /// The structure of the other side: `Lung_R` for `Lung_L`; itself where it has no side.
    public var mirrored: StructureName {
        StructureCatalogue.current.partner(of: self) ?? self
    }
}

/// What a network on volumes sees at once: a block of the grid that ``PreprocessingRecipe`` makes, moved over it.
public struct PatchRecipe: Hashable, Sendable {
    /// Slices of a patch. A shorter image is continued by its mirror image.
    public var slices = 64
    /// Rows of a patch, at most those of the grid.
    public var rows = 96
    /// Columns of a patch, at most those of the grid.
    public var columns = 96
    /// The share of a patch that the next one covers again, at least, 0…0.95; what patches say of a voxel is weighted by
    /// a Gaussian around their middles.
    public var overlap = 0.5

    /// The defaults.
    public init() {}
}

/// How images become the network's input. All of it goes by ``PreprocessingRecord``.
public struct PreprocessingRecipe: Hashable, Sendable, Codable {
    /// What the window's ends become.
    public enum Normalisation: String, Hashable, Sendable, Codable, CaseIterable {
        /// 0 and 1.
        case unit
        /// −1 and 1.
        case symmetric
        /// Their distance from a mean in deviations, both given by the recipe (``zScore``): nnU-Net's for CT.
        case zScore = "z-score"
        /// The same with mean and deviation of the image's own voxels, resampled and cut to the window.
        case volumeZScore = "volume-z-score"

        /// Whether it is by a mean and a deviation.
        public var isZScore: Bool { self == .zScore || self == .volumeZScore }
    }

    /// A mean and a standard deviation of CT numbers, HU.
    public struct ZScore: Hashable, Sendable, Codable {
        /// What becomes 0, HU.
        public var mean: Double
        /// What becomes 1 above that, HU; above 0.
        public var deviation: Double

        /// A mean and a deviation.
        public init(mean: Double, deviation: Double) { (self.mean, self.deviation) = (mean, deviation) }
    }

    /// A range of CT numbers, HU: `low` is black, `high` white.
    public struct Window: Hashable, Sendable, Codable {
        /// What is black, HU.
        public var low: Double
        /// What is white, HU; above `low` in a recipe that was checked.
        public var high: Double

        /// A window from its ends.
        public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }
    }

    /// The spacing that images are resampled to, mm: columns, rows, slices. 0 is the image's own, for networks that see the
    /// whole image.
    public var spacing = Spacing(x: 1, y: 1, z: 3)
    /// Columns of the network's input; a multiple of what the network halves. 0, with ``rows``, for the whole image.
    public var columns = 512
    /// Rows of the network's input.
    public var rows = 512
    /// The HU at and below which everything is black. Also what lies outside the image.
    public var windowLow = -1024.0
    /// The HU at and above which everything is white.
    public var windowHigh = 600.0
    /// A narrower window, HU, within the first: the network's second channel, such as soft tissue, in which liver and
    /// lung tumour are not both plain white. `nil` gives the network one channel.
    public var secondWindow: Window?
    private var neighbours: [Int]?
    /// Slices beside the one that is segmented, which the network sees as further channels: how many slices of its own
    /// grid they are away, each to both sides, ascending. None gives it the slice alone.
    public var neighbourSlices: [Int] {
        get { neighbours ?? [] }
        // `nil` is not written, so that records and caches of before read as they did.
        set { neighbours = newValue.isEmpty ? nil : newValue }
    }
    /// What the windows' ends become.
    public var normalisation = Normalisation.unit
    /// Mean and deviation for ``Normalisation/zScore``; `nil` with any other.
    public var zScore: ZScore?
    /// Whether the network's field is laid around the patient's body rather than around the image's centre.
    public var cropsToBody = true
    /// What counts as body is above this, HU.
    public var bodyThreshold = -300.0

    /// The defaults.
    public init() {}

    /// The defaults for a network that sees the whole image.
    static var wholeImage: PreprocessingRecipe {
        var recipe = PreprocessingRecipe()
        (recipe.columns, recipe.rows, recipe.cropsToBody) = (0, 0, false)
        return recipe
    }
}

/// How the network is trained.
public struct TrainingRecipe: Hashable, Sendable {
    /// Which optimiser; its numbers are keys of their own.
    public enum OptimiserKind: String, Hashable, Sendable, CaseIterable {
        /// See ``Optimiser/adam(beta1:beta2:epsilon:)``.
        case adam
        /// See ``Optimiser/adamW(weightDecay:beta1:beta2:epsilon:)``.
        case adamW = "adamw"
        /// See ``Optimiser/sgd(momentum:nesterov:)``.
        case sgd
    }
    /// How the learning rate goes on after the warm-up.
    public enum Schedule: String, Hashable, Sendable, CaseIterable {
        /// It stays.
        case constant
        /// It falls along half a cosine to `minimum_learning_rate` at the last step.
        case cosine
        /// It falls by `decay_factor` every `decay_epochs`.
        case step
        /// It falls by `decay_factor` when the validation has not improved for `decay_epochs`.
        case plateau
    }

    /// How often every training slice is seen.
    public var epochs = 20
    /// Slices a step.
    public var batchSize = 8
    /// What training makes small.
    public var loss = SegmentationLoss.softDice
    /// The optimiser.
    public var optimiserKind = OptimiserKind.adam
    /// The highest learning rate.
    public var learningRate = 1e-3
    /// How the learning rate goes on.
    public var schedule = Schedule.constant
    /// Epochs in which the learning rate rises from 0; parts of one are allowed.
    public var warmupEpochs = 0.0
    /// Where the cosine ends, and below which no schedule goes.
    public var minimumLearningRate = 0.0
    /// What `step` and `plateau` multiply the learning rate by.
    public var decayFactor = 0.1
    /// After how many epochs `step` and `plateau` do so.
    public var decayEpochs = 5
    /// AdamW's weight decay.
    public var weightDecay = 0.01
    /// Adam's and AdamW's decay of the first moment.
    public var beta1 = 0.9
    /// Adam's and AdamW's decay of the second moment.
    public var beta2 = 0.999
    /// Adam's and AdamW's epsilon.
    public var epsilon = 1e-7
    /// SGD's momentum.
    public var momentum = 0.9
    /// Whether SGD's momentum is Nesterov's.
    public var usesNesterov = false
    /// Whether steps are computed in bfloat16 where the processor has it.
    public var usesMixedPrecision = false
    /// Whether the way down stays as it is.
    public var freezesEncoder = false
    /// Training takes every n-th slice of a patient, from a first one drawn anew each epoch. 1 takes all.
    public var sliceStride = 1
    /// The share of the slices without any structure that an epoch takes.
    public var emptySliceShare = 1.0
    /// Training stops when the validation has not improved for so many epochs; 0 never stops early.
    public var patience = 0
    /// The seed of everything that is drawn: weights, order, augmentation, dropout.
    public var seed = 1

    /// The defaults.
    public init() {}

    /// The optimiser with its numbers.
    public var optimiser: Optimiser {
        switch optimiserKind {
        case .adam: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .adamW: .adamW(weightDecay: weightDecay, beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .sgd: .sgd(momentum: momentum, nesterov: usesNesterov)
        }
    }
}

/// How slices are varied while training. Each number is the most that is drawn; 0 leaves that variation out.
public struct AugmentationRecipe: Hashable, Sendable {
    /// The share of the slices that are varied in place and shape; also, drawn apart, of those varied in grey.
    public var probability = 1.0
    /// The share of slices that are mirrored left to right; channels of paired structures change places.
    public var flipLeftRight = 0.0
    /// The share of slices that are mirrored front to back, as in a prone patient.
    public var flipFrontBack = 0.0
    /// Rotation in the plane, either way, degrees.
    public var rotation = 0.0
    /// Magnification, either way: 0.1 draws from 0.9 to 1.1.
    public var scale = 0.0
    /// Shift along columns and rows, either way, mm.
    public var shift = 0.0
    /// The deviation of a smooth random displacement, mm.
    public var elastic = 0.0
    /// The distance between the places where that displacement is drawn, mm.
    public var elasticGrid = 64.0
    /// Brightness, either way, HU.
    public var intensityShift = 0.0
    /// Contrast, either way: 0.1 draws factors from 0.9 to 1.1, about the window's middle.
    public var intensityScale = 0.0
    /// The deviation of added Gaussian noise, HU.
    public var noise = 0.0
    /// The deviation of a Gaussian blur, mm.
    public var blur = 0.0
    /// The share of slices on which a mass is painted into the lungs, often against their wall; see ``DiseasePainter``.
    public var masses = 0.0
    /// The share of slices on which the lowest part of a lung is filled with fluid or with consolidation.
    public var fluid = 0.0

    /// None.
    public init() {}
}

/// What happens to the network's probabilities.
public struct PostprocessingRecipe: Hashable, Sendable {
    /// Where holes are looked for.
    public enum HoleFilling: String, Hashable, Sendable, CaseIterable {
        /// They stay.
        case none
        /// In each slice; what is open in a slice but closed in none stays.
        case slice
        /// In the volume: only what is closed on every side.
        case volume
    }

    /// How far probabilities are smoothed along the slices before they go back to the image's grid, the standard
    /// deviation of a Gaussian, mm: a network of two dimensions sees each slice by itself. 0 leaves them as they are.
    public var sliceSmoothing = 0.0
    /// Where a model holds a second network (``SecondNetwork``), how much its probabilities count for each structure, in the
    /// structures' order, 0…1; the rest is the first's. Empty is a half for each. Of no matter without a second network.
    public var secondNetworkShares: [Double] = []
    /// A voxel belongs to a structure from this probability on.
    public var threshold = 0.5
    /// Of structures in this list at most one claims a voxel: the likelier one, of equal ones the first.
    public var exclusive: [StructureName] = []
    /// Whether the trachea and the main bronchi, as ``WideAirways`` finds them, are taken out of every structure.
    public var excludesAirways = false
    /// Whether the lungs are put together with what `BaselineSegmenter` finds (`ThresholdCombination`), once components
    /// and holes are settled; pieces below ``smallestComponent`` and holes that come of it are settled again.
    public var combinesWithThreshold = false
    /// How many components of each structure are kept, largest first; 0 keeps all.
    public var keptComponents = 1
    /// Components below this are dropped, ml.
    public var smallestComponent = 0.0
    /// Whether a dropped component that touches another exclusive structure goes to that one.
    public var reassignsComponents = false
    /// Where holes are filled. Voxels of another exclusive structure are never taken.
    public var holeFilling = HoleFilling.none
    /// Larger holes stay, ml; in a slice, the area times the slice spacing.
    public var largestHole = 10.0
    /// Structures that are the lumen of an airway: bounded by their air and ended where they divide (`AirwayLumen`), once
    /// everything else is settled.
    public var airLumens: [StructureName] = []
    /// Whether test-time augmentation may mirror left to right.
    public var mirrorsForTTA = true

    /// The defaults.
    public init() {}
}
