import Foundation
import ImageValues
import Volumes

extension RawVoxels {
    /// The most labels a map may have; more means that it is no label map.
    static let maximumLabels = 256
    /// How many times smaller than its masks a file may be: deflate's best ratio.
    static let mostForLabels = 1032
    /// How far a value may be from a whole number: a float32 slope times 65,535 is off by up to 0.004, and times a
    /// mask's 255 by 0.00002; a floating-point mask that was rotated or averaged is off by a hair as well.
    private static let wholeTolerance = 1e-3

    /// All voxels as labels, one mask a label. 0 is the background.
    func readLabels(on geometry: GridGeometry) throws(ImageFormatsError) -> ([Int: Mask], warnings: [String]) {
        let (layers, warnings) = try readLayers(1, on: geometry)
        return (layers[0], warnings)
    }

    /// Several label maps whose voxels alternate: for each voxel its label in every layer.
    /// - Returns: the masks of each layer, and what was odd about the voxels.
    func readLayers(
        _ layers: Int, on geometry: GridGeometry
    ) throws(ImageFormatsError) -> ([[Int: Mask]], warnings: [String]) {
        switch type {
        case .int8: try labels(Int8.self, layers, geometry)
        case .uint8: try labels(UInt8.self, layers, geometry)
        case .int16: try labels(Int16.self, layers, geometry)
        case .uint16: try labels(UInt16.self, layers, geometry)
        case .int32: try labels(Int32.self, layers, geometry)
        case .uint32: try labels(UInt32.self, layers, geometry)
        case .int64: try labels(Int64.self, layers, geometry)
        case .uint64: try labels(UInt64.self, layers, geometry)
        case .float32: try labels(Float.self, layers, geometry)
        case .float64: try labels(Double.self, layers, geometry)
        }
    }

    private func labels<T: StoredNumber>(
        _: T.Type, _ layers: Int, _ geometry: GridGeometry
    ) throws(ImageFormatsError) -> ([[Int: Mask]], warnings: [String]) {
        let size = geometry.size
        let count = size.x * size.y
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: count * layers * MemoryLayout<T>.size, alignment: 16)
        let labels = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: count * layers)
        let layer = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: count)
        defer {
            scratch.deallocate()
            labels.deallocate()
            layer.deallocate()
        }
        var refused = RefusedLabels()
        let most = max(harmlessBytes, source.sizeOnDisk * Self.mostForLabels) / layers
        var masks = (0..<layers).map { _ in LabelMasks(geometry: geometry, file: file, most: most) }
        for z in 0..<size.z {
            try source.fill(scratch)
            let stored = StoredNumbers<T>(UnsafeRawBufferPointer(scratch), swapped: swapped)
            convert(stored, to: labels, &refused)
            guard layers > 1 else {
                try masks[0].add(UnsafeBufferPointer(labels), at: z)
                continue
            }
            for index in 0..<layers {
                for i in 0..<count { layer[i] = labels[i * layers + index] }
                try masks[index].add(UnsafeBufferPointer(layer), at: z)
            }
        }
        let zeros = try source.finish()
        if let error = refused.error(file: file) { throw error }
        return (masks.map { $0.finish() }, refused.warnings + Self.padding(zeros))
    }

    private func convert<T: StoredNumber>(
        _ stored: StoredNumbers<T>, to labels: UnsafeMutableBufferPointer<UInt16>, _ refused: inout RefusedLabels
    ) {
        let isScaled = slope != 1 || intercept != 0
        for i in 0..<stored.count {
            let number = stored[i]
            if !isScaled, let label = number.whole(UInt16.self) {
                labels[i] = label
                continue
            }
            let value = number.double * slope + intercept
            let rounded = value.rounded()
            // False for a NaN as well.
            if abs(value - rounded) <= Self.wholeTolerance && rounded >= 0 && rounded <= 65_535 {
                // `+ 0.0` turns a -0 into 0.
                labels[i] = UInt16(rounded + 0.0)
                if !isScaled { refused.noteNear(abs(value - rounded)) }
            } else {
                labels[i] = 0
                refused.note(value)
            }
        }
    }
}

/// Sorts the labels of slice after slice into masks.
private struct LabelMasks {
    let geometry: GridGeometry
    let file: String
    private var slotOfLabel = [Int16](repeating: -1, count: 65_536)
    private var labels: [Int] = []
    private var slices: [[MaskSlice]] = []
    private var current: [MaskSlice] = []
    private var isTouched: [Bool] = []
    private let empty: MaskSlice
    /// How many bytes of slices may still be kept; empty slices are one and the same.
    private var left: Int

