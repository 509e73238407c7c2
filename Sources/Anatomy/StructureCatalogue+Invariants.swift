extension StructureCatalogue {
    /// What contradicts what among facts, as sentences that say how to mend it; `nil` if all of it is consistent.
    static func conflict(in facts: [StructureFacts]) -> String? {
        var names: [StructureName: StructureFacts] = [:]
        for one in facts {
            if names[one.name] != nil { return "\(one.name) is listed twice. Make one entry of the two." }
            names[one.name] = one
        }
        if let conflict = aliasConflict(in: facts) { return conflict }
        for one in facts {
            if let partner = one.partner {
                if partner == one.name { return "\(one.name) is its own partner. Name the other side's structure." }
                let back =
                    names[partner]?.partner ?? StructureNaming.partner(of: partner.rawValue).map(StructureName.init)
                guard back == one.name else {
                    return
                        "\(one.name) has the partner \(partner), whose partner is \(back?.rawValue ?? "nobody"). Give "
                        + "\(partner) \"partner\": \"\(one.name)\" as well."
                }
            }
            if let conflict = partConflict(of: one, names) { return conflict }
        }
        return nil
    }

    /// Two structures that one alias, or one spelling, would stand for.
    private static func aliasConflict(in facts: [StructureFacts]) -> String? {
        var owners: [String: StructureName] = [:]
        for one in facts {
            let key = StructureAliases.key(one.name.rawValue)
            guard !key.isEmpty else { return "\(one.name) has no letter or digit. Write a name that has." }
            if let other = owners.updateValue(one.name, forKey: key) {
                return "\(other) and \(one.name) differ in case or signs only. Write both alike, or another name."
            }
        }
        for one in facts {
            for alias in one.spellings + one.aliases {
                let key = StructureAliases.key(alias)
                guard !key.isEmpty else { return "\(one.name) has an alias without a letter or digit. Take it out." }
                if let other = owners[key], other != one.name {
                    return "“\(alias)” stands for \(other) and for \(one.name). Take it out of one of them."
                }
                owners[key] = one.name
            }
        }
        return nil
    }

    private static func partConflict(of one: StructureFacts, _ names: [StructureName: StructureFacts]) -> String? {
        if one.shortNameOfParts != nil, one.parts.isEmpty {
            return "\(one.name) has a short name of its parts and no parts. Name them in \"parts\"."
        }
        guard !one.parts.isEmpty else {
            return one.isMadeFromParts ? "\(one.name) is made from parts and has none. Name them in \"parts\"." : nil
        }
        if Set(one.parts).count != one.parts.count { return "\(one.name) has a part twice. Name it once." }
        for part in one.parts {
            guard let facts = names[part], part != one.name else {
                return "\(one.name) has the part \(part), which is not listed. Add an entry for \(part)."
            }
            guard !one.isMadeFromParts || !facts.isMadeFromParts else {
                return "\(one.name) is made from \(part), which is made from parts itself. Name those parts instead."
            }
        }
        return nil
    }
}
