import Cases
import Editing
import Review
import Testing
import Volumes

@Suite struct RegionCommandTests {
    @Test(
        arguments: [
            ("fill", .fill(at: nil, .slice)), ("fill 3 4 3d", .fill(at: VoxelTarget(x: 3, y: 4), .volume)),
            ("fill 3 4 5", .fill(at: VoxelTarget(x: 3, y: 4, z: 5), .slice)),
            ("fill-holes", .fillHoles(.slice)), ("fill-holes 3d", .fillHoles(.volume)),
            ("fill-holes slices", .fillHoles(.slices)), ("fill-holes 1ml slices", .fillHoles(upTo: 1, .slices)),
            ("fill-holes 0.5", .fillHoles(upTo: 0.5, .slice)),
            ("fill-holes 1ml 62-92", .fillHoles(upTo: 1, .range(61...91))), ("largest 9-7", .largest(.range(6...8))),
            ("smooth 3mm median 62–92", .smooth(.median, 3, keepingVolume: false, .range(61...91))),
            ("restore 3-4", .restore(.range(2...3))), ("margin -2mm 5-5", .margin(-2, .range(4...4))),
            ("subtract Lung_R 3-9", .combine(.subtract, .lungRight, .range(2...8))),
            ("threshold -1000 -300", .threshold(-1000...(-300), .near(10), .slice)),
            ("threshold -1000 -300 near 5mm 3d", .threshold(-1000...(-300), .near(5), .volume)),
            ("threshold 0 100 inside", .threshold(0...100, .inside, .slice)),
            ("threshold 0 100 brush", .threshold(0...100, .brush, .slice)),
            ("grow", .grow(from: nil, nil, nil)), ("grow -20 100 3d", .grow(from: nil, -20...100, .volume)),
            ("grow 1 2 3", .grow(from: VoxelTarget(x: 1, y: 2, z: 3), nil, nil)),
            ("grow 1 2 3 -20 100 slice", .grow(from: VoxelTarget(x: 1, y: 2, z: 3), -20...100, .slice)),
            ("leak-guard", .guardLeaks(radius: nil, millilitres: nil, neck: nil)),
            ("leak-guard radius 50mm volume 20ml neck off", .guardLeaks(radius: 50, millilitres: 20, neck: 0)),
            ("reach 3d", .reach(.volume)), ("margin +3mm", .margin(3, .volume)),
            ("margin -2.5 slice", .margin(-2.5, .slice)),
            ("margin −2mm", .margin(-2, .volume)),
            ("smooth 2mm", .smooth(.gaussian, 2, keepingVolume: false, .volume)),
            ("smooth 2mm median keep-volume slice", .smooth(.median, 2, keepingVolume: true, .slice)),
            ("largest", .largest(.volume)), ("islands 1ml", .removeIslands(millilitres: 1, .volume)),
            ("union Heart", .combine(.union, .heart, .volume)),
            ("subtract Heart slice", .combine(.subtract, .heart, .slice)),
            ("intersect Heart", .combine(.intersect, .heart, .volume)),
            ("copy Heart", .combine(.copy, .heart, .volume)),
            ("copy-slice above", .copySlice(.above)), ("restore", .restore(.slice)),
            ("restore slice", .restore(.slice)),
            ("restore structure", .restore(.volume)), ("merge", .merge(nil)), ("merge Lung_R", .merge(.lungRight)),
            ("split", .split(left: nil, right: nil)),
            ("split Lung_L Lung_R", .split(left: .lungLeft, right: .lungRight)),
            ("scribble inside 1 2", .scribble(inside: true, at: VoxelTarget(x: 1, y: 2))),
            ("scribble outside 1 2 3", .scribble(inside: false, at: VoxelTarget(x: 1, y: 2, z: 3))),
            ("scribble apply 3d", .applyScribbles(.volume)), ("scribble apply", .applyScribbles(nil)),
            ("scribble clear", .clearScribbles), ("scribble apply edges", .applyScribbles(nil, byEdges: true)),
            ("scribble apply slice", .applyScribbles(.slice)),
            ("scribble apply edges 3d", .applyScribbles(.volume, byEdges: true)),
            ("carry", .carry(.usual)), ("carry all", .carry(.all)), ("carry 4", .carry(.slices(4))),
            ("carry 62-92", .carry(.range(61...91))), ("carry to", .takeCarry(to: nil)),
            ("carry to 70", .takeCarry(to: 69)),
        ] as [(String, RegionAction)])
    func commandsMeanWhatTheySay(text: String, action: RegionAction) throws {
        #expect(try ReviewCommands.table.action(for: text) == .region(action))
    }

    @Test(
        arguments: [
            ("grow tool", .chooseTool(.grow)), ("scribble", .chooseTool(.scribble)),
            ("scribble inside", .chooseTool(.scribble)), ("scribble outside", .chooseTool(.scribbleOutside)),
            ("restore brush", .chooseTool(.restore)), ("only-inside Heart", .limitInside(.heart)),
            ("only-outside Heart", .limitOutside(.heart)), ("confirm", .confirm),
        ] as [(String, ReviewAction)])
    func toolsAndLimits(text: String, action: ReviewAction) throws {
        #expect(try ReviewCommands.table.action(for: text) == action)
    }

    @Test(arguments: [
        "fill 3", "fill 1 2 3 4", "threshold 5", "threshold 100 0", "threshold 0 100 near", "grow 1", "grow 1 2 3 4",
        "grow 99999 0", "leak-guard radius", "leak-guard radius 0", "leak-guard height 3", "reach up", "margin",
        "margin much", "smooth", "smooth 2mm nicely", "islands", "islands few", "union", "copy-slice", "copy-slice up",
        "restore all", "split Lung_L", "scribble sideways", "scribble inside 1", "merge a b",
        "scribble apply edge", "scribble apply edges up", "carry 0", "carry -3", "carry on", "carry all 3",
        "carry to up",
        "carry 3 4",
    ])
    func nonsenseIsAnsweredWithTheUsage(text: String) {
        #expect { try ReviewCommands.table.action(for: text) } throws: { "\($0)".contains("usage: :") }
    }
}
