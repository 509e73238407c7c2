import ArgumentParser
import Dicom
import Volumes

/// The option of the commands that read CT series.
struct RepairOption: ParsableArguments {
    @Option(
        help:
            "Resample a series that makes no regular volume: tilt (shear a tilted gantry), gaps (fill missing or uneven slices), or both with a comma."
    )
    var repair: String?

    /// The repairs asked for.
    /// - Throws: ``ProgramError`` for a word that is none.
    func repairs() throws(ProgramError) -> Set<CTRepair> {
        var repairs: Set<CTRepair> = []
        for word in (repair ?? "").split(separator: ",") {
            guard let known = CTRepair(rawValue: String(word)) else {
                throw ProgramError("--repair is tilt, gaps or tilt,gaps, not \(word).")
            }
            repairs.insert(known)
        }
        return repairs
    }
}
