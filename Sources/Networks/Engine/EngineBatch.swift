import CTorch

/// Slices or volumes on their way into the engine, with their truth where it is needed; nothing is copied.
struct EngineBatch {
    var images: [Float]
    var targets: [Float]?
    var weights: [Float]?
    var known: [Float]?
    var count: Int
    /// Of each volume; 0 where the images are slices.
    var slices = 0
    var rows: Int
    var columns: Int

    /// For messages.
    var described: String {
        slices == 0
            ? "\(count) slices of \(columns)×\(rows)"
            : "\(count) volumes of \(columns)×\(rows)×\(slices)"
    }

    /// Values for each class.
    var pixels: Int { count * max(1, slices) * rows * columns }

    /// - Throws: ``EngineError/unusable(_:)`` if an axis is no multiple of `multiple`, or the channels are not the
    ///   network's.
    func check(channels: Int, of expected: Int, multiple: Int) throws(EngineError) {
        let kind = slices == 0 ? "slices" : "volumes"
        guard channels == expected else {
            throw .unusable("\(kind) of \(channels) channels for a network of \(expected)")
        }
        let axes = kind == "slices" ? [rows, columns] : [slices, rows, columns]
        guard count > 0, axes.allSatisfy({ $0 > 0 && $0 % multiple == 0 }) else {
            let names = kind == "slices" ? "rows and columns" : "slices, rows and columns"
            throw .unusable("\(described): \(names) have to be multiples of \(multiple)")
        }
    }

    /// - Throws: ``EngineError/unusable(_:)`` if the truth is not of the batch's size, or is too little to learn from.
    func checkTruth(classes: Int, multiple: Int, usesBatchNorm: Bool) throws(EngineError) {
        let pixel = slices == 0 ? "pixel" : "voxel"
        guard targets?.count == pixels * classes else {
            throw .unusable(
                "\(targets?.count ?? 0) target values for \(pixels) \(pixel)s and \(classes) classes")
        }
        if let weights, weights.count != pixels {
            throw .unusable("\(weights.count) weights for \(pixels) \(pixel)s")
        }
        if let known, known.count != count * classes {
            throw .unusable(
                "\(known.count) known classes for \(count) \(slices == 0 ? "slices" : "volumes") of \(classes)")
        }
        // Batch norm needs more than one value a channel at the bottom.
        let bottom = pixels / (multiple * multiple * (slices == 0 ? 1 : multiple))
        guard !usesBatchNorm || bottom > 1 else {
            throw .unusable("\(described): batch norm cannot learn from one \(pixel) at the bottom")
        }
    }

    func withPointer(_ body: (UnsafePointer<ctorch_batch>) -> ctorch_status) -> ctorch_status {
        images.withUnsafeBufferPointer { values in
            Self.withPointer(targets) { targets in
                Self.withPointer(weights) { weights in
                    Self.withPointer(known) { known in
                        var batch = ctorch_batch(
                            images: values.baseAddress, targets: targets, weights: weights, known: known,
                            count: Int64(count), rows: Int64(rows), columns: Int64(columns), slices: Int64(slices))
                        return body(&batch)
                    }
                }
            }
        }
    }

    private static func withPointer(
        _ values: [Float]?, _ body: (UnsafePointer<Float>?) -> ctorch_status
    ) -> ctorch_status {
        guard let values else { return body(nil) }
        return values.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
