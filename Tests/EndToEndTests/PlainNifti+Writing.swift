import Foundation
import TestSupport
import Testing

extension PlainNifti {
    /// Writes a mask in place of the voxels of another mask's file, which lends its header.
    static func write(_ mask: PlainMask, like original: URL, to target: URL) throws {
        let folder = try TemporaryFolder()
        let plain = folder.file("plain.nii")
        let shell = URL(fileURLWithPath: "/bin/sh")
        var result = try runProgram(shell, ["-c", "gzip -dc <\"$0\" >\"$1\"", original.path, plain.path])
        guard result.status == 0 else { throw Unexpected("gzip of \(original.path): \(result.errors)") }
        var bytes = [UInt8](try Data(contentsOf: plain))
        guard bytes.count == 352 + mask.values.count else {
            throw Unexpected("\(original.path) has no bytes as voxels")
        }
        for i in mask.values.indices { bytes[352 + i] = mask.values[i] ? 1 : 0 }
        try Data(bytes).write(to: plain)
        result = try runProgram(shell, ["-c", "gzip -c <\"$0\" >\"$1\"", plain.path, target.path])
        guard result.status == 0 else { throw Unexpected("gzip of \(target.path): \(result.errors)") }
    }
}
