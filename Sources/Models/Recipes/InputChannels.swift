extension PreprocessingRecipe {
    /// What the network is given for a CT number.
    public func normalised(_ hu: Double) -> Float {
        let share = (min(max(hu, windowLow), windowHigh) - windowLow) / (windowHigh - windowLow)
        return Float(normalisation == .unit ? share : 2 * share - 1)
    }

    /// How many channels the network sees: one for each window.
    public var channelCount: Int { secondWindow == nil ? 1 : 2 }

    /// The network's channels of a slice, `[channels][rows][columns]`: the slice itself, and the same in the second
    /// window if there is one.
    /// - Parameter plane: values as ``normalised(_:)`` makes them; augmented ones may lie outside its range.
    public func channels(of plane: [Float]) -> [Float] {
        guard secondWindow != nil else { return plane }
        return [Float](unsafeUninitializedCapacity: 2 * plane.count) { values, filled in
            guard let base = values.baseAddress else { return }
            plane.withUnsafeBufferPointer { plane in
                plane.baseAddress.map { base.update(from: $0, count: plane.count) }
            }
            fillSecondChannel(base, count: plane.count)
            filled = 2 * plane.count
        }
    }

    /// Fills the second half of `2 × count` values with what the first half is in the second window.
    public func fillSecondChannel(_ values: UnsafeMutablePointer<Float>, count: Int) {
        guard let second = secondWindow else { return }
        let low = Float(normalisation == .unit ? 0 : -1)
        // Both windows end at `low` and 1, so that one line leads from the first to the second.
        let width = second.high - second.low
        let scale = (windowHigh - windowLow) / width
        let offset = (windowLow - second.low) / width
        // As shares of their windows: second = scale · first + offset.
        let slope = Float(scale)
        let start = normalisation == .unit ? Float(offset) : Float(scale + 2 * offset - 1)
        for i in 0..<count { values[count + i] = min(max(slope * values[i] + start, low), 1) }
    }
}
