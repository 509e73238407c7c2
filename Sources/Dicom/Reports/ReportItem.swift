import ImageValues

/// A content item of a structured report (PS3.3 C.17.3): what it is called, what it says, and what is below it.
struct ReportItem {
    /// How an item belongs to the one above it.
    enum Relationship: String {
        case contains = "CONTAINS"
        case observationContext = "HAS OBS CONTEXT"
        case conceptModifier = "HAS CONCEPT MOD"
    }

    private var item = DicomItem()
    private var children: [ReportItem] = []

    /// An item of a value type.
    private init(_ relationship: Relationship?, _ type: String, _ name: DicomCode) {
        if let relationship { item.set(0x0040_a010, "CS", relationship.rawValue) }
        item.set(0x0040_a040, "CS", type)
        item.set(0x0040_a043, items: [name.item])
    }

    /// A heading with items below it.
    /// - Parameters:
    ///   - relationship: `nil` for the root.
    ///   - template: the number of the template that describes what is below (PS3.16), if it is said.
    static func container(
        _ relationship: Relationship?, _ name: DicomCode, template: String? = nil, _ children: [ReportItem]
    ) -> ReportItem {
        var result = ReportItem(relationship, "CONTAINER", name)
        result.item.set(0x0040_a050, "CS", "SEPARATE")
        if let template {
            var identification = DicomItem()
            identification.set(0x0008_0105, "CS", "DCMR")
            identification.set(0x0040_db00, "CS", template)
            result.item.set(0x0040_a504, items: [identification])
        }
        result.children = children
        return result
    }

    /// A coded value.
    static func code(
        _ relationship: Relationship, _ name: DicomCode, _ value: DicomCode, _ children: [ReportItem] = []
    ) -> ReportItem {
        var result = ReportItem(relationship, "CODE", name)
        result.item.set(0x0040_a168, items: [value.item])
        result.children = children
        return result
    }

    /// Words; the caller has checked them.
    static func text(_ relationship: Relationship, _ name: DicomCode, _ value: String) -> ReportItem {
        var result = ReportItem(relationship, "TEXT", name)
        result.item.set(0x0040_a160, "UT", value)
        return result
    }

    /// A person's name; the caller has checked it.
    static func person(_ relationship: Relationship, _ name: DicomCode, _ value: String) -> ReportItem {
        var result = ReportItem(relationship, "PNAME", name)
        result.item.set(0x0040_a123, "PN", value)
        return result
    }

    /// A UID.
    static func uid(_ relationship: Relationship, _ name: DicomCode, _ value: String) -> ReportItem {
        var result = ReportItem(relationship, "UIDREF", name)
        result.item.set(0x0040_a124, "UI", value)
        return result
    }

    /// A number with its unit (UCUM). A decimal string has 16 characters; the value is given in full beside it.
    static func number(
        _ name: DicomCode, _ value: Double, _ unit: DicomCode, _ children: [ReportItem] = []
    ) -> ReportItem {
        var result = ReportItem(.contains, "NUM", name)
        var measured = DicomItem()
        measured.set(0x0040_08ea, items: [unit.item])
        measured.set(0x0040_a30a, "DS", DicomDecimal.text(value))
        measured.set(0x0040_a161, double: value)
        result.item.set(0x0040_a300, items: [measured])
        result.children = children
        return result
    }

    /// A segment of a segmentation.
    static func segment(_ name: DicomCode, of instance: String, number: Int) -> ReportItem {
        var result = ReportItem(.contains, "IMAGE", name)
        var reference = DicomSliceReference.item(of: SegWriter.sopClass, instance)
        reference.set(0x0062_000b, UInt16(number))
        result.item.set(0x0008_1199, items: [reference])
        return result
    }

    /// The item with all that is below it.
    var encoded: DicomItem {
        var item = item
        if !children.isEmpty { item.set(0x0040_a730, items: children.map(\.encoded)) }
        return item
    }
}
