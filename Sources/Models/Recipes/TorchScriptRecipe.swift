/// A network that somebody else trained and exported as TorchScript: what goes into it, and what its answer means. The
/// table `[torchscript]` of a recipe; a recipe that has it describes no network of Pleura's own.
///
/// The network is given `[1][1]` and then its spatial axes, float32, and answers with `[1][classes]` and the same axes.
public struct TorchScriptRecipe: Hashable, Sendable {
    /// What the network's numbers are.
    public enum Output: String, Hashable, Sendable, CaseIterable {
        /// What a softmax over the classes makes probabilities of.
        case logitsSoftmax = "logits-softmax"
        /// What a sigmoid makes probabilities of, each class by itself.
        case logitsSigmoid = "logits-sigmoid"
        /// Probabilities of which exactly one class is true.
        case softmax
        /// Probabilities of each class by itself.
        case sigmoid
        /// One number a voxel, which is its class: `[1][1]` or `[1]` and the spatial axes.
        case labels

        /// Whether classes exclude one another, so that the probabilities of several add up.
        public var isExclusive: Bool { self == .logitsSoftmax || self == .softmax || self == .labels }
    }

    /// How much a voxel of a patch counts where patches overlap.
    public enum PatchWeights: String, Hashable, Sendable, CaseIterable {
        /// By a Gaussian around the patch's middle with a deviation of an eighth of the patch, at least a thousandth of
        /// the middle's: nnU-Net, and MONAI's `mode="gaussian"`.
        case gaussian
        /// All alike.
        case uniform
    }

    /// The spatial axes of the network's input.
    public var orientation = TensorOrientation.slices
    /// How many classes the network tells apart, the background included where it is one.
    public var classes = 2
    /// The classes, from 0, that make up each structure. Empty: one each in the structures' order, after a background of
    /// number 0 where classes exclude one another.
    public var structureClasses: [[Int]] = []
    /// What the network's numbers are.
    public var output = Output.logitsSoftmax
    /// The size of what the network sees at once, by the axes of ``orientation``. Empty: a whole slice, in two dimensions.
    public var patch: [Int] = []
    /// The share of a patch that the next one covers again, at least; patches are spread evenly, as nnU-Net does.
    public var overlap = 0.5
    /// How much a voxel of a patch counts.
    public var patchWeights = PatchWeights.gaussian
    /// Whole slices are padded to multiples of this.
    public var sizeMultiple = 1

    /// The defaults.
    public init() {}

    /// The classes of each of `count` structures.
    public func classes(ofStructures count: Int) -> [[Int]] {
        structureClasses.isEmpty ? (0..<count).map { [$0 + (output.isExclusive ? 1 : 0)] } : structureClasses
    }
}

/// Which way the spatial axes of a network's input run in the patient, slowest axis first: a letter each for where it
/// grows to. `SPL` is what nnU-Net makes of an axial CT, `RAS` MONAI's usual one; two letters are slices, axial ones.
public struct TensorOrientation: Hashable, Sendable {
    /// An axis of the tensor as one of the image's grid, which runs to the left, the back and the head.
    public struct Axis: Hashable, Sendable {
        /// 0 for columns, 1 for rows, 2 for slices.
        public let place: Int
        /// Whether it runs the other way than the grid: to the right, the front or the feet.
        public let isReversed: Bool
    }

    /// Such as `SPL`.
    public let text: String
    /// By the tensor's axes, slowest first.
    public let axes: [Axis]

    /// Axial slices, rows to the back, columns to the left: as they are looked at.
    public static let slices = TensorOrientation(
        text: "PL", axes: [Axis(place: 1, isReversed: false), Axis(place: 0, isReversed: false)])

    /// Volumes of axial slices, from the feet to the head.
    public static let volumes = TensorOrientation(
        text: "SPL",
        axes: [Axis(place: 2, isReversed: false), Axis(place: 1, isReversed: false), Axis(place: 0, isReversed: false)])

    /// Volumes as MONAI's `Orientationd(axcodes="RAS")` leaves them.
    public static let monaiVolumes = TensorOrientation(
        text: "RAS",
        axes: [Axis(place: 0, isReversed: true), Axis(place: 1, isReversed: true), Axis(place: 2, isReversed: false)])

    private init(text: String, axes: [Axis]) { (self.text, self.axes) = (text, axes) }

    /// An orientation from its letters; `nil` if they are not one of L and R, one of P and A, and, in three dimensions,
    /// one of S and I.
    public init?(_ text: String) {
        let known: [Character: Axis] = [
            "L": Axis(place: 0, isReversed: false), "R": Axis(place: 0, isReversed: true),
            "P": Axis(place: 1, isReversed: false), "A": Axis(place: 1, isReversed: true),
            "S": Axis(place: 2, isReversed: false), "I": Axis(place: 2, isReversed: true),
        ]
        let axes = text.compactMap { known[$0] }
        guard axes.count == text.count, axes.map(\.place).sorted() == Array(0..<axes.count), axes.count >= 2 else {
            return nil
        }
        self.init(text: text, axes: axes)
    }

    /// 2 or 3.
    public var dimensions: Int { axes.count }
}
