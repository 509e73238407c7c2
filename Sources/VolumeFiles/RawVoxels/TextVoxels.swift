import ImageValues

/// Voxels written as decimal numbers.
enum TextVoxels {
    /// The most bytes a number with its blanks may take; what bounds the text before it is read.
    private static let bytesPerNumber = 64

    /// Reads all numbers of a stream, which must be exactly `count`.
    static func source(
        _ stream: ByteStream, count: Int, separators: Set<UInt8>
    ) throws(ImageFormatsError) -> MemorySource {
        // Two bytes a voxel is the least: a digit and a blank, none behind the last.
        try stream.requireRoom(for: 2 * count - 1, from: 0)
        var values: [Double] = []
        values.reserveCapacity(count)
        var word: [UInt8] = []
        func endWord() throws(ImageFormatsError) {
            guard !word.isEmpty else { return }
            guard values.count < count else {
                throw ImageFormatsError(
                    .damaged, "The file holds more data than its header states", files: [stream.file])
            }
            guard let value = Double(String(decoding: word, as: UTF8.self)) else {
                throw ImageFormatsError(
                    .damaged, "Voxel \(values.count) is not a number", files: [stream.file])
            }
            values.append(value)
            word.removeAll(keepingCapacity: true)
        }
        while true {
            let chunk = try stream.prefix(65_536)
            for byte in chunk {
                if byte <= 32 || separators.contains(byte) {
                    try endWord()
                } else if word.count < bytesPerNumber {
                    word.append(byte)
                } else {
                    throw ImageFormatsError(
                        .damaged, "Voxel \(values.count) is not a number", files: [stream.file])
                }
            }
            if chunk.isEmpty { break }
        }
        try endWord()
        guard values.count == count else {
            throw ImageFormatsError(
                .damaged, "The file ends after \(values.count) of \(count) voxels", files: [stream.file],
                mend: "Copy the file again.")
        }
        return MemorySource(values, file: stream.file)
    }
}
