import ArgumentParser

/// The option of the commands that read one volume of a DICOM folder.
struct VolumeOption: ParsableArguments {
    @Option(
        help:
            "Which volume to read where a series holds several (phases, kernels, time points): its number or name, as the refusal lists them."
    )
    var volume: String?
}
