import Foundation
import TestSupport

/// A NIfTI-1 file as its definition (nifti1.h) has it, read with nothing of the program's: what the program says and
/// writes is compared with this.
struct PlainNifti: Equatable {
    let size: [Int]
    let spacing: [Double]
    /// x fastest, then y, then z.
    let values: [Int]

    init(_ url: URL) throws {
        let folder = try TemporaryFolder()
        let plain = folder.file("plain.nii")
        let result = try runProgram(
            URL(fileURLWithPath: "/bin/sh"), ["-c", "gzip -dc <\"$0\" >\"$1\"", url.path, plain.path])
        guard result.status == 0 else { throw Unexpected("gzip of \(url.path): \(result.errors)") }
        let bytes = [UInt8](try Data(contentsOf: plain))
        func whole<T: FixedWidthInteger>(_ offset: Int, as type: T.Type) -> T {
            (0..<MemoryLayout<T>.size).reduce(0) { $0 | T(truncatingIfNeeded: bytes[offset + $1]) << ($1 * 8) }
        }
        func real(_ offset: Int) -> Double { Double(Float(bitPattern: whole(offset, as: UInt32.self))) }
        guard bytes.count > 352, whole(0, as: Int32.self) == 348, whole(40, as: Int16.self) == 3, real(108) == 352
        else { throw Unexpected("\(url.path) is not a NIfTI-1 file of three dimensions") }
        size = [42, 44, 46].map { Int(whole($0, as: Int16.self)) }
        spacing = [80, 84, 88].map(real)
        let count = size.reduce(1, *)
        switch whole(70, as: Int16.self) {
        case 2: values = (0..<count).map { Int(bytes[352 + $0]) }
        case 4: values = (0..<count).map { Int(whole(352 + $0 * 2, as: Int16.self)) }
        case let type: throw Unexpected("\(url.path) has voxels of type \(type)")
        }
    }

    /// The slices on which two images differ, from 0.
    static func slicesThatDiffer(_ a: PlainNifti, _ b: PlainNifti) -> Set<Int> {
        let plane = a.size[0] * a.size[1]
        return Set(a.values.indices.filter { a.values[$0] != b.values[$0] }.map { $0 / plane })
    }
}
