import Archive
import ArgumentParser
import DicomNetwork
import Foundation
import Settings

/// The argument of the commands that speak to a DICOM node.
struct NodeArgument: ParsableArguments {
    @Argument(help: "The node, by its name in the settings ([nodes.NAME]).") var node: String

    /// The archive at the node, as the settings describe it.
    /// - Throws: ``ProgramError`` that lists the nodes there are.
    func archive() throws -> any ImageArchive {
        // A peer that leaves must not end the program.
        signal(SIGPIPE, SIG_IGN)
        let nodes = try Program.current().settings.nodes
        guard let known = nodes[node] else {
            let list =
                nodes.isEmpty ? "The settings name none" : "There are \(nodes.keys.sorted().joined(separator: ", "))"
            throw ProgramError("\(node) is not a node. \(list); see “PACS” in USAGE.md for [nodes.NAME].")
        }
        return DimseArchive(DicomNode(known, name: node))
    }
}

extension DicomNode {
    init(_ node: PacsNode, name: String) {
        let tls = node.usesTLS ? node.tlsTrusted : nil
        self.init(
            name: name, calledTitle: node.title, callingTitle: node.ourTitle, host: node.host, port: node.port,
            timeout: node.timeout,
            tls: tls.map { TLS(key: node.tlsKey, certificate: node.tlsCertificate, trusted: $0) },
            listeningPort: node.listeningPort)
    }
}
