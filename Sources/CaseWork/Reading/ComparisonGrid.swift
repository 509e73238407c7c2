import Dicom
import Foundation
import ImageIO
import ImageValues
import Volumes

/// A grid that the masks of a comparison are put onto.
struct ComparisonGrid {
    let grid: GridGeometry
    let frameOfReferenceUID: String
    /// The slices of the CT, where the grid is that of one.
    let reference: DicomSeriesReference?
    /// The CT, where the grid is that of a series that could be read.
    let loaded: LoadedCase?

    /// A grid, with what is known of the CT that it is of.
    init(
        grid: GridGeometry, frameOfReferenceUID: String = "", reference: DicomSeriesReference? = nil,
        loaded: LoadedCase? = nil
    ) {
        self.grid = grid
        self.frameOfReferenceUID = frameOfReferenceUID
        self.reference = reference
        self.loaded = loaded
    }

    /// The grid of an image that has been read.
    init(of loaded: LoadedCase) {
        self.init(
            grid: loaded.volume.geometry, frameOfReferenceUID: loaded.reference?.frameOfReferenceUID ?? "",
            reference: loaded.reference, loaded: loaded)
    }

    /// The grid of a CT, with everything that is to be said of that CT.
    /// - Parameter seriesUID: the series that the masks were drawn on; where the folder has another one only, that is
    ///   taken and told.
    init(ct: CaseSource, drawnOn seriesUID: String?, _ notes: inout Notes) throws {
        let url = ct.url
        guard url.isExistingFolder || ImageReader.isDicom(url) else {
            let image = try ImageReader.read(url)
            notes.add(image.warnings, about: url.lastPathComponent)
            self.init(grid: image.volume.geometry)
            return
        }
        let found = try DicomFolder.scan(url, repairs: ct.repairs).series
        let chosen = try found.chosen(series: seriesUID, volume: ct.volume, in: url.path)
        if let seriesUID, chosen.seriesUID != seriesUID {
            notes.add(
                "\(url.lastPathComponent) does not hold series \(seriesUID), which the masks were drawn on; the grid is that "
                    + "of series \(chosen.seriesUID).")
        }
        try self.init(chosen, in: url, repairs: ct.repairs, &notes)
    }

    /// The grid of the CT that lies beside a file.
    init(beside series: DicomSeries, _ notes: inout Notes) throws {
        try self.init(series, in: URL.deepestFolder(of: series.files), repairs: [], &notes)
    }

    private init(_ series: DicomSeries, in folder: URL, repairs: Set<CTRepair>, _ notes: inout Notes) throws {
        do {
            let source = CaseSource(
                url: folder, seriesUID: series.seriesUID, volume: series.volume, repairs: repairs)
            let loaded = try LoadedCase.read(source, notes: &notes)
            self.init(
                grid: loaded.volume.geometry, frameOfReferenceUID: series.frameOfReferenceUID,
                reference: loaded.reference, loaded: loaded)
        } catch {
            // Masks need the grid alone, which headers may give although a slice cannot be decoded.
            self.init(
                grid: try series.geometry.get(), frameOfReferenceUID: series.frameOfReferenceUID,
                reference: series.reference)
            notes.add("Only the grid of the CT was used, because the image cannot be read. \(error.description)")
        }
    }
}
