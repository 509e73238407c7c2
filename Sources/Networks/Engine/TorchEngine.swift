import CTorch
import Foundation

/// libtorch, loaded when it is first asked for: half a second then, and nothing for those who never ask.
///
/// One process has one engine, which stays loaded; values of this type all stand for it. Networks on it are classes
/// (``TorchNetwork``), whose memory goes when they go.
public struct TorchEngine: Sendable {
    /// Functions of the loaded library; the table is constant and each function may be called from any thread.
    let functions: ctorch_engine
    /// The file of the engine.
    public let file: String

    /// Loads the engine, or returns the one that is loaded.
    ///
    /// Looks for `libPleuraTorch.so` beside the program, in `../lib/pleura` and `../lib`. `PLEURA_TORCH_SHIM` names one
    /// file instead; `PLEURA_LIBTORCH` names the root of another libtorch, whose engine lies in its `lib/`.
    /// - Parameter threads: Of the processor, for all networks; by default what an earlier call said, or as many as the
    ///   process may use.
    /// - Throws: ``EngineError/notAvailable(tried:)`` with what was tried.
    public static func load(threads: Int? = nil) throws(EngineError) -> TorchEngine {
        try load(from: .current(), threads: threads)
    }

    static func load(from locations: EngineLocations, threads: Int? = nil) throws(EngineError) -> TorchEngine {
        prepareEnvironment()
        var tried: [String] = []
        for path in locations.candidates {
            guard access(path, F_OK) == 0 else {
                tried.append("\(path): is not there")
                continue
            }
            var reason = [CChar](repeating: 0, count: 1024)
            guard let table = ctorch_load(path, &reason, reason.count) else {
                tried.append("\(path): \(text(reason))")
                continue
            }
            let engine = TorchEngine(functions: table.pointee, file: path)
            if let libtorch = locations.libtorch, !engine.libraryPath.hasPrefix(libtorch + "/") {
                throw .noEngineFor(libtorch: libtorch, found: engine.libraryPath)
            }
            try engine.check(
                engine.functions.set_threads(Int32(max(1, threads ?? availableProcessors)), threads == nil ? 1 : 0),
                doing: "setting threads")
            return engine
        }
        throw .notAvailable(tried: tried)
    }

    /// The libtorch that the engine was built for, as `1.13.1`.
    public var version: String { text(functions.version()) }

    /// The file of the libtorch at work, links resolved.
    public var libraryPath: String { EngineLocations.real(text(functions.library_path())) }

    /// How libtorch was built and which instructions and threads it uses, several lines.
    public var details: String { text(functions.description()) }

    /// Threads that a computation uses.
    public var threads: Int { Int(functions.threads()) }

    /// Bytes of memory that tensors on the processor hold, those of all networks together.
    public var memoryInUse: Int { Int(functions.memory_in_use()) }

    /// Whether there is CUDA and a GPU.
    public var hasCUDA: Bool { functions.has_cuda() != 0 }

    /// Whether the processor computes bfloat16 in hardware; without, mixed precision is not used on it.
    public static var processorHasBFloat16: Bool { ctorch_has_bfloat16() != 0 }

    /// Processors that this process may run on, which a container or `taskset` can make fewer than there are.
    public static var availableProcessors: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    /// Which device a choice comes to.
    /// - Throws: ``EngineError/noCUDA(library:)`` if CUDA is asked for and not there.
    public func resolve(_ device: EngineDevice) throws(EngineError) -> EngineDevice {
        switch device {
        case .cpu: return .cpu
        case .auto: return hasCUDA ? .cuda : .cpu
        case .cuda:
            guard hasCUDA else { throw .noCUDA(library: libraryPath) }
            return .cuda
        }
    }

    /// Turns a status into an error with the engine's own words.
    func check(_ status: ctorch_status, doing: String, step: Int = 0) throws(EngineError) {
        switch status {
        case CTORCH_OK: return
        case CTORCH_OUT_OF_MEMORY: throw .outOfMemory(doing: doing)
        case CTORCH_NOT_FINITE: throw .lossNotFinite(step: step)
        default: throw .failed(doing: doing, reason: lastError)
        }
    }

    /// What libraries read once, when they are loaded. What the user has set stays.
    private static func prepareEnvironment() {
        // Threads that spin while they wait make a shared processor ten times slower.
        setenv("OMP_WAIT_POLICY", "passive", 0)
        // libtorch stays with AVX2 unless told.
        if ctorch_has_avx512() != 0 { setenv("ATEN_CPU_CAPABILITY", "avx512", 0) }
    }

    /// What the last call of this thread that failed has to say.
    var lastError: String { text(functions.last_error()) }

    private func text(_ characters: UnsafePointer<CChar>?) -> String { characters.map { String(cString: $0) } ?? "" }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
