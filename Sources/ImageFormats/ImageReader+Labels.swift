import Foundation

extension ImageReader {
    /// Whether a NIfTI, MetaImage or NRRD file lying among others is a mask rather than a CT: all values are whole numbers
    /// from 0 and at most 256 of them differ (a label map), or all are from 0 to 1 (probabilities). A CT ends the look at
    /// its first voxel below 0; what cannot be read is not called a mask, so that reading it says why.
    /// - Complexity: O(voxels) for a mask.
    public static func isMask(_ url: URL) -> Bool {
        let image: GridImage?
        switch ImageKind.of(url) {
        case .nifti: image = try? NiftiFile.open(url)
        case .metaImage: image = try? MetaImageFile.open(url)
        case .nrrd: image = try? NrrdFile.openImage(url)
        case .dicom, nil: image = nil
        }
        guard let image else { return false }
        return (try? image.voxels.looksLikeMask(count: image.geometry.size.voxelCount)) ?? false
    }
}

extension RawVoxels {
    /// See ``ImageReader/isMask(_:)``; the stream is used up.
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
