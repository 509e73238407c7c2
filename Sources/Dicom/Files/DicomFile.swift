import CDcmtk
import ImageValues
import Volumes

/// One DICOM file that DCMTK has parsed; its pixels stay in the file until ``decode()``. Used by one thread at a time.
final class DicomFile {
    /// The attributes that geometry and HU depend on.
    let header: DicomHeader
    let handle: OpaquePointer

    /// Opens and parses a file.
    /// - Parameters:
    ///   - path: where it lies.
    ///   - withPixels: `false` stops reading before the pixel data.
    init(path: String, withPixels: Bool) throws(DicomFailure) {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_header()
        var opened: OpaquePointer?
        let status = cd_open(path, withPixels, &opened, &raw, &message)
        guard status == CD_OK, let opened else { throw DicomFailure(status, message) }
        handle = opened
        header = DicomHeader(raw)
    }

    deinit { cd_close(handle) }

    /// Whether DCMTK found its data dictionary.
    static var hasDictionary: Bool { cd_has_dictionary() }

    /// A slice in HU and what was odd about it.
    struct Decoded: Sendable {
        var slice: VolumeSlice
        /// The file states no slope and intercept: stored values were taken as they are.
        var hasNoRescale: Bool
        /// The file states two, and they differ.
        var hasTwoRescales: Bool
        /// What its stored values were rescaled by.
        var slope, intercept: Double
        var replacedPadding: Int
    }

    /// Decompresses and rescales the pixels, in any transfer syntax, straight into the slice's own memory.
    ///
    /// Padding pixels keep the HU they rescale to, as in every other reader; only those whose HU is outside `Int16`
    /// (a padding of −32768 with intercept −1024) become air.
    func decode() throws(DicomFailure) -> Decoded {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var count = 0
        var status = cd_check_pixels(handle, &count, &message)
        guard status == CD_OK else { throw DicomFailure(status, message) }
        var notes = cd_pixel_notes()
        let values = [Int16](unsafeUninitializedCapacity: count) { buffer, filled in
            status = cd_read_hu(handle, buffer.baseAddress, count, HounsfieldUnit.air.value, &notes, &message)
            filled = status == CD_OK ? count : 0
        }
        guard status == CD_OK, let slice = try? VolumeSlice(width: header.columns, height: header.rows, values: values)
        else { throw DicomFailure(status, message) }
        return Decoded(
            slice: slice, hasNoRescale: notes.has_no_rescale, hasTwoRescales: notes.has_two_rescales,
            slope: notes.slope, intercept: notes.intercept, replacedPadding: Int(notes.replaced_padding))
    }
}

/// Why one file could not be read; the caller knows its name.
struct DicomFailure: Error, Hashable, Sendable {
    var kind: ImageFormatsError.Kind
    var reason: String
    /// Whether the file has not a byte.
    var isEmpty = false

    init(_ kind: ImageFormatsError.Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    init(_ status: cd_status, _ message: [CChar]) {
        kind =
            switch status {
            case CD_NOT_FOUND: .notFound
            case CD_NOT_DICOM, CD_EMPTY: .notAnImage
            case CD_UNSUPPORTED, CD_NO_MEMORY: .unsupported
            default: .damaged
            }
        isEmpty = status == CD_EMPTY
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        reason = bytes.isEmpty ? "the file is damaged" : String(decoding: bytes, as: UTF8.self)
    }

    /// The error for the user.
    func error(for file: String) -> ImageFormatsError {
        switch kind {
        case .damaged:
            ImageFormatsError(
                kind, "A DICOM file is damaged: \(reason)", files: [file],
                mend: "Copy or export the series again.")
        case .notFound:
            ImageFormatsError(kind, "A file cannot be opened: \(reason)", files: [file])
        default:
            ImageFormatsError(kind, "A file cannot be read: \(reason)", files: [file])
        }
    }
}

/// The text in a fixed array of C characters, up to the first zero.
func text<T>(_ characters: T) -> String {
    withUnsafeBytes(of: characters) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}
