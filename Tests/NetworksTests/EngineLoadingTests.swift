import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite("The engine is found and loaded")
struct EngineLoadingTests {
    @Test("it says what it is")
    func version() throws {
        let engine = try TorchEngine.load(threads: 1)
        #expect(engine.version.split(separator: ".").count >= 2)
        #expect(engine.libraryPath.contains("libtorch_cpu"))
        #expect(engine.threads == 1)
        #expect(engine.details.contains("OpenMP"))
        #expect(try engine.resolve(.cpu) == .cpu)
        #expect(try engine.resolve(.auto) == (engine.hasCUDA ? .cuda : .cpu))
    }

    @Test("without CUDA, asking for it is refused and says what to do")
    func noCUDA() throws {
        let engine = try TorchEngine.load(threads: 1)
        guard !engine.hasCUDA else { return }
        do {
            _ = try TorchNetwork(configuration: NetworkConfiguration(), seed: 0, engine: engine, device: .cuda)
            Issue.record("a network on no GPU")
        } catch {
            #expect(error as? EngineError == .noCUDA(library: engine.libraryPath))
            #expect("\(error)".contains("PLEURA_LIBTORCH"))
        }
    }

    @Test("a missing or broken engine names each file, and the package to install")
    func missing() throws {
        let folder = try TemporaryFolder()
        let broken = folder.file("libPleuraTorch.so")
        try Data("no library".utf8).write(to: broken)
        for path in [broken.path, folder.file("absent.so").path] {
            do {
                _ = try TorchEngine.load(from: EngineLocations(file: path, programFolders: []))
                Issue.record("something was loaded")
            } catch {
                #expect(error.description.contains(path))
                #expect(error.description.contains("libtorch-dev"))
                #expect(error.description.contains("make build"))
            }
        }
    }

    @Test("another libtorch needs its own engine")
    func otherLibtorch() throws {
        var locations = EngineLocations.current([:])
        locations.libtorch = "/opt/no-such-libtorch"
        do {
            _ = try TorchEngine.load(from: locations)
            Issue.record("the wrong libtorch was taken")
        } catch {
            guard case .noEngineFor(let libtorch, let found) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(libtorch == "/opt/no-such-libtorch")
            #expect(found.contains("libtorch"))
            #expect(error.description.contains("make engine PLEURA_LIBTORCH=/opt/no-such-libtorch"))
        }
    }

    @Test("places are tried in order, each once")
    func candidates() {
        let name = EngineLocations.fileName
        let plain = EngineLocations(programFolders: ["/usr/bin", "/usr/bin"])
        #expect(
            plain.candidates == [
                "/usr/bin/\(name)", "/usr/bin/../lib/pleura/\(name)", "/usr/bin/../lib/\(name)",
            ])
        let other = EngineLocations(libtorch: "/opt/torch", programFolders: ["/b"])
        #expect(other.candidates.first == "/opt/torch/lib/\(name)")
        #expect(EngineLocations(file: "/x.so", libtorch: "/t", programFolders: ["/b"]).candidates == ["/x.so"])
        let empty = EngineLocations.current(["PLEURA_TORCH_SHIM": "", "PLEURA_LIBTORCH": ""])
        #expect(empty.file == nil && empty.libtorch == nil)
    }

    @Test("configurations that no network can have are refused before anything is allocated")
    func configurations() throws {
        let engine = try TorchEngine.load(threads: 1)
        var wrong: [NetworkConfiguration] = []
        func add(_ change: (inout NetworkConfiguration) -> Void) {
            var configuration = NetworkConfiguration()
            change(&configuration)
            wrong.append(configuration)
        }
        add { $0.levels = 0 }
        add { $0.levels = 7 }
        add { $0.filters = 0 }
        add { $0.filters = 1024 }
        add { $0.classes = 0 }
        add { $0.outputActivation = .softmax }
        add { $0.dropout = 1 }
        add { $0.dropout = .nan }
        add { $0.dropoutChangePerLevel = 0.2 }
        add { $0.inputChannels = -1 }
        add { $0.batchNormMomentum = 1 }
        for configuration in wrong {
            #expect(throws: EngineError.self) {
                try TorchNetwork(configuration: configuration, seed: 0, engine: engine)
            }
        }
    }
}
