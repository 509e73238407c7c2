extension PreprocessingRecipe {
    /// What the network is given for a CT number.
    /// - Parameter own: mean and deviation of the image, for ``Normalisation/volumeZScore``.
    public func normalised(_ hu: Double, own: ZScore?) -> Float {
        let seen = min(max(hu, windowLow), windowHigh)
        let share = (seen - windowLow) / (windowHigh - windowLow)
        switch normalisation {
        case .unit: return Float(share)
        case .symmetric: return Float(2 * share - 1)
        case .zScore, .volumeZScore:
            guard let figures = own ?? zScore else { return Float(seen) }
            return Float((seen - figures.mean) / figures.deviation)
        }
    }

    /// What the network is given for a CT number, where that does not depend on the image.
    public func normalised(_ hu: Double) -> Float { normalised(hu, own: nil) }

    /// The slices that the network sees at once, relative to the one that it segments, which comes first; then each
    /// neighbour below and above.
    public var sliceOffsets: [Int] { [0] + neighbourSlices.flatMap { [-$0, $0] } }

    /// The indices of the slices that the network sees at once around a slice of a patient with `count` slices. Beyond
    /// the patient's ends the end repeats.
    public func slices(around z: Int, of count: Int) -> [Int] { sliceOffsets.map { min(max(z + $0, 0), count - 1) } }

    /// How many channels the network sees of each slice: one for each window.
    public var windowCount: Int { secondWindow == nil ? 1 : 2 }

    /// How many channels the network sees.
    public var channelCount: Int { windowCount * (1 + 2 * neighbourSlices.count) }

    /// The network's channels, `[slices][windows][rows][columns]`: each slice itself, and the same in the second window
    /// if there is one.
    /// - Parameter planes: the slices of ``sliceOffsets``, with values as ``normalised(_:)`` makes them; augmented ones
    ///   may lie outside its range.
    public func channels(of planes: [[Float]]) -> [Float] {
        let windows = windowCount
        let area = planes.first?.count ?? 0
        return [Float](unsafeUninitializedCapacity: planes.count * windows * area) { values, filled in
            guard let base = values.baseAddress else { return }
            for (index, plane) in planes.enumerated() {
                precondition(plane.count == area, "slices of one size")
                let place = base + index * windows * area
                plane.withUnsafeBufferPointer { plane in
                    if let plane = plane.baseAddress { place.update(from: plane, count: area) }
                }
                fillSecondChannel(place, count: area)
            }
            filled = planes.count * windows * area
        }
    }

    /// Fills the second half of `2 × count` values with what the first half is in the second window; does nothing
    /// where there is none.
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
