import Foundation
import TestSupport

/// Small phantoms that `pleura phantom` makes once a test run, for all scenarios. Nobody writes into them.
enum SampleCases {
    static let seed = "11"

    /// A folder that goes when the tests end.
    private static let folder: URL = {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("pleura-samples-\(UUID().uuidString)")
        atexit { try? FileManager.default.removeItem(at: SampleCases.folder) }
        return url
    }()

    private static let niftiResult = Result { try make("nifti", below: "n") }
    private static let dicomResult = Result { try make("dicom", below: "d") }

    /// `phantom-01` as NIfTI: the folder with `ct.nii.gz` and the exact masks.
    static func nifti() throws -> URL { try niftiResult.get() }

    /// `phantom-01` as DICOM: the folder with `CT` and `RTSTRUCT.dcm`.
    static func dicom() throws -> URL { try dicomResult.get() }

    /// A DICOM phantom of another seed, made anew.
    static func dicom(patientSeed: String) throws -> URL {
        try make("dicom", below: "d\(patientSeed)", seed: patientSeed)
    }

    /// Makes a phantom of 96×96×24 voxels and says where.
    static func make(_ format: String, below name: String, seed: String = seed) throws -> URL {
        let target = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let home = try TemporaryFolder()
        let result = try runProgram(
            pleuraBinary(),
            ["phantom", target.path, "--matrix", "96", "--slices", "24", "--seed", seed, "--format", format],
            environment: cleanEnvironment(home: home.url))
        guard result.status == 0 else { throw Unexpected("pleura phantom: \(result)") }
        return target.appendingPathComponent("phantom-01")
    }
}

/// What a scenario met and did not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
