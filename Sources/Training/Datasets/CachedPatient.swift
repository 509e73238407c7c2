import Cases
import Digests
import Files
import Foundation
import Glibc
import Volumes

/// The prepared slices of one patient in a file that is mapped into memory: the system reads what is looked at and
/// drops it again when memory is short, so that any number of patients can be open.
///
/// The file: 8 bytes `PLSLICE1`; the header's length as a little-endian 32-bit integer; the header, JSON; zeros up to
/// a multiple of 4096; the images, 16 bits a pixel, `low + value / 65535 · (high − low)`; the labels, 8 bits a pixel;
/// where the header says that there are any, the proposals as the labels.
/// The header holds a SHA-256 over all of these, which is checked when the file is opened.
///
/// Sendable because the mapping is read-only and lives as long as the object.
public final class CachedPatient: @unchecked Sendable {
    struct Header: Codable {
        var geometry: GridGeometry
        var structures: [StructureName]
        var sliceWeights: [UInt8]
        var hasLabels: [Bool]
        /// `nil` in files from before there were unlabelled structures.
        var isLabelled: [Bool]?
        /// `nil` where there are none, so that files without are what they always were.
        var hasProposals: Bool?
        var low: Float
        var high: Float
        var digest: String

        /// Bytes a pixel.
        var bytes: Int { hasProposals == true ? 4 : 3 }
    }

    /// The network's grid.
    public let geometry: GridGeometry
    /// The structures of the labels' bits.
    public let structures: [StructureName]
    /// Which of ``structures`` have labels; of the others nothing is known.
    public let isLabelled: [Bool]
    /// How much each slice counts, 0 or 1.
    public let sliceWeights: [UInt8]
    /// Which slices any structure is on, or was proposed on.
    public let hasLabels: [Bool]
    /// Whether it is known what was proposed before somebody corrected it.
    public let hasProposals: Bool

    private let low: Float
    private let high: Float
    private let base: UnsafeRawPointer
    private let length: Int
    private let imageOffset: Int

    private static let magic = Array("PLSLICE1".utf8)
    private static let page = 4096

    /// Writes a patient's slices, whole or not at all.
    /// - Throws: ``DatasetError``.
    static func write(_ patient: PreparedPatient, to url: URL) throws(DatasetError) {
        let finite = patient.values.filter(\.isFinite)
        guard finite.count == patient.values.count, let low = finite.min(), let high = finite.max() else {
            throw DatasetError(
                "Prepared slices hold a value that is not a number: the recipe's normalisation is wrong.")
        }
        let scale = high > low ? 65_535 / (high - low) : 0
        let pixels = patient.values.map { UInt16((($0 - low) * scale).rounded()) }
        let digest = SHA256Digest()
        digest.update(pixels)
        digest.update(patient.labels)
        if let proposals = patient.proposals { digest.update(proposals) }
        let header = Header(
            geometry: patient.geometry, structures: patient.structures, sliceWeights: patient.sliceWeights,
            hasLabels: patient.hasLabels, isLabelled: patient.isLabelled,
            hasProposals: patient.proposals == nil ? nil : true, low: low, high: high, digest: digest.finish())
        guard let json = try? JSONEncoder().encode(header) else {
            throw DatasetError("The header of prepared slices cannot be written.", isFailure: true)
        }
        var head = magic
        withUnsafeBytes(of: UInt32(json.count).littleEndian) { head += $0 }
        head += json
        head += [UInt8](repeating: 0, count: (page - head.count % page) % page)
        do {
            try WholeFile.write(to: url) { (file) throws(WholeFile.Failure) in
                try WholeFile.put(head, file)
                try WholeFile.put(pixels, file)
                try WholeFile.put(patient.labels, file)
                if let proposals = patient.proposals { try WholeFile.put(proposals, file) }
            }
        } catch {
            throw DatasetError("\(url.path) cannot be written: \(error).", isFailure: true)
        }
    }

    /// Opens and verifies a file; `nil` if there is none, or it is not whole and what it was written as.
    init?(at url: URL) {
        let file = open(url.path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size > 12, status.st_size < 1 << 40 else { return nil }
        let length = Int(status.st_size)
        guard let mapped = mmap(nil, length, PROT_READ, MAP_PRIVATE, file, 0), mapped != MAP_FAILED else { return nil }
        let base = UnsafeRawPointer(mapped)
        guard let (header, offset) = Self.header(base, length) else {
            munmap(mapped, length)
            return nil
        }
        geometry = header.geometry
        structures = header.structures
        isLabelled = header.isLabelled ?? header.structures.map { _ in true }
        sliceWeights = header.sliceWeights
        hasLabels = header.hasLabels
        hasProposals = header.hasProposals == true
        (low, high) = (header.low, header.high)
        (self.base, self.length, imageOffset) = (base, length, offset)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: base), length) }

    private static func header(_ base: UnsafeRawPointer, _ length: Int) -> (Header, Int)? {
        guard (0..<8).allSatisfy({ base.load(fromByteOffset: $0, as: UInt8.self) == magic[$0] }) else { return nil }
        let size = Int(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        guard size > 0, 12 + size <= length,
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes: base + 12, count: size))
        else { return nil }
        let offset = (12 + size + page - 1) / page * page
        let count = header.geometry.size.voxelCount
        guard length == offset + header.bytes * count, header.sliceWeights.count == header.geometry.size.z,
            header.hasLabels.count == header.geometry.size.z,
            header.structures.count <= 8,
            header.isLabelled?.count ?? header.structures.count == header.structures.count,
            header.low.isFinite, header.high.isFinite
        else { return nil }
        let digest = SHA256Digest()
        digest.update(UnsafeRawBufferPointer(start: base + offset, count: header.bytes * count))
        return digest.finish() == header.digest ? (header, offset) : nil
    }

    /// Pixels of a slice.
    public var pixelCount: Int { geometry.size.x * geometry.size.y }

    /// Copies a slice's normalised values, columns fastest.
    public func copyImage(slice z: Int, to target: UnsafeMutablePointer<Float>) {
        precondition(z >= 0 && z < geometry.size.z, "a slice of the patient")
        let count = pixelCount
        let source = (base + imageOffset + 2 * z * count).assumingMemoryBound(to: UInt16.self)
        let step = (high - low) / 65_535
        for i in 0..<count { target[i] = low + Float(source[i]) * step }
    }

    /// A slice's labels, columns fastest; valid while the patient is.
    public func labels(slice z: Int) -> UnsafeBufferPointer<UInt8> { plane(z, behind: 2) }

    /// What was proposed of a slice, as its labels; `nil` where nobody knows.
    public func proposals(slice z: Int) -> UnsafeBufferPointer<UInt8>? { hasProposals ? plane(z, behind: 3) : nil }

    private func plane(_ z: Int, behind bytes: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(z >= 0 && z < geometry.size.z, "a slice of the patient")
        let count = pixelCount
        let start = base + imageOffset + bytes * geometry.size.voxelCount + z * count
        return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// The mask of one bit of the labels, on the network's grid.
    public func mask(of bit: Int) -> Mask {
        var mask = Mask(geometry: geometry)
        let width = geometry.size.x
        for z in 0..<geometry.size.z {
            let labels = labels(slice: z)
            for (i, label) in labels.enumerated() where label >> bit & 1 == 1 {
                mask[slice: z][i % width, i / width] = true
            }
        }
        return mask
    }
}
