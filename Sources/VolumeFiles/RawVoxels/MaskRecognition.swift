import Foundation
import ImageValues

extension NiftiFile {
    /// Whether the values of a file are those of a mask; see ``RawVoxels/looksLikeMask(count:)``. `false` for what cannot
    /// be read.
    /// - Complexity: O(voxels) for a mask.
    package static func isMask(_ url: URL) -> Bool { (try? open(url).looksLikeMask()) ?? false }
}

extension MetaImageFile {
    /// As ``NiftiFile/isMask(_:)``.
    package static func isMask(_ url: URL) -> Bool { (try? open(url).looksLikeMask()) ?? false }
}

extension NrrdFile {
    /// As ``NiftiFile/isMask(_:)``.
    package static func isMask(_ url: URL) -> Bool { (try? openImage(url).looksLikeMask()) ?? false }
}

extension GridImage {
    fileprivate func looksLikeMask() throws(ImageFormatsError) -> Bool {
        try voxels.looksLikeMask(count: geometry.size.voxelCount)
    }
}

extension RawVoxels {
    /// Whether all values are whole numbers from 0 and at most 256 of them differ, or all are from 0 to 1; the stream is
    /// used up.
    func looksLikeMask(count: Int) throws(ImageFormatsError) -> Bool {
        switch type {
        case .int8: try looksLikeMask(Int8.self, count)
        case .uint8: try looksLikeMask(UInt8.self, count)
        case .int16: try looksLikeMask(Int16.self, count)
        case .uint16: try looksLikeMask(UInt16.self, count)
        case .int32: try looksLikeMask(Int32.self, count)
        case .uint32: try looksLikeMask(UInt32.self, count)
        case .int64: try looksLikeMask(Int64.self, count)
        case .uint64: try looksLikeMask(UInt64.self, count)
        case .float32: try looksLikeMask(Float.self, count)
        case .float64: try looksLikeMask(Double.self, count)
        }
    }

    private func looksLikeMask<T: StoredNumber>(_: T.Type, _ count: Int) throws(ImageFormatsError) -> Bool {
        let part = min(count, 1 << 16)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: part * MemoryLayout<T>.size, alignment: 16)
        defer { scratch.deallocate() }
        var (left, isWhole, isShare) = (count, true, true)
        var found: Set<Double> = []
        while left > 0 {
            let now = min(left, part)
            let bytes = UnsafeMutableRawBufferPointer(rebasing: scratch[..<(now * MemoryLayout<T>.size)])
            try source.fill(bytes)
            let stored = StoredNumbers<T>(UnsafeRawBufferPointer(bytes), swapped: swapped)
            // Runs of one value are looked at once.
            var last = Double.nan
            for i in 0..<now {
                let value = stored[i].double * slope + intercept
                if value == last { continue }
                last = value
                guard value >= 0 else { return false }
                if value > 1 { isShare = false }
                let rounded = value.rounded()
                if abs(value - rounded) > 1e-3 { isWhole = false }
                if isWhole, found.count <= RawVoxels.maximumLabels { found.insert(rounded) }
                if !isShare, !isWhole || found.count > RawVoxels.maximumLabels { return false }
            }
            left -= now
        }
        return true
    }
}
