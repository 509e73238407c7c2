import CDcmtk
import Foundation
import ImageValues
import Volumes

/// One frame of a multi-frame image (enhanced CT, segmentation), as its functional groups describe it (PS3.3 C.7.6.16).
/// Numbers are NaN and texts empty where the file states none.
struct DicomFrame: Sendable {
    /// The centre of the first pixel.
    var position: PatientPoint
    /// Where the next column and the next row lie, unit vectors.
    var columnStep, rowStep: PatientVector
    /// Between columns and between rows, mm.
    var spacingX, spacingY: Double
    var sliceThickness, spacingBetweenSlices: Double
    var slope, intercept: Double
    /// What is stated cannot be used; the data set states others than the groups.
    var hasUnusableRescale, hasTwoRescales: Bool
    /// What the rescaled values are: HU or something else.
    var rescaleType: String
    /// The segment it belongs to, −1 where none is stated.
    var segment: Int
    /// The image it was made from; empty where none or several are named.
    var sourceInstance: String
    /// Which frame of that image, from 1; 0 where none is named.
    var sourceFrame: Int
    /// What its groups say that tells it apart from others at its place.
    var traits: SliceTraits

    init(_ raw: cd_frame) {
        position = PatientPoint(x: raw.position.0, y: raw.position.1, z: raw.position.2)
        columnStep = PatientVector(x: raw.orientation.0, y: raw.orientation.1, z: raw.orientation.2)
        rowStep = PatientVector(x: raw.orientation.3, y: raw.orientation.4, z: raw.orientation.5)
        spacingX = raw.pixel_spacing.1
        spacingY = raw.pixel_spacing.0
        sliceThickness = raw.slice_thickness
        spacingBetweenSlices = raw.spacing_between_slices
        slope = raw.slope
        intercept = raw.intercept
        hasUnusableRescale = raw.has_unusable_rescale
        hasTwoRescales = raw.has_two_rescales
        rescaleType = text(raw.rescale_type)
        segment = Int(raw.segment)
        sourceInstance = raw.source_count == 1 ? text(raw.source_instance) : ""
        sourceFrame = Int(raw.source_frame)
        traits = Dicom.traits(raw.traits)
    }

    /// Whether it can be placed.
    var isComplete: Bool {
        position.isFinite && columnStep.isFinite && rowStep.isFinite && spacingX.isFinite && spacingX > 0
            && spacingY.isFinite && spacingY > 0
    }
}

extension DicomFile {
    /// What the file says of its frames, in order.
    func frames() throws(DicomFailure) -> [DicomFrame] {
        let box = Box<DicomFrame>()
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        let status = withExtendedLifetime(box) {
            cd_tell_frames(
                handle, Unmanaged.passUnretained(box).toOpaque(),
                { context, frame in
                    guard let context, let frame else { return }
                    Unmanaged<Box<DicomFrame>>.fromOpaque(context).takeUnretainedValue().items.append(
                        DicomFrame(frame.pointee))
                }, &message)
        }
        guard status == CD_OK else { throw DicomFailure(status, message) }
        return box.items
    }

    /// What a segmentation says once, and its segments in order.
    func segmentation() throws(DicomFailure) -> (about: cd_segmentation, segments: [SegSegment]) {
        let box = Box<SegSegment>()
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var about = cd_segmentation()
        let status = withExtendedLifetime(box) {
            cd_tell_segmentation(
                handle, &about, Unmanaged.passUnretained(box).toOpaque(),
                { context, segment in
                    guard let context, let segment else { return }
                    Unmanaged<Box<SegSegment>>.fromOpaque(context).takeUnretainedValue().items.append(
                        SegSegment(segment.pointee))
                }, &message)
        }
        guard status == CD_OK else { throw DicomFailure(status, message) }
        return (about, box.items)
    }

