import Dicom

extension [DicomSeries] {
    /// The volume of a folder that masks are put onto.
    /// - Parameters:
    ///   - series: the series that the masks name; the folder's largest where it is not there.
    ///   - volume: its number from 1 or its name.
    ///   - path: the folder, for errors.
    /// - Throws: ``WorkError`` if there is none, or if several are there on different grids and none was chosen.
    package func chosen(series: String?, volume: String?, in path: String) throws(WorkError) -> DicomSeries {
        guard let first else { throw WorkError("\(path) has no CT series.") }
        let named = filter { $0.seriesUID == series }
        let all = named.isEmpty ? filter { $0.seriesUID == first.seriesUID } : named
        let list = all.enumerated().map { "\($0 + 1) (\($1.volumeLabel ?? $1.summary))" }.joined(separator: ", ")
        if let volume {
            if let number = Int(volume), all.indices.contains(number - 1) { return all[number - 1] }
            if let exact = all.first(where: { $0.volume == volume }) { return exact }
            throw WorkError("The series in \(path) has no volume \(volume). It has \(list).")
        }
        // Phases lie on one grid, and a mask fits all of them.
        let grids = all.compactMap { try? $0.geometry.get() }
        if all.count == 1 || (grids.count == all.count && grids.allSatisfy { $0.agrees(with: grids[0]) }) {
            return all[0]
        }
        throw WorkError(
            "The series in \(path) holds \(all.count) volumes on different grids. Choose one with --volume: \(list).")
    }
}
