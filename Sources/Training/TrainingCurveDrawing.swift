import Foundation

extension TrainingCurve {
    /// As a picture: losses on the left scale, surface Dice at 2 mm on the right one.
    /// - Parameters:
    ///   - title: what stands above; characters that mean something in XML are replaced.
    ///   - epochs: how many epochs the axis is to hold at least.
    public func svg(title: String, epochs: Int) -> String {
        let plot = Plot(epochs: max(epochs, points.last?.epoch ?? 1, 2), top: max(1, losses.max() ?? 1))
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 400\" font-family=\"sans-serif\" "
                + "font-size=\"12\">",
            "<rect width=\"720\" height=\"400\" fill=\"#ffffff\"/>",
            Plot.text(360, 24, Self.escaped(title), anchor: "middle", size: 15),
        ]
        lines += plot.axes
        lines.append(plot.line(points.map { ($0.epoch, $0.trainingLoss / plot.top) }, "#1f77b4"))
        lines.append(
            plot.line(
                points.compactMap { point in point.validationLoss.map { (point.epoch, $0 / plot.top) } }, "#d95f02"))
        lines.append(
            plot.line(points.compactMap { point in point.surfaceDice.map { (point.epoch, $0) } }, "#2a8a4a"))
        let names = [
            ("training loss", "#1f77b4"), ("validation loss", "#d95f02"), ("surface Dice at 2 mm", "#2a8a4a"),
        ]
        for (index, (name, colour)) in names.enumerated() {
            let x = 150 + 160 * Double(index)
            lines.append("<path d=\"M\(x) 44h22\" stroke=\"\(colour)\" stroke-width=\"3\"/>")
            lines.append(Plot.text(x + 28, 48, name))
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private var losses: [Double] { points.flatMap { [$0.trainingLoss, $0.validationLoss ?? 0] }.filter(\.isFinite) }

    private static func escaped(_ text: String) -> String {
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")].reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
    }
}

/// Where things lie on the picture.
private struct Plot {
    let epochs: Int
    /// The loss at the top of the left scale.
    let top: Double
    private let left = 60.0
    private let right = 660.0
    private let low = 350.0
    private let high = 64.0

    init(epochs: Int, top: Double) {
        self.epochs = epochs
        self.top = top
    }

    var axes: [String] {
        var lines: [String] = []
        for step in 0...5 {
            let share = Double(step) / 5
            let y = low - (low - high) * share
            lines.append("<path d=\"M\(left) \(y)H\(right)\" stroke=\"#dddddd\"/>")
            lines.append(Self.text(left - 8, y + 4, Self.short(share * top), anchor: "end"))
            lines.append(Self.text(right + 8, y + 4, Self.short(share)))
        }
        let every = max(1, (epochs + 9) / 10)
        for epoch in stride(from: every, through: epochs, by: every) {
            lines.append(Self.text(x(epoch), low + 18, "\(epoch)", anchor: "middle"))
        }
        lines.append(Self.text(360, 390, "epoch", anchor: "middle"))
        return lines
    }

    /// A line through points of an epoch and a height from 0 to 1; what is no number is left out.
    func line(_ points: [(epoch: Int, height: Double)], _ colour: String) -> String {
        let known = points.filter { $0.height.isFinite }
        guard !known.isEmpty else { return "" }
        let path = known.map { "\(Self.short(x($0.epoch))),\(Self.short(low - (low - high) * $0.height))" }
        let dots = known.map {
            "<circle cx=\"\(Self.short(x($0.epoch)))\" cy=\"\(Self.short(low - (low - high) * $0.height))\" r=\"2.5\" "
                + "fill=\"\(colour)\"/>"
        }
        return
            ([
                "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\""
                    + path.joined(separator: " ") + "\"/>"
            ] + dots).joined(separator: "\n")
    }

    private func x(_ epoch: Int) -> Double { left + (right - left) * Double(epoch - 1) / Double(epochs - 1) }

    static func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Int = 12) -> String {
        "<text x=\"\(short(x))\" y=\"\(short(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\">\(text)</text>"
    }

    /// Two decimals at most.
    static func short(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}
