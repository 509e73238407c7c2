import Foundation
import TestSupport
import Testing

@testable import Networks

/// Networks that PyTorch exported, with what it made of an input; see Tests/oracles/make_torchscript_resources.py.
@Suite struct TorchScriptNetworkTests {
    private struct Asked: Decodable {
        let name: String
        let shape: [Int]
        let input: [Float]
        let answer_shape: [Int]
        let answer: [Float]
    }

    private static func file(_ name: String) throws -> Data {
        try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Resources/TorchScript/\(name)"))
    }

    private func network(_ file: Data) throws -> TorchScriptNetwork {
        try TorchScriptNetwork(file, engine: try TorchEngine.load(threads: 1))
    }

    @Test func answersAreThoseOfPyTorch() throws {
        let asked = try JSONDecoder().decode([Asked].self, from: Self.file("answers.json"))
        #expect(asked.map(\.name) == ["flat", "block", "tuple", "list", "labels", "scripted"])
        for each in asked {
            let network = try network(try Self.file("\(each.name).pt"))
            let input = ShapedValues(shape: each.shape, values: each.input)
            let answer = try network.answer(to: input, atMost: each.answer.count)
            #expect(answer.shape == each.answer_shape, "\(each.name)")
            let worst = zip(answer.values, each.answer).map { abs($0 - $1) }.max() ?? .infinity
            #expect(answer.values.count == each.answer.count && worst < 1e-4, "\(each.name): \(worst)")
            #expect(try network.answer(to: input, atMost: each.answer.count) == answer, "the same bits again")
        }
    }

    @Test func filesOfOtherKindsAreRefusedSayingWhatToDo() throws {
        let whole = try Self.file("flat.pt")
        var kinds: [(Data, String)] = [
            (Data(), "the file is empty"), (Data("nonsense".utf8), "no TorchScript file"),
            (Data([0x80, 0x02, 0x8A, 0x0A]), "Python pickle"), (try Self.file("weights.pth"), "holds weights"),
            (Data([0x50, 0x4B, 0x05, 0x06]), "no TorchScript file"),
        ]
        var export = whole
        while let place = export.range(of: Data("constants.pkl".utf8)) {
            export.replaceSubrange(place, with: Data("archive_forma".utf8))
        }
        kinds.append((export + Data("archive_format".utf8), "torch.export"))
        kinds.append((Data([0x50, 0x4B, 0x03, 0x04, 0x50, 0x4B, 0x05, 0x06]), "zip archive of something else"))
        for (file, words) in kinds {
            let error = #expect(throws: EngineError.self, "\(words)") { try network(file) }
            #expect(error?.description.contains(words) == true, "\(words): \(error?.description ?? "")")
            if file.count > 3 { #expect(error?.description.contains("torch.jit.trace") == true) }
        }
    }

    @Test func aFileThatIsCutOffIsNamedAsOne() throws {
        let whole = try Self.file("flat.pt")
        for count in stride(from: 4, to: whole.count - 30, by: 997) {
            let error = #expect(throws: EngineError.self) { try network(whole.prefix(count)) }
            #expect(error?.description.contains("cut off") == true, "\(count)")
        }
    }

    @Test(arguments: [("saves", "aten::save"), ("prints", "prim::Print")])
    func programsThatReachBeyondNumbersAreNotRun(name: String, call: String) throws {
        let error = #expect(throws: EngineError.self) { try network(try Self.file("\(name).pt")) }
        #expect(error?.description.contains("its program calls \(call)") == true, "\(error?.description ?? "")")
    }

    @Test func damagedFilesAreReadOrRefusedInOneSentence() throws {
        let whole = try Self.file("flat.pt")
        var random = SeededGenerator(seed: 7)
        var refused = 0
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<8 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do { _ = try network(bytes) } catch {
                refused += 1
                let text = "\(error)"
                #expect(!text.contains("\n") && text.count > 30, "\(text)")
            }
        }
        #expect(refused > 10)
    }

    @Test func whatItCannotBeAskedAboutIsSaidBriefly() throws {
        let network = try network(try Self.file("flat.pt"))
        let error = #expect(throws: EngineError.self) {
            try network.answer(
                to: ShapedValues(shape: [1, 2, 4, 4], values: [Float](repeating: 0, count: 32)), atMost: 1000)
        }
        let text = error?.description ?? ""
        #expect(text.contains("an input of 1×2×4×4") && text.contains("channels") && !text.contains("\n"), "\(text)")
        let long = #expect(throws: EngineError.self) {
            try network.answer(
                to: ShapedValues(shape: [1, 1, 4, 4], values: [Float](repeating: 0, count: 16)), atMost: 47)
        }
        #expect(long?.description.contains("48 numbers, where 47 at most") == true, "\(long?.description ?? "")")
    }
}
