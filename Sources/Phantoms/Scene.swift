/// What a painted shape does to the labels under it.
enum LabelEffect: Sendable {
    /// Leaves them: a vessel in a lung is lung.
    case keep
    /// Takes them away: the aorta is no lung.
    case clear
    /// Puts a structure's own.
    case set(PhantomStructure)
}

/// A shape with what it is made of.
struct Element: Sendable {
    /// Whose axes the shape is given in.
    enum Frame: Sendable { case patient, couch }

    var shape: Shape
    /// HU at the middle of the chest.
    var hu: Double
    /// HU a mm towards the back.
    var gradient = 0.0
    var label = LabelEffect.keep
    /// How thick the thing is where that may be less than a voxel, mm; thin things are then fainter.
    var thickness = 1000.0
    var frame = Frame.patient
}

/// Everything in the scan, from the first painted to the last: later shapes replace what is under them, as solid
/// things do.
struct Scene: Sendable {
    private(set) var elements: [Element] = []

    mutating func add(_ shape: Shape, _ hu: Double, label: LabelEffect = .keep) {
        elements.append(Element(shape: shape, hu: hu, label: label))
    }

    mutating func add(_ shapes: [Shape], _ hu: Double, label: LabelEffect = .keep) {
        for shape in shapes { add(shape, hu, label: label) }
    }

    mutating func add(_ element: Element) { elements.append(element) }
}
