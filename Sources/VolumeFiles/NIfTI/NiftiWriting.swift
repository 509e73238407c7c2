import CNifti
import Foundation
import ImageValues
import Volumes

extension NiftiFile {
    /// Writes a CT as int16 HU.
    ///
    /// All writing here: NIfTI-1 (NIfTI-2 if an axis has more than 32,767 voxels), little endian, gzip if the name
    /// ends in `.gz`; sform and qform both set with code 1 (scanner), unit mm. Spacing, origin and direction are
    /// rounded to float32 in NIfTI-1. The file appears whole or not at all, and is on the disk on return.
    ///
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`.
    public static func write(_ volume: Volume, to url: URL) throws(ImageFormatsError) {
        // Level 1: CT noise hardly compresses better at 6 and takes four times as long.
        try write(volume.geometry, type: .int16, level: 1, to: url) { z, buffer throws(ImageFormatsError) in
            volume.slices[z].values.withUnsafeBytes { buffer.copyMemory(from: $0) }
        }
    }

    /// Writes a mask as uint8, 1 inside and 0 outside.
    ///
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`.
    public static func write(_ mask: Mask, to url: URL) throws(ImageFormatsError) {
        try writeLabelMap([(label: 1, mask: mask)], geometry: mask.geometry, to: url)
    }

    /// Writes structures as one label map, uint8 or, for labels above 255, uint16.
    ///
    /// - Parameters:
    ///   - structures: labels in 1…65535, each once, with masks that do not overlap.
    ///   - geometry: the grid of all masks, which also a map without structures has.
    /// - Throws: ``ImageFormatsError``: `unsupported` for overlapping masks or labels out of range or used twice,
    ///   `inconsistent` for a mask on another grid, `notWritten`.
    public static func writeLabelMap(
        _ structures: [(label: Int, mask: Mask)], geometry: GridGeometry, to url: URL
    ) throws(ImageFormatsError) {
        try LabelPainter.check(structures, geometry, url)
        let isWide = structures.contains { $0.label > 255 }
        try write(geometry, type: isWide ? .uint16 : .uint8, level: 6, to: url) { z, buffer throws(ImageFormatsError) in
            if isWide {
                try LabelPainter.paint(structures, z, buffer.bindMemory(to: UInt16.self), geometry.size.x, url)
            } else {
                try LabelPainter.paint(structures, z, buffer.bindMemory(to: UInt8.self), geometry.size.x, url)
            }
        }
    }

    /// Writes numbers as float32: one volume, or several of one grid along the fourth axis.
    ///
    /// - Parameter slice: the numbers of slice `z` of a volume, columns fastest; `nil` for zeros. Asked in the file's
    ///   order, and nothing is kept, so memory does not grow with the file.
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`, or `unsupported` for a slice of another size.
    public static func write(
        on geometry: GridGeometry, volumes: Int, to url: URL, slice: (_ volume: Int, _ z: Int) -> [Float]?
    ) throws(ImageFormatsError) {
        try write(geometry, volumes: volumes, type: .float32, level: 1, to: url) {
            place, buffer throws(ImageFormatsError) in
            let (volume, z) = place.quotientAndRemainder(dividingBy: geometry.size.z)
            guard let values = slice(volume, z) else { return }
            guard values.count == geometry.size.x * geometry.size.y else {
                throw ImageFormatsError(.unsupported, "A slice of another size", files: [url.path])
            }
            values.withUnsafeBytes { buffer.copyMemory(from: $0) }
        }
    }

    /// Writes header and slices; `slice` fills a zeroed buffer of one slice's voxels, counted through all volumes.
    private static func write(
        _ geometry: GridGeometry, volumes: Int = 1, type: VoxelType, level: Int, to url: URL,
        slice: (Int, UnsafeMutableRawBufferPointer) throws(ImageFormatsError) -> Void
    ) throws(ImageFormatsError) {
        let name = url.lastPathComponent.lowercased()
        guard name.hasSuffix(".nii") || name.hasSuffix(".nii.gz") else {
            throw ImageFormatsError(
                .notWritten, "A NIfTI file's name ends in .nii or .nii.gz", files: [url.path])
        }
        let output = try AtomicOutput(url, level: name.hasSuffix(".gz") ? level : 0)
        try header(geometry, volumes, type).withUnsafeBytesTyped { (bytes) throws(ImageFormatsError) in
            try output.write(bytes)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: geometry.size.x * geometry.size.y * type.size, alignment: 16)
        defer { buffer.deallocate() }
        for z in 0..<geometry.size.z * volumes {
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            try slice(z, buffer)
            try output.write(UnsafeRawBufferPointer(buffer))
        }
        try output.commit()
    }

    private static func header(_ geometry: GridGeometry, _ volumes: Int, _ type: VoxelType) -> [UInt8] {
        let size = geometry.size
        let spacing = geometry.spacing
        var header = cnifti_header()
        header.version = max(size.x, size.y, size.z) > 32_767 ? 2 : 1
        header.datatype = type == .int16 ? 4 : type == .uint16 ? 512 : type == .float32 ? 16 : 2
        header.dim = (volumes == 1 ? 3 : 4, Int64(size.x), Int64(size.y), Int64(size.z), Int64(volumes), 1, 1, 1)
        header.pixdim = (1, spacing.x, spacing.y, spacing.z, 0, 0, 0, 0)
        header.slope = 1
        header.qform_code = 1
        header.sform_code = 1
        header.xyzt_units = 2
        let ras = AffineGrid(
            origin: geometry.origin,
            steps: [
                geometry.direction.x * spacing.x, geometry.direction.y * spacing.y, geometry.direction.z * spacing.z,
            ]
        ).flippedBetweenRASAndLPS
        let (x, y, z, o) = (ras.steps[0], ras.steps[1], ras.steps[2], ras.origin)
        header.srow = (x.x, y.x, z.x, o.x, x.y, y.y, z.y, o.y, x.z, y.z, z.z, o.z)
        cnifti_set_qform(&header, [x.x, y.x, z.x, o.x, x.y, y.y, z.y, o.y, x.z, y.z, z.z, o.z])
        return [UInt8](unsafeUninitializedCapacity: 544) { buffer, count in
            buffer.initialize(repeating: 0)
            count = cnifti_format(&header, buffer.baseAddress)
        }
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` that keeps the type of the error.
    func withUnsafeBytesTyped<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        var outcome: Result<Void, E> = .success(())
        withUnsafeBytes { bytes in
            do throws(E) { try body(bytes) } catch { outcome = .failure(error) }
        }
        try outcome.get()
    }
}