    init(geometry: GridGeometry, file: String, most: Int) {
        self.geometry = geometry
        self.file = file
        left = most
        empty = MaskSlice(width: geometry.size.x, height: geometry.size.y)
    }

    mutating func add(_ values: UnsafeBufferPointer<UInt16>, at z: Int) throws(ImageFormatsError) {
        let width = geometry.size.x
        for y in 0..<geometry.size.y {
            let row = UnsafeBufferPointer(rebasing: values[y * width..<(y + 1) * width])
            var x = 0
            while x < width {
                let label = row[x]
                if label == 0 {
                    x += 1
                    continue
                }
                let start = x
                repeat { x += 1 } while x < width && row[x] == label
                let slot = try slot(of: label)
                current[slot].set(true, row: y, columns: start..<x)
                isTouched[slot] = true
            }
        }
        for slot in labels.indices where isTouched[slot] {
            left -= empty.words.count * MemoryLayout<UInt64>.size
            guard left >= 0 else {
                throw ImageFormatsError(
                    .unsupported, "The masks of its \(labels.count) labels would fill the memory", files: [file],
                    mend: "Write the structures that are wanted into a file of their own.")
            }
            slices[slot][z] = current[slot]
            current[slot] = empty
            isTouched[slot] = false
        }
    }

    private mutating func slot(of label: UInt16) throws(ImageFormatsError) -> Int {
        let known = slotOfLabel[Int(label)]
        if known >= 0 { return Int(known) }
        guard labels.count < RawVoxels.maximumLabels else {
            throw ImageFormatsError(
                .unsupported, "It has more than \(RawVoxels.maximumLabels) labels, so it is hardly a label map",
                files: [file], mend: "Check that it is a mask and not an image.")
        }
        slotOfLabel[Int(label)] = Int16(labels.count)
        labels.append(Int(label))
        slices.append(Array(repeating: empty, count: geometry.size.z))
        current.append(empty)
        isTouched.append(false)
        return labels.count - 1
    }

    func finish() -> [Int: Mask] {
        var masks: [Int: Mask] = [:]
        for (label, slices) in zip(labels, slices) {
            do { masks[label] = try Mask(geometry: geometry, slices: slices) } catch {
                preconditionFailure("every slice has the grid's size")
            }
        }
        return masks
    }
}

/// Counts the voxels that are no label, and those that are one but for a hair.
private struct RefusedLabels {
    private var fractions = 0
    private var outside = 0
    private var example = 0.0
    /// How far the fractions are from whole numbers at most; infinite for what is no number.
    private var farthest = 0.0
    private var near = 0
    private var farthestNear = 0.0

    /// What to say where nothing is refused.
    var warnings: [String] {
        guard near > 0 else { return [] }
        let distance = Self.text(farthestNear)
        return ["\(near) voxels are up to \(distance) off whole numbers; they were read as whole numbers."]
    }

    mutating func noteNear(_ distance: Double) {
        guard distance > 0 else { return }
        near += 1
        farthestNear = max(farthestNear, distance)
    }

    mutating func note(_ value: Double) {
        if fractions == 0 && outside == 0 { example = value }
        if value.isFinite && value == value.rounded() {
            outside += 1
        } else {
            fractions += 1
            farthest = value.isFinite ? max(farthest, abs(value - value.rounded())) : .infinity
        }
    }

    func error(file: String) -> ImageFormatsError? {
        if fractions > 0 {
            let isNear = farthest <= 0.1
            return ImageFormatsError(
                .unsupported,
                "\(fractions) voxels are not whole numbers (one is \(example)), so it is no label map"
                    + (isNear ? "; all of them are near whole numbers, at most \(Self.text(farthest)) off" : ""),
                files: [file],
                mend: isNear
                    ? "If it is one, round its values (numpy.rint) and write it as whole numbers; a scale or an "
                        + "interpolation may have been applied to it."
                    : "Threshold a probability map first, and resample masks with nearest neighbour.")
        }
        if outside > 0 {
            return ImageFormatsError(
                .unsupported, "\(outside) voxels lie outside 0…65535 (one is \(example)), so it is no label map",
                files: [file], mend: "Check that it is a mask and not an image.")
        }
        return nil
    }

    /// Two digits that count.
    private static func text(_ distance: Double) -> String { String(format: "%.2g", distance) }
}
