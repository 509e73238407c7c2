import Foundation

extension EffortStatistics {
    /// Four small charts over the corrections in the order of their filing; where another model proposes, a thin line
    /// says so.
    package var svg: String {
        let (width, height, left, top) = (860.0, 130.0, 64.0, 30.0)
        let series: [(title: String, values: [Double?], digits: Int)] = [
            ("added path length, mm", corrections.map(\.addedPathLength), 0),
            ("slices corrected", corrections.map { Double($0.slices) }, 0),
            ("active minutes", corrections.map(\.minutes), 1),
            ("surface Dice of the prediction", corrections.map(\.surfaceDice.value), 3),
        ]
        let total = top + Double(series.count) * (height + 44) + 20
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 \(Int(total))" font-family="sans-serif" \
            font-size="12">
            <rect width="940" height="\(Int(total))" fill="#ffffff"/>

            """
        func x(_ index: Int) -> Double {
            left + width * (corrections.count < 2 ? 0.5 : Double(index) / Double(corrections.count - 1))
        }
        func number(_ value: Double) -> String { String(format: "%.1f", value) }
        for (row, each) in series.enumerated() {
            let y0 = top + Double(row) * (height + 44)
            let known = each.values.compactMap { $0 }
            let (low, high) = each.digits == 3 ? (min(known.min() ?? 0, 0.9), 1.0) : (0, max(known.max() ?? 1, 1e-6))
            func y(_ value: Double) -> Double { y0 + height * (1 - (value - low) / max(high - low, 1e-9)) }
            text += "<text x=\"\(number(left))\" y=\"\(number(y0 - 8))\" fill=\"#222222\">\(each.title)</text>\n"
            text += "<path d=\"M\(number(left)) \(number(y0))V\(number(y0 + height))H\(number(left + width))\" "
            text += "fill=\"none\" stroke=\"#999999\"/>\n"
            for value in [low, high] {
                text += "<text x=\"\(number(left - 6))\" y=\"\(number(y(value) + 4))\" text-anchor=\"end\" "
                text += "fill=\"#555555\">\(String(format: "%.\(each.digits)f", value))</text>\n"
            }
            for index in corrections.indices.dropFirst() where corrections[index].model != corrections[index - 1].model
            {
                let at = number((x(index) + x(index - 1)) / 2)
                text +=
                    "<path d=\"M\(at) \(number(y0))v\(number(height))\" stroke=\"#bbbbbb\" stroke-dasharray=\"4 3\"/>\n"
                if row == 0 {
                    text += "<text x=\"\(at)\" y=\"\(number(y0 - 8))\" fill=\"#555555\">"
                    text += "\(Self.escaped(corrections[index].model))</text>\n"
                }
            }
            for (index, value) in each.values.enumerated() {
                guard let value else { continue }
                text += "<circle cx=\"\(number(x(index)))\" cy=\"\(number(y(value)))\" r=\"3\" fill=\"#1f6fb4\"/>\n"
            }
        }
        return text + "</svg>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    }
}
