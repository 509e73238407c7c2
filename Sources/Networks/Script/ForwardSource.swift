/// What a network computes, in the words of TorchScript: the method `forward` of a module whose tensors have
/// ``NetworkLayout``'s names.
struct ForwardSource {
    /// The method.
    private(set) var text: String

    private let configuration: NetworkConfiguration
    /// Axes in space.
    private let axes: Int

    /// The method of a network that can be built.
    init(_ configuration: NetworkConfiguration) {
        self.configuration = configuration
        axes = configuration.kind.seesVolumes ? 3 : 2
        text = "def forward(self, image: Tensor) -> Tensor:\n"
        add("x = image")
        checkSize()
        if configuration.foldsBlocks { fold(channels: configuration.inputChannels) }
        if configuration.kind == .vNet { addVNet() } else { addUNet() }
        add("x = torch.conv\(axes)d(x, self.head.weight, self.head.bias)")
        if configuration.foldsBlocks { unfold(channels: configuration.classes) }
        switch configuration.outputActivation {
        case .softmax: add("return torch.softmax(x, 1)")
        case .sigmoid: add("return torch.sigmoid(x)")
        }
    }

    private mutating func add(_ line: String) { text += "    \(line)\n" }

    /// A number for each axis in space.
    private func each(_ number: Int) -> String { Self.list([Int](repeating: number, count: axes).map(String.init)) }

    private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    /// Another size would fail in the middle, with words about tensors that its user never saw.
    private mutating func checkSize() {
        let multiple = configuration.sizeMultiple
        let axes = (2..<2 + axes).map { "image.size(\($0)) % \(multiple) == 0" }.joined(separator: " and ")
        let names = configuration.kind.seesVolumes ? "slices, rows and columns" : "rows and columns"
        add("assert image.dim() == \(2 + self.axes), \"\(2 + self.axes) axes are expected: count, channels, \(names)\"")
        add("assert \(axes), \"\(names) have to be multiples of \(multiple)\"")
    }

    private mutating func addUNet() {
        for level in 0..<configuration.levels {
            addBlock("down\(level)")
            add("skip\(level) = x")
            add("x = torch.max_pool\(axes)d(x, \(each(2)), \(each(2)))")
        }
        addBlock("mid")
        for level in (0..<configuration.levels).reversed() {
            switch configuration.upsampling {
            case .deconvolution: addEnlarging("up\(level)")
            case .simple:
                let sizes = Self.list((2..<2 + axes).map { "2 * x.size(\($0))" })
                add("x = torch.upsample_nearest\(axes)d(x, \(sizes))")
            }
            add("x = torch.cat([x, skip\(level)], 1)")
            addBlock("up\(level)")
        }
    }

    private mutating func addBlock(_ name: String) {
        for half in 1...2 {
            addConvolution("\(name).conv\(half)", padding: configuration.kernelWidth / 2)
            add("x = torch.relu(x)")
            addNorm("\(name).bn\(half)")
        }
    }

    private mutating func addVNet() {
        for level in 0..<configuration.levels {
            let channels =
                level == 0 ? configuration.inputChannels * (configuration.foldsBlocks ? 8 : 1) : nil
            addStage("down\(level)", level: level, widening: channels)
            add("skip\(level) = x")
            addConvolution("down\(level).sconv", stride: 2)
            addNorm("down\(level).sbn")
            addSlope("down\(level).sprelu")
        }
        addStage("mid", level: configuration.levels)
        for level in (0..<configuration.levels).reversed() {
            addEnlarging("up\(level)", hasBias: !configuration.usesBatchNorm)
            addNorm("up\(level).tbn")
            addSlope("up\(level).tprelu")
            add("x = torch.cat([x, skip\(level)], 1)")
            addStage("up\(level)", level: level)
        }
    }

    /// - Parameter channels: what the stage begins with, where that is less than its filters.
    private mutating func addStage(_ name: String, level: Int, widening channels: Int? = nil) {
        add("first = x")
        let count = configuration.convolutions[level]
        for number in 1...count {
            addConvolution("\(name).conv\(number)", padding: configuration.kernelWidth / 2)
            addNorm("\(name).bn\(number)")
            if number == count {
                if let channels, channels != 1, channels != configuration.filters {
                    let times = (configuration.filters + channels - 1) / channels
                    add("first = first.repeat([1, \(times), 1, 1, 1]).narrow(1, 0, \(configuration.filters))")
                }
                // A single channel is added to all.
                add("x = x + first")
            }
            addSlope("\(name).prelu\(number)")
        }
    }

    private mutating func addConvolution(_ name: String, stride: Int = 1, padding: Int = 0) {
        let bias = configuration.usesBatchNorm ? "None" : "self.\(name).bias"
        add("x = torch.conv\(axes)d(x, self.\(name).weight, \(bias), \(each(stride)), \(each(padding)))")
    }

    private mutating func addEnlarging(_ name: String, hasBias: Bool = true) {
        let bias = hasBias ? "self.\(name).tconv.bias" : "None"
        add("x = torch.conv_transpose\(axes)d(x, self.\(name).tconv.weight, \(bias), \(each(2)))")
    }

    private mutating func addNorm(_ name: String) {
        guard configuration.usesBatchNorm else { return }
        let figures = ["weight", "bias", "running_mean", "running_var"].map { "self.\(name).\($0)" }
        add(
            "x = torch.batch_norm(x, \(figures.joined(separator: ", ")), False, 0.0, "
                + "\(NetworkConfiguration.batchNormEpsilon), True)")
    }

    private mutating func addSlope(_ name: String) { add("x = torch.prelu(x, self.\(name).weight)") }

    /// Blocks of two voxels along each axis become channels: a channel's values one behind the other, the last axis fastest.
    private mutating func fold(channels: Int) {
        let halves = (2..<5).map { "x.size(\($0)) // 2" }
        let split = ["x.size(0)", "\(channels)"] + halves.flatMap { [$0, "2"] }
        let shape = ["x.size(0)", "\(8 * channels)"] + halves
        add("x = x.reshape(\(Self.list(split))).permute([0, 1, 3, 5, 7, 2, 4, 6]).reshape(\(Self.list(shape)))")
    }

    private mutating func unfold(channels: Int) {
        let lengths = (2..<5).map { "x.size(\($0))" }
        let split = ["x.size(0)", "\(channels)", "2", "2", "2"] + lengths
        let shape = ["x.size(0)", "\(channels)"] + lengths.map { "2 * \($0)" }
        add("x = x.reshape(\(Self.list(split))).permute([0, 1, 5, 2, 6, 3, 7, 4]).reshape(\(Self.list(shape)))")
    }
}
