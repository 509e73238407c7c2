import Archive
import ArgumentParser
import Exchange
import Foundation

/// The argument of the commands that speak to a DICOM node.
struct NodeArgument: ParsableArguments {
    @Argument(help: "The node, by its name in the settings ([nodes.NAME]).") var node: String

    /// The archive at the node, as the settings describe it.
    /// - Parameter moves: whether images are fetched by C-MOVE, whatever they say.
    func archive(moves: Bool = false) throws -> any ImageArchive {
        // A peer that leaves must not end the program.
        signal(SIGPIPE, SIG_IGN)
        return try DimseArchive(node, of: try Program.current().settings, moves: moves)
    }
}
