extension ContinuousClock.Instant {
    /// Seconds from this instant to now, to the hundredth.
    var seconds: Double { ((duration(to: .now) / .milliseconds(10)).rounded()) / 100 }
}
