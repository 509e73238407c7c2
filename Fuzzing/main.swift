import CFuzzer
import Foundation

/// pleura-fuzz NAME [libFuzzer's options and corpus folders]: feeds one reader whatever libFuzzer thinks of.
let name = CommandLine.arguments.dropFirst().first ?? ""
guard Readers.chosen != nil else {
    FileHandle.standardError.write(
        Data(
            "usage: pleura-fuzz NAME [OPTIONS] [CORPUS…]; NAME is \(Readers.all.keys.sorted().joined(separator: ", "))\n"
                .utf8))
    exit(2)
}
var arguments = CommandLine.arguments.enumerated().filter { $0.offset != 1 }.map { strdup($0.element) } + [nil]
var count = Int32(arguments.count - 1)
let status = arguments.withUnsafeMutableBufferPointer { buffer in
    var start = buffer.baseAddress
    return cf_run(&count, &start) { data, size in
        Readers.chosen?(UnsafeRawBufferPointer(start: data, count: size))
        return 0
    }
}
guard status >= 0 else {
    FileHandle.standardError.write(Data("This build has no libFuzzer in it; make fuzz makes one.\n".utf8))
    exit(2)
}
exit(status)
