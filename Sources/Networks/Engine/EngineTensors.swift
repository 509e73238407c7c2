import CTorch

/// Weights and what the optimiser remembers, out and in.
extension EngineNetwork {
    /// All tensors, in the order of ``entries``.
    func weights() throws -> [NamedTensor] {
        try entries.enumerated().map { index, entry in
            try read(entry, name: entry.name) { engine.functions.read_tensor(pointer, Int64(index), $0, $1) }
        }
    }

    /// Sets all tensors, or throws ``EngineError/foreignTensors(_:)`` and sets none. The optimiser keeps its state.
    func setWeights(_ tensors: [NamedTensor]) throws {
        let byName = try named(tensors)
        let expected = Set(entries.map(\.name))
        if let extra = byName.keys.filter({ !expected.contains($0) }).min() {
            throw EngineError.foreignTensors("there is no \(extra) in it")
        }
        // All is checked before the first is set: a network is never half another.
        let values = try entries.map { try Self.values(of: $0, named: $0.name, in: byName) }
        for (index, values) in values.enumerated() {
            try engine.check(
                engine.functions.write_tensor(pointer, Int64(index), values, Int64(values.count)),
                doing: "setting \(entries[index].name)")
        }
    }

    /// Steps the optimiser has made.
    var optimiserSteps: Int { Int(engine.functions.steps(pointer)) }

    /// Step count and moments, by name; with the weights, all that training goes on from.
    func optimiserState() throws -> [NamedTensor] {
        // Two halves keep every count exact: a float32 holds whole numbers to 2²⁴.
        let steps = optimiserSteps
        var tensors = [
            NamedTensor(name: "optimiser.steps", shape: [2], values: [Float(steps >> 20), Float(steps & 0xF_FFFF)])
        ]
        for moment in 0..<engine.functions.moments(pointer) {
            for (index, entry) in entries.enumerated() where entry.role.isLearned {
                tensors.append(
                    try read(entry, name: "optimiser.moment\(moment).\(entry.name)") {
                        engine.functions.read_moment(pointer, moment, Int64(index), $0, $1)
                    })
            }
        }
        return tensors
    }

    /// Takes up what ``optimiserState()`` gave, or throws ``EngineError/foreignTensors(_:)`` and leaves all as it was.
    func setOptimiserState(_ tensors: [NamedTensor]) throws {
        var byName = try named(tensors)
        guard let steps = byName.removeValue(forKey: "optimiser.steps"), steps.values.count == 2,
            steps.values.allSatisfy({ (0...0xF_FFFF).contains($0) && $0 == $0.rounded() })
        else { throw EngineError.foreignTensors("optimiser.steps is missing or damaged") }
        let learned = entries.enumerated().filter { $0.element.role.isLearned }
        let moments = byName.count / max(1, learned.count)
        guard moments <= 2, byName.count == moments * learned.count else {
            throw EngineError.foreignTensors("the optimiser's state has \(byName.count) tensors")
        }
        var writes: [(moment: Int32, index: Int, values: [Float])] = []
        for moment in 0..<moments {
            for (index, entry) in learned {
                let values = try Self.values(of: entry, named: "optimiser.moment\(moment).\(entry.name)", in: byName)
                writes.append((Int32(moment), index, values))
            }
        }
        try engine.check(engine.functions.set_steps(pointer, 0), doing: "clearing the optimiser")
        for (moment, index, values) in writes {
            try engine.check(
                engine.functions.write_moment(pointer, moment, Int64(index), values, Int64(values.count)),
                doing: "setting the optimiser's state")
        }
        let count = Int64(steps.values[0]) << 20 | Int64(steps.values[1])
        try engine.check(engine.functions.set_steps(pointer, count), doing: "setting the optimiser's steps")
    }

    /// Adam's moments are no use to SGD: a training keeps its optimiser.
    func checkOptimiser(_ optimiser: Optimiser) throws(EngineError) {
        let kept = engine.functions.moments(pointer)
        var needed: Int32 = 2
        if case .sgd = optimiser { needed = 1 }
        guard optimiserSteps == 0 || kept == needed else {
            throw .unusable("a training keeps its optimiser; reset it first with setOptimiserState")
        }
    }

    private func named(_ tensors: [NamedTensor]) throws(EngineError) -> [String: NamedTensor] {
        var byName: [String: NamedTensor] = [:]
        for tensor in tensors {
            guard byName.updateValue(tensor, forKey: tensor.name) == nil else {
                throw .foreignTensors("\(tensor.name) comes twice")
            }
        }
        return byName
    }

    private static func values(
        of entry: TensorEntry, named name: String, in tensors: [String: NamedTensor]
    ) throws(EngineError) -> [Float] {
        guard let tensor = tensors[name] else { throw .foreignTensors("\(name) is missing") }
        guard tensor.shape == entry.shape, tensor.values.count == entry.count else {
            throw .foreignTensors("\(name) is \(tensor.shape), not \(entry.shape)")
        }
        return tensor.values
    }

    private func read(
        _ entry: TensorEntry, name: String, _ fill: (UnsafeMutablePointer<Float>?, Int64) -> ctorch_status
    ) throws(EngineError) -> NamedTensor {
        var status = CTORCH_OK
        let values = [Float](unsafeUninitializedCapacity: entry.count) { buffer, initialised in
            buffer.initialize(repeating: 0)
            status = fill(buffer.baseAddress, Int64(entry.count))
            initialised = entry.count
        }
        try engine.check(status, doing: "reading \(name)")
        return NamedTensor(name: name, shape: entry.shape, values: values)
    }
}
