import ImageValues
import Volumes

/// The voxels of an image file as they lie there: type, byte order, scaling and where they come from. Every format
/// ends in one of these, so that values are converted, checked and refused in one way.
struct RawVoxels {
    let type: VoxelType
    /// Whether the file has not this machine's byte order.
    let swapped: Bool
    /// value = stored × slope + intercept.
    var slope = 1.0
    var intercept = 0.0
    let source: any VoxelSource
    /// The name for messages.
    let file: String

    /// What a file of any size may fill in memory. More is taken only from files that are large themselves.
    var harmlessBytes = 512 << 20
    /// How many times smaller than its voxels a file of a CT may be: noise keeps real ones below 10.
    static let mostForCT = 100

    private var isScaled: Bool { slope != 1 || intercept != 0 }

    /// All voxels as HU, slice by slice, rounded to the nearest whole number, halves to the even one.
    ///
    /// A NaN is refused rather than taken as air: nothing says whether it stands for padding or for lost tissue.
    /// A small file that would fill the memory is refused before anything is decompressed.
    /// - Returns: the volume, and what was odd about the voxels.
    func readVolume(on geometry: GridGeometry) throws(ImageFormatsError) -> (Volume, warnings: [String]) {
        let bytes = geometry.size.voxelCount * MemoryLayout<Int16>.size
        guard bytes <= max(harmlessBytes, source.sizeOnDisk * Self.mostForCT) else {
            throw ImageFormatsError(
                .unsupported,
                "The file has \(source.sizeOnDisk / 1024) KiB and would unpack to \(bytes >> 20) MiB, as no CT does",
                files: [file], mend: "Export the image again.")
        }
        return switch type {
        case .int8: try volume(Int8.self, geometry)
        case .uint8: try volume(UInt8.self, geometry)
        case .int16: try volume(Int16.self, geometry)
        case .uint16: try volume(UInt16.self, geometry)
        case .int32: try volume(Int32.self, geometry)
        case .uint32: try volume(UInt32.self, geometry)
        case .int64: try volume(Int64.self, geometry)
        case .uint64: try volume(UInt64.self, geometry)
        case .float32: try volume(Float.self, geometry)
        case .float64: try volume(Double.self, geometry)
        }
    }

    /// What to say of bytes behind the last voxel.
    static func padding(_ zeros: Int) -> [String] {
        zeros == 0 ? [] : ["\(zeros) zero bytes follow the last voxel; they were passed over."]
    }

    private func volume<T: StoredNumber>(
        _: T.Type, _ geometry: GridGeometry
    ) throws(ImageFormatsError) -> (Volume, warnings: [String]) {
        let size = geometry.size
        let count = size.x * size.y
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: count * MemoryLayout<T>.size, alignment: 16)
        defer { scratch.deallocate() }
        var refused = RefusedHounsfield()
        var slices: [VolumeSlice] = []
        slices.reserveCapacity(size.z)
        for _ in 0..<size.z {
            try source.fill(scratch)
            let stored = StoredNumbers<T>(UnsafeRawBufferPointer(scratch), swapped: swapped)
            let values = [Int16](unsafeUninitializedCapacity: count) { buffer, filled in
                convert(stored, to: buffer, &refused)
                filled = count
            }
            do { slices.append(try VolumeSlice(width: size.x, height: size.y, values: values)) } catch {
                preconditionFailure("a slice has the grid's size")
            }
        }
        let zeros = try source.finish()
        if let error = refused.error(file: file) { throw error }
        do { return (try Volume(geometry: geometry, slices: slices), Self.padding(zeros)) } catch {
            preconditionFailure("every slice of the grid was read")
        }
    }

    private func convert<T: StoredNumber>(
        _ stored: StoredNumbers<T>, to buffer: UnsafeMutableBufferPointer<Int16>, _ refused: inout RefusedHounsfield
    ) {
        if T.isInteger && !isScaled {
            for i in 0..<stored.count {
                let number = stored[i]
                if let value = number.whole(Int16.self) {
                    buffer[i] = value
                } else {
                    buffer[i] = 0
                    refused.note(number.double)
                }
            }
        } else {
            for i in 0..<stored.count {
                let value = (stored[i].double * slope + intercept).rounded(.toNearestOrEven)
                // False for a NaN as well.
                if value >= -32_768 && value <= 32_767 {
                    buffer[i] = Int16(value)
                } else {
                    buffer[i] = 0
                    refused.note(value)
                }
            }
        }
    }
}

/// Counts the voxels that are no HU.
private struct RefusedHounsfield {
    var notNumbers = 0
    var outside = 0
    var low = Double.infinity
    var high = -Double.infinity

    mutating func note(_ value: Double) {
        if value.isFinite {
            outside += 1
            low = min(low, value)
            high = max(high, value)
        } else {
            notNumbers += 1
        }
    }

    func error(file: String) -> ImageFormatsError? {
        if notNumbers > 0 {
            return ImageFormatsError(
                .unsupported,
                "\(Plural.count(notNumbers, "voxel")) \(Plural.word(notNumbers, "is", "are")) NaN "
                    + "or infinite, which is not a valid HU", files: [file],
                mend: "Write the CT again with a number there, such as -1000 (air) outside the scanned field.")
        }
        if outside > 0 {
            return ImageFormatsError(
                .unsupported,
                "\(Plural.count(outside, "voxel")) \(Plural.word(outside, "lies", "lie")) outside -32768…32767 "
                    + "HU (they reach from \(low) to \(high))", files: [file],
                mend: "Check that it is a CT in HU and that its rescale slope and intercept are right.")
        }
        return nil
    }
}
