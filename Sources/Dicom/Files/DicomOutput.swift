import Files
import Foundation
import ImageValues

/// Writes files so that a name holds either the old content or the whole new one.
enum DicomOutput {
    /// Writes bytes as ``Files/WholeFile`` does, readable by everyone, as DICOM nodes and planning systems need it.
    /// - Parameter syncsFolder: also waits until the disk has the name. One that writes many files does so once, at the
    ///   end, with ``Files/WholeFile/syncFolder(_:)``.
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`; the temporary file is removed.
    static func write(_ bytes: [UInt8], to file: URL, syncsFolder: Bool = true) throws(ImageFormatsError) {
        do throws(WholeFile.Failure) {
            try WholeFile.write(to: file, permissions: 0o644, syncsFolder: syncsFolder) {
                (output) throws(WholeFile.Failure) in try WholeFile.put(bytes, output)
            }
        } catch {
            throw ImageFormatsError(
                .notWritten, "The file could not be written (\(error))", files: [file.path],
                mend: "Check the folder, its permissions and the free space.")
        }
    }
}
