import Cases
import Commands
import Editing
import Volumes

extension ReviewCommands {
    static let margins: [Command<ReviewAction>] = [
        reaching(
            "margin", "±MM \(reaches) | L ±MM R ±MM A ±MM P ±MM S ±MM I ±MM \(reaches)",
            "grow or shrink the structure by true millimetres, in all directions or in those of the patient that are named",
            otherwise: .volume
        ) { args, reach throws(CommandError) in
            if args.words.count == 1 { return .margin(Millimetres(try args.number(0, unit: "mm")), reach) }
            return .directionalMargin(try args.directionalMargin(), reach)
        }
    ]

    static let expressions: [Command<ReviewAction>] = [
        .init(
            name: "set", arguments: "NAME = EXPRESSION \(reaches)",
            summary:
                "make a structure what an expression comes to: + or | adds, - subtracts, & intersects; a length belongs to "
                + "what is right before it: PTV = GTV + 5mm - SpinalCord + 3mm",
            group: .structures
        ) { args throws(CommandError) in
            var text = args.text
            var reach = RegionReach.volume
            while text.last?.isWhitespace == true { text.removeLast() }
            // A name in quotation marks is a name.
            if let last = args.words.last, args.words.count > 1, text.hasSuffix(last), let named = RegionReach(last) {
                reach = named
                text.removeLast(last.count)
            }
            guard args.words.count > 1 else { throw args.wrong }
            let said = try ExpressionText(text)
            return .region(.set(said.target, said.expression, reach))
        }
    ]
}

extension CommandArguments {
    /// Lengths by direction, `L 5mm SI -3`: all outwards or all inwards.
    fileprivate func directionalMargin() throws(CommandError) -> DirectionalMargin {
        guard words.count >= 2, words.count % 2 == 0 else { throw wrong }
        var lengths: [DirectionalMargin.Direction: Millimetres] = [:]
        var (grows, shrinks) = (false, false)
        for i in stride(from: 0, to: words.count, by: 2) {
            let length = try number(i + 1, unit: "mm")
            guard abs(length) <= 50 else { throw CommandError("a margin must be −50 to 50 mm, not \(words[i + 1])") }
            grows = grows || length > 0
            shrinks = shrinks || length < 0
            for letter in words[i] {
                guard let direction = DirectionalMargin.Direction(rawValue: letter) else {
                    throw CommandError("\(words[i]) is no direction of L, R, A, P, S, I; \(wrong.description)")
                }
                guard lengths.updateValue(Millimetres(abs(length)), forKey: direction) == nil else {
                    throw CommandError("\(letter) is there twice; \(wrong.description)")
                }
            }
        }
        guard !(grows && shrinks) else {
            throw CommandError("a margin grows or shrinks; do one after the other")
        }
        guard grows || shrinks else { throw CommandError("a margin of 0 mm changes nothing; \(wrong.description)") }
        return DirectionalMargin(lengths, shrinks: shrinks)
    }
}
