/// How a network is built.
///
/// - ``Kind/uNet``: keras-unet's `custom_unet` (Karol Żak, MIT), option by option, with the same defaults. Each level is
///   twice convolution 3×3 → ReLU → batch norm, with dropout between the two; levels are joined by 2×2 max pooling down
///   and by a 2×2 transposed convolution or plain upsampling up; a 1×1 convolution ends it.
/// - ``Kind/uNet3D``: the same design with one axis more.
/// - ``Kind/vNet``: F. Milletari, N. Navab, S.-A. Ahmadi, "V-Net: Fully Convolutional Neural Networks for Volumetric
///   Medical Image Segmentation", 3DV 2016, as its authors' own description for Caffe has it: in each stage a chain of
///   convolutions whose last one is added to what the stage began with, then a PReLU; a 2×2×2 convolution of stride 2
///   doubles the channels on the way down, a 2×2×2 transposed one leads up to where what skips is joined, and a stage
///   there has both's channels. What the first stage begins with is repeated to as many channels as it has filters.
///
/// Each axis of what it sees has to be a multiple of ``sizeMultiple``.
public struct NetworkConfiguration: Hashable, Sendable, Codable {
    /// What a network is built like.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// On slices: twice convolution → ReLU → batch norm a level, 2×2 max pooling.
        case uNet = "u-net"
        /// The same on volumes.
        case uNet3D = "u-net-3d"
        /// On volumes: stages that learn what to add, PReLU, strided convolutions.
        case vNet = "v-net"

