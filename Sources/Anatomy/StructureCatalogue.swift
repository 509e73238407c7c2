/// The structures that the program knows, each with its facts. Everything else in the program asks here: no other
/// target compares a structure's name with a text or lists organs.
///
/// Names are AAPM TG-263's, whose endings say the side: `Lung_L` and `Lung_R` are partners, and both have the code of
/// `Lung`. A structure that is not listed is none the worse: of it the program knows what its name says.
public struct StructureCatalogue: Hashable, Sendable {
    /// A whole that is made from its parts.
    public struct Whole: Hashable, Sendable {
        /// The whole.
        public let name: StructureName
        /// Its parts.
        public let parts: [StructureName]
        /// The parts of a whole that has two, left and right; `nil` for any other.
        public let sides: Sides?
    }

    /// Left and right of one thing.
    public struct Sides: Hashable, Sendable {
        /// The patient's left one.
        public let left: StructureName
        /// The patient's right one.
        public let right: StructureName
    }

    /// The two lungs.
    public struct Lungs: Hashable, Sendable {
        /// Both as one structure.
        public let whole: StructureName
        /// The patient's left one.
        public let left: StructureName
        /// The patient's right one.
        public let right: StructureName
    }

    /// The facts, in the order of ``precedes(_:_:)``.
    public let structures: [StructureFacts]
    /// What is known by the beginnings of names.
    let families: [StructureFamily]
    /// The wholes that are made from their parts, in order.
    public let wholes: [Whole]
    /// The lungs, which every catalogue has.
    public let lungs: Lungs
    /// What is usually contoured at a site, by name.
    public let templates: [StructureTemplate]
    private let places: [StructureName: Int]