    /// The objects that a derived object says it was made from, by their SOP Instance UIDs.
    func references() throws(DicomFailure) -> Set<String> {
        let box = Box<String>()
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        let status = withExtendedLifetime(box) {
            cd_tell_references(
                handle, Unmanaged.passUnretained(box).toOpaque(),
                { context, instance in
                    guard let context, let instance else { return }
                    Unmanaged<Box<String>>.fromOpaque(context).takeUnretainedValue().items.append(
                        String(cString: instance))
                }, &message)
        }
        guard status == CD_OK else { throw DicomFailure(status, message) }
        return Set(box.items)
    }

    /// Checks that all frames can be decoded.
    /// - Returns: the values in a frame.
    func checkFrames(isSegmentation: Bool) throws(DicomFailure) -> Int {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var count = 0
        let status = cd_check_frames(handle, isSegmentation, &count, &message)
        guard status == CD_OK else { throw DicomFailure(status, message) }
        return count
    }

    /// The stored values of a segmentation's frame. `values` has as many elements as ``checkFrames(isSegmentation:)``
    /// said.
    func readValues(
        ofFrame index: Int, into values: UnsafeMutableBufferPointer<UInt16>
    ) throws(DicomFailure) {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        let status = cd_read_frame_values(handle, Int32(index), values.baseAddress, values.count, &message)
        guard status == CD_OK else { throw DicomFailure(status, message) }
    }

    /// Decodes one frame of a CT of several.
    func decode(frame index: Int, _ frame: DicomFrame) throws(DicomFailure) -> Decoded {
        let count = try checkFrames(isSegmentation: false)
        let isStated = frame.slope.isFinite && frame.intercept.isFinite && frame.slope != 0
        guard isStated || (frame.slope.isNaN && frame.intercept.isNaN && !frame.hasUnusableRescale) else {
            throw DicomFailure(.damaged, "a frame's RescaleSlope or RescaleIntercept is not usable")
        }
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var notes = cd_pixel_notes()
        var status = CD_OK
        let values = [Int16](unsafeUninitializedCapacity: count) { buffer, filled in
            status = cd_read_frame_hu(
                handle, Int32(index), isStated ? frame.slope : 1, isStated ? frame.intercept : 0, buffer.baseAddress,
                count, HounsfieldUnit.air.value, &notes, &message)
            filled = status == CD_OK ? count : 0
        }
        guard status == CD_OK, let slice = try? VolumeSlice(width: header.columns, height: header.rows, values: values)
        else { throw DicomFailure(status, message) }
        return Decoded(
            slice: slice, hasNoRescale: !isStated, hasTwoRescales: frame.hasTwoRescales,
            slope: isStated ? frame.slope : 1, intercept: isStated ? frame.intercept : 0,
            replacedPadding: Int(notes.replaced_padding))
    }

    /// Decodes every frame of a CT of several, on all cores: each takes a run of frames with a handle of its own.
    static func decodeFrames(path: String) -> [FileOutcome.Pixels] {
        let count: Int
        do throws(DicomFailure) {
            count = try DicomFile(path: path, withPixels: false).frames().count
        } catch {
            return []
        }
        let runs = min((count + 15) / 16, ProcessInfo.processInfo.activeProcessorCount)
        let parts = parallelMap(count: runs) { run -> [FileOutcome.Pixels] in
            let range = count * run / runs..<count * (run + 1) / runs
            do throws(DicomFailure) {
                let file = try DicomFile(path: path, withPixels: true)
                let frames = try file.frames()
                guard frames.count == count else { throw DicomFailure(.damaged, "the file changed while it was read") }
                return range.map { index in
                    do throws(DicomFailure) {
                        return .decoded(try file.decode(frame: index, frames[index]))
                    } catch {
                        return .failed(error)
                    }
                }
            } catch {
                return range.map { _ in .failed(error) }
            }
        }
        return parts.flatMap { $0 }
    }

    final class Box<T> {
        var items: [T] = []
    }
}
