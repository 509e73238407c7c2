import Foundation
import ImageValues
import Volumes

extension DicomFolder {
    /// One CT slice of a folder, as fast as can be: the file in the middle of the list by name, or, as long as that is
    /// no CT slice that can be decoded, others spread over the list. Its cost is listing the folder and, usually,
    /// reading a single file, whatever the number of files.
    /// - Returns: `nil` if no file is a CT slice.
    /// - Throws: ``ImageFormatsError`` if the folder cannot be read.
    public static func preview(_ folder: URL) throws(ImageFormatsError) -> DicomPreview? {
        let listing = try list(folder)
        let (base, names) = (listing.base, listing.names)
        for index in spreadOrder(names.count) {
            let path = base + "/" + names[index]
            guard let (header, decoded) = oneSlice(path) else { continue }
            let member = SliceStack.Member(name: names[index], header: header)
            guard let geometry = oneSliceGrid(member) else { continue }
            return DicomPreview(
                slice: decoded.slice, geometry: geometry, seriesUID: header.seriesUID, file: URL(fileURLWithPath: path))
        }
        return nil
    }

    /// The slice of a file, or the middle one of an enhanced CT.
    private static func oneSlice(_ path: String) -> (DicomHeader, DicomFile.Decoded)? {
        guard let file = try? DicomFile(path: path, withPixels: true), file.header.reasonToSkip == nil else {
            return nil
        }
        do throws(DicomFailure) {
            guard file.header.isEnhanced else { return (file.header, try file.decode()) }
            let frames = try file.frames()
            let middle = frames.count / 2
            return (file.header.of(frames[middle]), try file.decode(frame: middle, frames[middle]))
        } catch {
            return nil
        }
    }

    private static func oneSliceGrid(_ member: SliceStack.Member) -> GridGeometry? {
        var member = member
        if member.header.singleSliceSpacing == nil { member.header.sliceThickness = 1 }
        return try? SliceStack([member]).geometry
    }

    /// Every index once: the middle, then the middles of the halves, and so on.
    static func spreadOrder(_ count: Int) -> [Int] {
        var order: [Int] = []
        var ranges = [0..<count]
        var next = 0
        while next < ranges.count {
            let range = ranges[next]
            next += 1
            guard !range.isEmpty else { continue }
            let middle = range.lowerBound + range.count / 2
            order.append(middle)
            ranges.append(range.lowerBound..<middle)
            ranges.append(middle + 1..<range.upperBound)
        }
        return order
    }
}
