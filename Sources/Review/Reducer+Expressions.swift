import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// Moves the active structure's surface by lengths that depend on the patient's direction.
    mutating func changeMargin(_ margin: DirectionalMargin, _ reach: RegionReach) -> [ReviewEffect] {
        let sign = margin.shrinks ? "−" : "+"
        return operate(.directionalMargin(margin), "margin \(sign)(\(margin.lengthsText))", reach)
    }

    /// Makes a structure what an expression of structures comes to.
    mutating func set(
        _ name: StructureName, to expression: MaskExpression<StructureName>, _ reach: RegionReach
    ) -> [ReviewEffect] {
        let ended = endStroke()
        guard let target = structures.firstIndex(where: { $0.name == name }) else {
            let warned = unknown(name)
            if !context.contains(where: { $0.name == name }) { message?.text += "; :add \(name) makes it one" }
            return ended + warned
        }
        do throws(MissingStructure) {
            let masks = try expression.map { (leaf) throws(MissingStructure) -> Mask in
                guard let structure = structures.first(where: { $0.name == leaf }) else {
                    throw MissingStructure(name: leaf)
                }
                return structure.mask
            }
            return ended + operate(.set(masks), StepName.set(to: expression.description), reach, on: [target])
        } catch {
            let warned = unknown(error.name)
            if error.name.rawValue.contains(where: { "+-−|&,".contains($0) }) {
                message?.text += "; signs between structures have spaces around them"
            }
            return ended + warned
        }
    }
}

/// A structure that an expression names and the case has not.
private struct MissingStructure: Error {
    let name: StructureName
}
