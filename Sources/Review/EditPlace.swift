import Cases
import Editing

/// Where an edit was made, for people.
enum EditPlace {
    /// `slice 19`, or `slice 19 and 3 more` of what changed several slices; `slice` counts from 0.
    static func text(slice: Int, otherSlices: Int) -> String {
        "slice \(slice + 1)" + (otherSlices > 0 ? " and \(otherSlices) more" : "")
    }

    /// How many slices the steps of one edit changed besides the one they were made on.
    static func otherSlices(_ steps: some Sequence<EditStep<StructureName>>) -> Int {
        var touched: Set<Int> = []
        var own: Set<Int> = []
        for step in steps {
            touched.formUnion(step.patch.touchedSlices)
            own.insert(step.slice)
        }
        return touched.subtracting(own).count
    }
}

extension EditStep<StructureName> {
    /// The step's name, its structure and where it was made, as the panel and the status line show it.
    public var text: String {
        "\(name) \(structure), " + EditPlace.text(slice: slice, otherSlices: EditPlace.otherSlices([self]))
    }

    /// The structure and where the step was made, where there is little room: `Heart #19 +3`.
    public var shortPlace: String {
        let others = EditPlace.otherSlices([self])
        return "\(structure) #\(slice + 1)" + (others > 0 ? " +\(others)" : "")
    }
}
