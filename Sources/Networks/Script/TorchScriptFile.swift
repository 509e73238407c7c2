import Foundation

/// What kind of file somebody calls a network.
public enum TorchScriptFile {
    /// What names of such files end in, in lower case.
    public static let extensions = ["pt", "pth", "ts", "jit", "torchscript"]

    /// Why bytes are no TorchScript file, and what to do about it; `nil` if they look like one, which only libtorch can
    /// say for certain. Without a full stop at the end.
    public static func whyNot(_ file: Data) -> String? {
        guard !file.isEmpty else { return "the file is empty" }
        guard file.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return other(file) }
        // The archive's directory, which names its files, is at the end.
        let directory = file.suffix(4 << 20)
        func holds(_ name: String) -> Bool { directory.range(of: Data(name.utf8)) != nil }
        guard directory.range(of: Data([0x50, 0x4B, 0x05, 0x06])) != nil else {
            return "it is a zip archive that is cut off. Copy it again"
        }
        if holds("/constants.pkl"), holds("/code/") { return nil }
        if holds("/models/model.json") || holds("archive_format") || holds("serialized_exported_program") {
            return "it is a program of torch.export, not TorchScript. \(export)"
        }
        if holds("/data.pkl") {
            return
                "it holds weights or a pickled Python object (torch.save), which mean nothing without the Python code "
                + "of the network. \(export)"
        }
        return "it is a zip archive of something else than a TorchScript network. \(export)"
    }

    private static func other(_ file: Data) -> String {
        // Pickles of protocol 2 and later, as torch.save wrote before version 1.6.
        if file.starts(with: [0x80, 0x02]) || file.starts(with: [0x80, 0x04]) {
            return
                "it is a Python pickle (torch.save), which means nothing without the Python code of the network. \(export)"
        }
        if file.starts(with: [0x89] + Array("HDF".utf8)) {
            return "it is an HDF5 file; a Keras model is imported as .h5"
        }
        return "it is no TorchScript file, whose first bytes are those of a zip archive. \(export)"
    }

    private static let export =
        "Export the network where it runs, with torch.jit.trace or torch.jit.script and .save (docs/models.md)"
}
