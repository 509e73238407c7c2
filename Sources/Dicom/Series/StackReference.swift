import Foundation
import Volumes

extension SliceStack {
    /// For each slice of the grid the layer that is its image (share 0), or the two that it lies between: the lower one
    /// and how far it is on the way to the next, 0…1.
    var places: [(low: Int, share: Double)] {
        guard repairs.contains(.gaps) else { return layers.indices.map { ($0, 0) } }
        var places: [(low: Int, share: Double)] = []
        var low = 0
        for z in 0..<geometry.size.z {
            let height = min(Double(z) * geometry.spacing.z, heights[heights.count - 1])
            while low + 2 < heights.count, heights[low + 1] <= height { low += 1 }
            let share = (height - heights[low]) / (heights[low + 1] - heights[low])
            // A slice that is there is taken as it is.
            if abs(height - heights[low]) <= Self.positionTolerance {
                places.append((low, 0))
            } else if abs(height - heights[low + 1]) <= Self.positionTolerance {
                places.append((low + 1, 0))
            } else {
                places.append((low, share))
            }
        }
        return places
    }

    /// What objects drawn on the series name of it.
    /// - Parameter base: the folder that the members' names are below.
    func reference(to members: [Member], seriesUID: String, base: String) -> DicomSeriesReference {
        let kept = layers.map { members[$0[0]] }
        let first = kept[0].header
        return DicomSeriesReference(
            studyUID: first.studyUID, seriesUID: seriesUID, frameOfReferenceUID: first.frameOfReferenceUID,
            slices: places.map { low, share in
                let near = kept[share > 0.5 ? low + 1 : low]
                let file = URL(fileURLWithPath: base + "/" + near.name)
                guard share == 0 else {
                    return DicomSliceReference(
                        sopClassUID: "", sopInstanceUID: "", file: file, frame: DicomSliceReference.interpolatedFrame)
                }
                return DicomSliceReference(
                    sopClassUID: near.header.sopClassUID, sopInstanceUID: near.header.sopInstanceUID, file: file,
                    frame: near.frame)
            }, scannedPlanes: repairs.contains(.gaps) ? heights.map { $0 / geometry.spacing.z } : [])
    }
}
