import Foundation

/// The benchmarks by the names they are chosen with, in the order they run.
let benchmarks: [(name: String, about: String, run: (inout ResultTable) throws -> Void)] = [
    ("open", "a CT series, against pydicom + numpy and SimpleITK", OpenBenchmark.run),
    ("compressed", "a compressed CT series, against pydicom + pylibjpeg", CompressedBenchmark.run),
    ("scan", "a tree of 20,000 files, against pydicom", ScanBenchmark.run),
    ("export", "RTSTRUCT and SEG of both lungs", ExportBenchmark.run),
    ("preview", "the first slice of a folder, alone", PreviewBenchmark.run),
    ("frame", "drawing the review screen", FrameBenchmark.run),
    ("keys", "from a key to the screen, alone and while something is predicted", KeyBenchmark.run),
    ("case", "a case that is in the store, opened", CaseBenchmark.run),
    ("stroke", "a stroke, journalled and drawn", StrokeBenchmark.run),
    ("region", "ball brush, margin, grow and other tools of the whole volume", RegionBenchmark.run),
    ("interpolate", "shape-based interpolation of 20 slices", InterpolateBenchmark.run),
    ("prompts", "a mark answered by a network, and a correction carried on", PromptBenchmark.run),
    ("livewire", "the live-wire following the cursor", LiveWireBenchmark.run),
    ("surface", "surface Dice, against DeepMind's package and MONAI", SurfaceBenchmark.run),
    ("scaling", "surface Dice as volumes, edits and tolerances grow", ScalingBenchmark.run),
    ("segment", "the baseline segmenter", SegmentBenchmark.run),
    ("engine", "training steps and predictions, against PyTorch", EngineBenchmark.run),
    ("predict", "a network on whole series, with the memory of a long one", PredictBenchmark.run),
]

let chosen = Array(CommandLine.arguments.dropFirst())
let unknown = chosen.filter { name in !benchmarks.contains { $0.name == name } }
guard unknown.isEmpty else {
    let list = benchmarks.map { "  \($0.name) – \($0.about)" }.joined(separator: "\n")
    FileHandle.standardError.write(Data("usage: pleura-bench [NAME…]\n\(list)\n".utf8))
    exit(2)
}

var failed = false
for benchmark in benchmarks where chosen.isEmpty || chosen.contains(benchmark.name) {
    var table = ResultTable(title: "\(benchmark.name): \(benchmark.about)")
    do {
        try benchmark.run(&table)
    } catch {
        table.note("stopped: \(error)")
        failed = true
    }
    print(table.text)
}
exit(failed ? 1 : 0)
