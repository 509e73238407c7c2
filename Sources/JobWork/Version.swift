/// The program's version, which is written into every model that is made.
package enum Version {
    /// As in 1.2.3.
    package static let text = "0.1.0"
}