        /// Whether it sees volumes rather than slices.
        public var seesVolumes: Bool { self != .uNet }
    }
    /// What makes class probabilities of the last layer's numbers.
    public enum OutputActivation: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each class by itself; classes may overlap.
        case sigmoid
        /// Exactly one class a pixel.
        case softmax
    }
    /// What dropout drops.
    public enum DropoutKind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Whole channels.
        case spatial
        /// Single values.
        case standard
    }
    /// How the way up doubles rows and columns, and the slices of volumes.
    public enum Upsampling: String, Hashable, Sendable, Codable, CaseIterable {
        /// A learned transposed convolution of two voxels along each axis, stride 2.
        case deconvolution = "deconv"
        /// Nearest-neighbour repetition, without weights.
        case simple
    }

    /// What it is built like.
    public var kind: Kind
    /// Channels of a slice or volume, 1…64.
    public var inputChannels = 1
    /// Channels of the output, 1…256.
    public var classes = 1
    /// Filters of the first level, 1…1024; each level down doubles them. A V-Net has at least as many as its first
    /// stage has input channels (8 for each of the volume's if blocks are folded).
    public var filters = 16
    /// Levels on the way down, 1…6.
    public var levels = 4
    /// Convolutions of a V-Net's stages, 1…8 each, from the first to the bottom, `levels + 1` of them; on the way up a
    /// stage has as many as the one on its level. A U-Net has two everywhere, and does not look at this.
    public var convolutions = [1, 2, 3, 3, 3]
    /// Voxels of a kernel along each axis: 3 or 5; always 3 on slices.
    public var kernelWidth: Int
    /// Whether blocks of 2×2×2 voxels become channels first, and voxels again at the end: all convolutions then see an
    /// eighth of the voxels, which is about an eighth of the work, and the finest ones are judged together. Never on
    /// slices.
    public var foldsBlocks = false
    /// Whether batch norm follows each convolution; the convolutions have a bias where it does not. A U-Net's comes
    /// after the ReLU, a V-Net's before the PReLU.
    public var usesBatchNorm: Bool
    /// The share of batch norm's running figures that a training step keeps, 0…<1: Keras's momentum (PyTorch's is 1 −
    /// this). Trainings of a few hundred steps need less than Keras's default, or the figures never arrive.
    public var batchNormMomentum = 0.99
    /// The share that dropout drops on the first level, 0…<1: between a U-Net's two convolutions, and of what a V-Net's
    /// stage adds.
    public var dropout: Double
    /// What each level down adds to the dropout.
    public var dropoutChangePerLevel = 0.0
    /// What is dropped.
    public var dropoutKind = DropoutKind.spatial
    /// Whether there is dropout on the way up as well.
    public var usesDropoutOnUpsampling = false
    /// How a U-Net's way up doubles its axes; a V-Net's learns it.
    public var upsampling = Upsampling.deconvolution
    /// What makes probabilities.
    public var outputActivation = OutputActivation.sigmoid

    /// A kind with its defaults: keras-unet's for the U-Net on slices; on volumes no dropout; the V-Net has 5×5×5 kernels
    /// and no batch norm, as published.
    public init(_ kind: Kind = .uNet) {
        self.kind = kind
        kernelWidth = kind == .vNet ? 5 : 3
        usesBatchNorm = kind != .vNet
        dropout = kind == .uNet ? 0.3 : 0
    }

    /// What batch norm adds to a variance; Keras's default, no option of keras-unet.
    public static let batchNormEpsilon = 1e-3

    /// What each axis of a slice or volume has to be a multiple of.
    public var sizeMultiple: Int { 1 << (levels + (foldsBlocks ? 1 : 0)) }

    /// Filters of a level on the way down; `levels` is the bottom.
    public func filters(ofLevel level: Int) -> Int { filters << level }

    /// The share dropped on a level of the way down; `levels` is the bottom.
    public func dropout(ofLevelDown level: Int) -> Double { dropout + Double(level) * dropoutChangePerLevel }

    /// The share dropped on a level of the way up.
    public func dropout(ofLevelUp level: Int) -> Double {
        usesDropoutOnUpsampling ? dropout(ofLevelDown: level) : 0
    }

    /// - Throws: ``EngineError/unusable(_:)`` naming the first setting that no network can have.
    public func validate() throws(EngineError) {
        func demand(_ holds: Bool, _ why: String) throws(EngineError) {
            if !holds { throw .unusable("no \(kind.described) can be built: \(why)") }
        }
        try demand((1...64).contains(inputChannels), "\(inputChannels) input channels, 1…64 are possible")
        try demand((1...256).contains(classes), "\(classes) classes, 1…256 are possible")
        try demand(outputActivation == .sigmoid || classes > 1, "softmax of one class is 1 everywhere")
        try demand((1...6).contains(levels), "\(levels) levels, 1…6 are possible")
        try demand((1...1024).contains(filters), "\(filters) filters, 1…1024 are possible")
        try demand(filters << levels <= 8192, "\(filters) filters and \(levels) levels make more than 8192 channels")
        if kind.seesVolumes {
            try demand([3, 5].contains(kernelWidth), "kernels of \(kernelWidth) voxels, 3 or 5 are possible")
        } else {
            try demand(kernelWidth == 3, "kernels of \(kernelWidth) pixels, only 3 are possible on slices")
            try demand(!foldsBlocks, "blocks are folded in volumes only")
        }
        if kind == .vNet {
            try demand(
                convolutions.count == levels + 1,
                "\(convolutions.count) stages are described, \(levels) levels have \(levels + 1) with the bottom")
            for (level, count) in convolutions.enumerated() {
                try demand((1...8).contains(count), "\(count) convolutions on level \(level), 1…8 are possible")
            }
            let channels = inputChannels * (foldsBlocks ? 8 : 1)
            try demand(
                filters >= channels,
                "\(filters) filters for \(channels) channels, which the first stage has to keep; at least as many are needed"
            )
        }
        try demand((0..<1).contains(batchNormMomentum), "batch norm momentum \(batchNormMomentum), not 0…<1")
        for level in 0...levels {
            let share = dropout(ofLevelDown: level)
            try demand((0..<1).contains(share), "dropout \(share) on level \(level), not 0…<1")
        }
    }
}

extension NetworkConfiguration.Kind {
    /// As people call it.
    public var described: String {
        switch self {
        case .uNet: "U-Net"
        case .uNet3D: "U-Net on volumes"
        case .vNet: "V-Net"
        }
    }
}
