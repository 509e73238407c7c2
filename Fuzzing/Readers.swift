import Dicom
import Dosimetry
import Foundation
import ImageIO
import Networks
import Settings
import VolumeFiles
import Volumes

/// The readers that are fed with garbage. An error they throw is right; a crash, a hang or absurd memory is not.
enum Readers {
    typealias Reader = @Sendable (UnsafeRawBufferPointer) -> Void

    static let chosen: Reader? = CommandLine.arguments.dropFirst().first.flatMap { all[$0] }

    static let all: [String: Reader] = [
        "dicom": { bytes in
            write(bytes, "slice.dcm")
            _ = try? DicomFolder.load(url("slice.dcm"))
        },
        "rtstruct": { bytes in
            write(bytes, "set.dcm")
            _ = try? RTStructReader.read(url("set.dcm")).rasterised(on: grid, frameOfReferenceUID: "")
        },
        "seg": { bytes in
            write(bytes, "seg.dcm")
            _ = SegReader.segments(of: url("seg.dcm"))
            _ = try? SegReader.read(url("seg.dcm"), on: grid)
        },
        "rtdose": { bytes in
            write(bytes, "dose.dcm")
            guard let dose = try? RTDoseReader.read(url("dose.dcm")).grid else { return }
            _ = try? DoseVolumeHistogram(of: Mask(geometry: grid) { $0.x > 3 }, in: dose).curve(every: 1)
        },
        "nifti": { bytes in
            let name = bytes.first == 0x1f ? "image.nii.gz" : "image.nii"
            write(bytes, name)
            _ = try? NiftiFile.readVolume(at: url(name))
            _ = try? NiftiFile.readLabels(at: url(name))
        },
        "nrrd": { bytes in
            write(bytes, "image.nrrd")
            _ = try? NrrdFile.readVolume(at: url("image.nrrd"))
            _ = try? MaskReader.readNamed(url("image.nrrd"), on: grid, frameOfReferenceUID: "")
        },
        "metaimage": { bytes in
            write(bytes, "image.mha")
            _ = try? MetaImageFile.readVolume(at: url("image.mha"))
        },
        "safetensors": { bytes in
            write(bytes, "model.safetensors")
            _ = try? SafetensorsFile.metadata(of: url("model.safetensors"))
            _ = try? SafetensorsFile(contentsOf: url("model.safetensors"))
        },
        "toml": { bytes in
            _ = try? UserSettings.parse(String(decoding: bytes, as: UTF8.self), place: "fuzz")
        },
        "keymap": { bytes in
            write(bytes, "keymap.toml")
            _ = try? resources.keymap(url("keymap.toml").path)
            _ = try? resources.theme(url("keymap.toml").path)
        },
        "journal": { bytes in
            // Behind its checksum a patch is trusted by nobody else, so that the checksum is made right here.
            let patch = [UInt8](bytes)
            if let read = try? MaskPatch(decoding: patch + checksum(patch)) { _ = read.encoded() }
            _ = try? Mask(runLengthEncoded: patch + checksum(patch), geometry: grid)
            _ = try? Mask(runLengthEncoded: patch, geometry: grid)
        },
    ]

    private static let folder: URL = {
        let url = URL(fileURLWithPath: "/dev/shm/pleura-fuzz-\(getpid())")
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }()

    private static let resources = ResourceFolder(
        url: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent())

    private static let grid: GridGeometry = {
        guard
            let grid = try? GridGeometry(size: GridSize(x: 32, y: 32, z: 8), spacing: Spacing(x: 1, y: 1, z: 2))
        else { preconditionFailure("a grid of constants") }
        return grid
    }()

    private static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    private static func write(_ bytes: UnsafeRawBufferPointer, _ name: String) {
        let file = open(url(name).path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = Foundation.write(file, bytes.baseAddress, bytes.count)
    }

    /// FNV-1a of 64 bits, little endian, as patches and run lengths end with it.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
    }
}
