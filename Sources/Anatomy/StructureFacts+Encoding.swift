extension StructureFacts: Encodable {
    private enum Key: String, CodingKey {
        case name, order, spellings, aliases, code, side, partner, tissue, window, organ, pieces, parts, colour
        case madeFromParts = "made_from_parts"
        case partsShort = "parts_short"
        case digestPrefix = "digest_prefix"
        case plausibleMillilitres = "plausible_ml"
        case plausibleMedianHU = "plausible_median_hu"
        case largestPredictedMillilitres = "largest_predicted_ml"
        case toleranceMillimetres = "tolerance_mm"
    }

    private enum CodeKey: String, CodingKey { case value, meaning, side }

    /// As a file of structures has it: what is not known is left out.
    public func encode(to encoder: any Encoder) throws {
        var entry = encoder.container(keyedBy: Key.self)
        try entry.encode(name.rawValue, forKey: .name)
        try entry.encodeIfPresent(order, forKey: .order)
        if !spellings.isEmpty { try entry.encode(spellings, forKey: .spellings) }
        if !aliases.isEmpty { try entry.encode(aliases, forKey: .aliases) }
        if let code {
            var object = entry.nestedContainer(keyedBy: CodeKey.self, forKey: .code)
            try object.encode(code.value, forKey: .value)
            try object.encode(code.meaning, forKey: .meaning)
            try object.encodeIfPresent(code.side?.rawValue, forKey: .side)
        }
        try entry.encodeIfPresent(side?.rawValue, forKey: .side)
        try entry.encodeIfPresent(partner?.rawValue, forKey: .partner)
        try entry.encodeIfPresent(tissue?.rawValue, forKey: .tissue)
        try entry.encodeIfPresent(window?.rawValue, forKey: .window)
        if isOrgan { try entry.encode(true, forKey: .organ) }
        try entry.encodeIfPresent(pieces, forKey: .pieces)
        if !parts.isEmpty { try entry.encode(parts.map(\.rawValue), forKey: .parts) }
        if isMadeFromParts { try entry.encode(true, forKey: .madeFromParts) }
        try entry.encodeIfPresent(shortNameOfParts, forKey: .partsShort)
        try entry.encodeIfPresent(digestPrefix, forKey: .digestPrefix)
        try entry.encodeIfPresent(plausibleMillilitres.map { [$0.least, $0.greatest] }, forKey: .plausibleMillilitres)
        try entry.encodeIfPresent(plausibleMedianHU.map { [$0.least, $0.greatest] }, forKey: .plausibleMedianHU)
        try entry.encodeIfPresent(largestPredictedMillilitres, forKey: .largestPredictedMillilitres)
        try entry.encodeIfPresent(toleranceMillimetres, forKey: .toleranceMillimetres)
        try entry.encodeIfPresent(colour, forKey: .colour)
    }
}
