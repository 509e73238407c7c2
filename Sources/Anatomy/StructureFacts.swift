/// What is known of one structure. Every fact may be missing: nothing is assumed of a structure that has none.
public struct StructureFacts: Hashable, Sendable {
    /// A code of SNOMED CT (PS3.16 CID 4030 ff., Annex L).
    public struct Code: Hashable, Sendable {
        /// The code's digits.
        public let value: String
        /// What it means, in the words of the standard.
        public let meaning: String
        /// The side that is stated beside it; `nil` where the code has none or says it itself.
        public let side: Side?

        /// A code from its parts.
        public init(value: String, meaning: String, side: Side? = nil) {
            self.value = value
            self.meaning = meaning
            self.side = side
        }
    }

    /// The patient's side.
    public enum Side: String, Hashable, Sendable, CaseIterable {
        /// The patient's left.
        case left
        /// The patient's right.
        case right
        /// Left and right together.
        case both
    }

    /// What a structure consists of, where something depends on it.
    public enum Tissue: String, Hashable, Sendable, CaseIterable {
        /// Lung, which is full of air in health: disease that is denser can be painted into it, and a chest without
        /// any is mostly no chest in HU.
        case lung
    }

    /// The window of CT numbers in which a structure is contoured.
    public enum Window: String, Hashable, Sendable, CaseIterable {
        /// Soft tissue.
        case soft
        /// Lung, and what else is air.
        case lung
        /// Liver.
        case liver
        /// Bone.
        case bone
        /// Brain.
        case brain
    }

    /// A range of which either end may be open.
    public struct Bounds: Hashable, Sendable {
        /// The least value that is plausible; `nil` for any.
        public let least: Double?
        /// The greatest value that is plausible; `nil` for any.
        public let greatest: Double?

        /// A range from its ends.
        public init(least: Double?, greatest: Double?) {
            self.least = least
            self.greatest = greatest
        }

        /// Whether a value lies within.
        public func contains(_ value: Double) -> Bool {
            least.map { value >= $0 } ?? true && greatest.map { value <= $0 } ?? true
        }
    }

    /// Its name.
    public let name: StructureName
    /// Its place in lists. Structures with a place are those that a dataset takes without being asked; all others stand
    /// behind them by name.
    public internal(set) var order: Int?
    /// Other ways of writing the name, which a dataset takes for it without a word.
    public internal(set) var spellings: [String] = []
    /// Other programs' and languages' names, under which imported structures are recognised and the user is told.
    public internal(set) var aliases: [String] = []
    /// Its code. A name with a side has that of the name without it (``StructureCatalogue/coding(of:)``).
    public internal(set) var code: Code?
    /// The side it lies on, where its name does not say so.
    public internal(set) var side: Side?
    /// The same structure of the other side, where the name does not say so.
    public internal(set) var partner: StructureName?
    /// What it consists of.
    public internal(set) var tissue: Tissue?
    /// The window that suits it; `nil` for soft tissue.
    public internal(set) var window: Window?
    /// Whether it is an organ: a voxel is of one organ only, and an organ without a voxel is suspicious.
    public internal(set) var isOrgan = false
    /// How many pieces it has in one body.
    public internal(set) var pieces: Int?
    /// What it is the whole of; a part excludes nothing of its whole.
    public internal(set) var parts: [StructureName] = []
    /// Whether it is the union of its parts wherever all of them are there and it is not, and is measured with them.
    public internal(set) var isMadeFromParts = false
    /// What narrow lists write for all its parts together.
    public internal(set) var shortNameOfParts: String?
    /// Masks whose names begin like this are named by the digest of a dataset that this structure is learnt from.
    public internal(set) var digestPrefix: String?
    /// The volumes that a dataset is believed, ml.
    public internal(set) var plausibleMillilitres: Bounds?
    /// The median values that a dataset is believed, HU.
    public internal(set) var plausibleMedianHU: Bounds?
    /// The greatest volume that a prediction is believed, ml.
    public internal(set) var largestPredictedMillilitres: Double?
    /// The tolerance of its surface Dice where the user set none for it, mm, 0…50.
    public internal(set) var toleranceMillimetres: Double?
    /// Its colour in themes that have none for it, `#rrggbb`.
    public internal(set) var colour: String?

    init(name: StructureName) { self.name = name }
}
