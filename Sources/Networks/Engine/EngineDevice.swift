/// What computes.
public enum EngineDevice: String, Hashable, Sendable, Codable, CaseIterable {
    /// CUDA where there is any, else the processor.
    case auto
    /// The processor; the same state, input and thread count give the same bits.
    case cpu
    /// The first GPU that CUDA sees.
    case cuda
}
