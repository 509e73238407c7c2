import TestSupport
import Testing

@testable import Volumes

/// Steps of a journal and whole masks with bytes changed, cut out or doubled behind a checksum that is right: whoever wrote
/// them, reading them ends in a value or in an error.
@Suite("Mutated patches")
struct MutatedPatchTests {
    private let grid: GridGeometry

    init() throws {
        grid = try GridGeometry(size: GridSize(x: 70, y: 9, z: 5), spacing: Spacing(x: 1, y: 1, z: 2))
    }

    private func mutate(_ encoded: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var writer = ByteWriter()
        writer.bytes = Array(encoded.dropLast(8))
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let count = writer.bytes.count
            guard count > 8 else { break }
            let at = Int.random(in: 0..<count, using: &random)
            let length = Int.random(in: 1...min(8, count - at), using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: writer.bytes.removeSubrange(at..<at + length)
            case 1: writer.bytes.insert(contentsOf: writer.bytes[at..<at + length], at: at)
            case 2: for i in at..<at + length { writer.bytes[i] = 0xff }
            case 3: writer.bytes.swapAt(at, Int.random(in: 0..<count, using: &random))
            default: writer.bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        writer.appendChecksum()
        return writer.bytes
    }

    @Test("a patch is read as what can be written again and undone, or refused")
    func patches() throws {
        var random = SeededGenerator(seed: 12)
        let (old, new) = (
            randomMask(grid, density: 0.5, using: &random), randomMask(grid, density: 0.02, using: &random)
        )
        var (taken, refused) = (0, 0)
        for original in [try MaskPatch(from: old, to: new), try MaskPatch(from: Mask(geometry: grid), to: new)] {
            for _ in 0..<1000 {
                do throws(VolumesError) {
                    let patch = try MaskPatch(decoding: mutate(original.encoded(), using: &random))
                    #expect(try MaskPatch(decoding: patch.encoded()) == patch)
                    taken += 1
                } catch {
                    refused += 1
                }
            }
        }
        #expect(taken > 50 && refused > 50, "\(taken) taken, \(refused) refused")
    }

    @Test("a mask by run lengths is read whole, or refused")
    func runLengths() throws {
        var random = SeededGenerator(seed: 13)
        let mask = randomMask(grid, density: 0.1, using: &random)
        var (taken, refused) = (0, 0)
        for _ in 0..<1000 {
            do throws(VolumesError) {
                let read = try Mask(runLengthEncoded: mutate(mask.runLengthEncoded(), using: &random), geometry: grid)
                #expect(try Mask(runLengthEncoded: read.runLengthEncoded(), geometry: grid) == read)
                taken += 1
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50, "\(taken) taken, \(refused) refused")
    }
}
