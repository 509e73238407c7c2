import CFuzzer
import Foundation

/// pleura-fuzz NAME [libFuzzer's options and corpus folders]: feeds one reader whatever libFuzzer thinks of.
///
/// libFuzzer's own limit is one of the clock on the wall, which a busy machine breaks with any input; the second that one
/// may take is one of the processor.
let name = CommandLine.arguments.dropFirst().first ?? ""
guard Readers.chosen != nil else {
    FileHandle.standardError.write(
        Data(
            "usage: pleura-fuzz NAME [OPTIONS] [CORPUS…]; NAME is \(Readers.all.keys.sorted().joined(separator: ", "))\n"
                .utf8))
    exit(2)
}
/// What the process has used of the processors, of all threads together.
@Sendable func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
var arguments = CommandLine.arguments.enumerated().filter { $0.offset != 1 }.map { strdup($0.element) } + [nil]
var count = Int32(arguments.count - 1)
let status = arguments.withUnsafeMutableBufferPointer { buffer in
    var start = buffer.baseAddress
    return cf_run(&count, &start) { data, size in
        let start = processorSeconds()
        Readers.chosen?(UnsafeRawBufferPointer(start: data, count: size))
        if processorSeconds() - start > 1 { fatalError("this input took more than a second") }
        return 0
    }
}
guard status >= 0 else {
    FileHandle.standardError.write(Data("This build has no libFuzzer in it; make fuzz makes one.\n".utf8))
    exit(2)
}
exit(status)