    /// A catalogue of checked facts.
    /// - Throws: ``StructureCatalogueError`` naming the entry that contradicts another.
    init(
        _ facts: [StructureFacts], families: [StructureFamily], templates: [StructureTemplate] = [], place: String
    ) throws(StructureCatalogueError) {
        let sorted = facts.sorted { one, other in
            Self.isBefore((one.order, one.name), (other.order, other.name))
        }
        if let conflict = Self.conflict(in: sorted) { throw StructureCatalogueError(place, conflict) }
        structures = sorted
        self.families = families
        self.templates = templates
        places = Dictionary(
            sorted.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        wholes = sorted.filter(\.isMadeFromParts).map { facts in
            let left = facts.parts.first { Self.side(of: $0, in: sorted) == .left }
            let right = facts.parts.first { Self.side(of: $0, in: sorted) == .right }
            let sides = left.flatMap { left in right.map { Sides(left: left, right: $0) } }
            return Whole(name: facts.name, parts: facts.parts, sides: facts.parts.count == 2 ? sides : nil)
        }
        let lungs = wholes.compactMap { whole -> Lungs? in
            guard sorted.contains(where: { $0.name == whole.name && $0.tissue == .lung }), let sides = whole.sides
            else { return nil }
            return Lungs(whole: whole.name, left: sides.left, right: sides.right)
        }
        guard let pair = lungs.first, lungs.count == 1 else {
            throw StructureCatalogueError(
                place,
                "there must be one structure with \"tissue\": \"lung\" that is made from a left and a right part, not "
                    + "\(lungs.count). Take \"tissue\" or \"made_from_parts\" out of what is not both lungs.")
        }
        self.lungs = pair
    }

    /// What is known of a structure; `nil` for one that is not listed.
    public subscript(name: StructureName) -> StructureFacts? { places[name].map { structures[$0] } }

    /// The structures that have a place in lists, in order.
    public var known: [StructureName] { structures.filter { $0.order != nil }.map(\.name) }

    /// Whether one structure stands before another in lists: by ``StructureFacts/order``, then by name.
    public func precedes(_ one: StructureName, _ other: StructureName) -> Bool {
        Self.isBefore((self[one]?.order, one), (self[other]?.order, other))
    }

    private static func isBefore(
        _ one: (order: Int?, name: StructureName), _ other: (order: Int?, name: StructureName)
    ) -> Bool {
        let (a, b) = (one.order ?? .max, other.order ?? .max)
        return a == b ? one.name.rawValue < other.name.rawValue : a < b
    }

    // MARK: Sides

    /// The side that a structure lies on, by its facts or its name; `nil` for what has none.
    public func side(of name: StructureName) -> StructureFacts.Side? {
        self[name]?.side ?? StructureNaming.sided(name.rawValue)?.side
    }

    private static func side(of name: StructureName, in facts: [StructureFacts]) -> StructureFacts.Side? {
        facts.first { $0.name == name }?.side ?? StructureNaming.sided(name.rawValue)?.side
    }

    /// The same structure of the other side: `Lung_R` for `Lung_L`; `nil` for what has no side.
    public func partner(of name: StructureName) -> StructureName? {
        self[name]?.partner ?? StructureNaming.partner(of: name.rawValue).map(StructureName.init(rawValue:))
    }

    // MARK: Wholes, parts, exclusion

    /// Whether no voxel can be of both structures: two organs, unless one is a part of the other, and left and right of
    /// anything.
    public func excludes(_ one: StructureName, _ other: StructureName) -> Bool {
        guard one != other else { return false }
        if partner(of: one) == other { return true }
        guard let first = self[one], let second = self[other], first.isOrgan, second.isOrgan else { return false }
        return !allParts(of: first).contains(other) && !allParts(of: second).contains(one)
    }

    /// The parts of a structure, theirs, and so on.
    private func allParts(of facts: StructureFacts) -> Set<StructureName> {
        var found: Set<StructureName> = []
        var open = facts.parts
        while let part = open.popLast() {
            if found.insert(part).inserted { open += self[part]?.parts ?? [] }
        }
        return found
    }

    /// Whether a structure is the union of its parts.
    public func isMadeFromParts(_ name: StructureName) -> Bool { self[name]?.isMadeFromParts ?? false }

    /// Structures with every whole all of whose parts are among them.
    public func completed(_ names: Set<StructureName>) -> Set<StructureName> {
        wholes.reduce(into: names) { all, whole in
            if names.isSuperset(of: whole.parts) { all.insert(whole.name) }
        }
    }

    /// Whether a structure consists of lung.
    public func isLung(_ name: StructureName) -> Bool { self[name]?.tissue == .lung }

    /// Whether the digest of a dataset that some structures are learnt from names a mask.
    public func isDigested(_ mask: String, learning structures: [StructureName]) -> Bool {
        structures.contains { structure in
            guard let facts = self[structure] else { return structure.rawValue == mask }
            return structure.rawValue == mask || facts.digestPrefix.map(mask.hasPrefix) ?? false
                || facts.isMadeFromParts && facts.parts.contains(StructureName(rawValue: mask))
        }
    }

    // MARK: Names

    /// The names under which imported structures are recognised.
    public var aliases: StructureAliases {
        // No two structures claim one name; that was checked when the catalogue was made.
        StructureAliases(
            claims: structures.filter { $0.order != nil || !$0.aliases.isEmpty || !$0.spellings.isEmpty }
                .map { (structure: $0.name, names: [$0.name.rawValue] + $0.spellings + $0.aliases) })
    }

    /// Why an alias must not stand for a structure, whoever wishes it: it is another's own name, or the other side's.
    public func objection(toAlias alias: String, of structure: StructureName) -> String? {
        let plain = StructureNaming.plain(alias)
        if let other = structures.first(where: { StructureNaming.plain($0.name.rawValue) == plain })?.name,
            other != structure
        {
            return "“\(alias)” is the name of \(other) and cannot stand for \(structure)"
        }
        let known = aliases.structure(named: alias)
        guard known == partner(of: structure), known != StructureName(rawValue: alias) else { return nil }
        return "“\(alias)” stands for \(known), the other side, and cannot stand for \(structure)"
    }

    /// The structure that a file's name stands for without anybody being asked: the name itself where it is wanted, one
    /// that differs in case, blanks and word order, or none.
    /// - Parameter wanted: the structures that are looked for; `nil` for those of ``known``.
    public func structure(spelled text: String, among wanted: [StructureName]? = nil) -> StructureName? {
        let wanted = wanted ?? known
        if let exact = wanted.first(where: { $0.rawValue == text }) { return exact }
        let plain = StructureNaming.plain(text)
        let spelled = structures.first { $0.spellings.contains { StructureNaming.plain($0) == plain } }?.name
        let name = spelled ?? wanted.first { StructureNaming.plain($0.rawValue) == plain }
        return name.flatMap { wanted.contains($0) ? $0 : nil }
    }

    /// Whether a text calls a structure by its name, by one of its aliases, or by its name with the side as a word, before
    /// or behind it: `kidney_left` and `Left Kidney` for `Kidney_L`. Only letters, without their case, and digits count.
    public func isName(_ text: String, of structure: StructureName) -> Bool {
        let key = StructureAliases.key(text)
        guard key != StructureAliases.key(structure.rawValue), aliases.structure(named: text) != structure else {
            return true
        }
        guard let (base, side) = StructureNaming.sided(structure.rawValue) else { return false }
        let (plain, word) = (StructureAliases.key(base), side == .left ? "left" : "right")
        return key == plain + word || key == word + plain
    }

    // MARK: Codes

    /// The code of a structure by its name, and the side that is stated beside it: those of `Kidney_L` are Kidney and
    /// left, though `Kidney_L` has no code of its own. A name of which nothing is known may have a side all the same.
    public func coding(of name: String) -> (code: StructureFacts.Code?, side: StructureFacts.Side?) {
        let facts = self[StructureName(rawValue: name)]
        if let facts, let own = facts.code { return (own, statedSide(of: facts)) }
        func code(_ name: String) -> StructureFacts.Code? { self[StructureName(rawValue: name)]?.code }
        if let sided = StructureNaming.sided(name) { return (code(sided.base), sided.side) }
        if let base = StructureNaming.singular(name), let whole = code(base) { return (whole, .both) }
        return (nil, nil)
    }

    /// The side that is stated beside the code of a structure. The sides of the heart are organs of their own, and their
    /// codes say the side; where several structures have one code, the code alone would not tell `Kidney_L` from
    /// `Kidney_R`, and the name's side is stated.
    private func statedSide(of facts: StructureFacts) -> StructureFacts.Side? {
        if let side = facts.code?.side ?? facts.side { return side }
        let isShared = structures.contains { $0.name != facts.name && $0.code?.value == facts.code?.value }
        return isShared ? StructureNaming.sided(facts.name.rawValue)?.side : nil
    }

    /// The name that a code and a side stand for; `nil` if there is none. Of several structures with one code and side
    /// it is the first by name.
    public func name(ofCode value: String, side: StructureFacts.Side?) -> String? {
        let coded = structures.filter { $0.code?.value == value }
        func first(_ side: StructureFacts.Side?) -> String? {
            coded.filter { statedSide(of: $0) == side }.map(\.name.rawValue).min()
        }
        guard let side else { return first(nil) }
        if let own = first(side) { return own }
        guard let base = first(nil) else { return nil }
        // A name that has a side already gets no second one.
        if let sided = StructureNaming.sided(base) { return sided.side == side ? base : nil }
        return StructureNaming.name(base, side)
    }

    /// What is known of a name by how it begins; `nil` for a name of no family.
    public func family(of name: String) -> StructureFamily? { families.first { $0.contains(name) } }
}
