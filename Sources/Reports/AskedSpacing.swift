import CaseWork
import Volumes

/// A spacing that somebody typed instead of a file's own: `X,Y,Z` in mm, or `X,Y` for an image of two dimensions.
package struct AskedSpacing {
    private let numbers: [Double]

    /// - Throws: ``CaseWork/WorkError`` unless the text is two or three lengths.
    package init(_ text: String) throws {
        numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard (2...3).contains(numbers.count), numbers.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw WorkError(
                "--spacing is X,Y,Z in mm, such as 0.7,0.7,1.25, or X,Y for an image of two dimensions, not \(text).")
        }
    }

    /// The spacing of an image.
    /// - Parameters:
    ///   - dimensions: 2 or 3; two lengths are enough for 2, and the third keeps the header's.
    ///   - path: the image, for the error.
    /// - Throws: ``CaseWork/WorkError`` where a length is missing.
    func spacing(_ header: Spacing, dimensions: Int, of path: String) throws -> Spacing {
        guard numbers.count == 3 || dimensions == 2 else {
            throw WorkError("\(path) has three dimensions: --spacing is X,Y,Z in mm, such as 0.7,0.7,1.25.")
        }
        return Spacing(x: numbers[0], y: numbers[1], z: numbers.count == 3 ? numbers[2] : header.z)
    }
}
