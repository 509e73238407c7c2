import Archive
import CaseStore
import CaseWork
import DicomNetwork
import Files
import Foundation
import Settings

extension DimseArchive {
    /// The archive that the settings describe under a name.
    /// - Parameter moves: whether images are fetched by C-MOVE, whatever the settings say.
    /// - Throws: ``WorkError`` that lists the nodes there are.
    package init(_ name: String, of settings: UserSettings, moves: Bool = false) throws(WorkError) {
        let nodes = settings.nodes
        guard let known = nodes[name] else {
            let list =
                nodes.isEmpty ? "The settings name none" : "There are \(nodes.keys.sorted().joined(separator: ", "))"
            throw WorkError("\(name) is not a node. \(list); see “PACS” in USAGE.md for [nodes.NAME].")
        }
        var node = DicomNode(known, name: name)
        if moves { node.retrieval = .move }
        self.init(node)
    }
}

extension DicomNode {
    /// A node as the settings describe it.
    init(_ node: PacsNode, name: String) {
        let tls = node.usesTLS ? node.tlsTrusted : nil
        self.init(
            name: name, calledTitle: node.title, callingTitle: node.ourTitle, host: node.host, port: node.port,
            timeout: node.timeout,
            tls: tls.map { TLS(key: node.tlsKey, certificate: node.tlsCertificate, trusted: $0) },
            listeningPort: node.listeningPort, retrieval: node.isAskedToMove ? .move : .get,
            sendingTitle: node.sendingTitle)
    }
}

extension CorrectionDelivery {
    /// A delivery as the settings describe it.
    package init(
        from store: any CaseStoring, home: URL, conventions: StructureConventions, by settings: UserSettings,
        actor: String
    ) {
        self.init(
            from: store, data: DataFolder(home), conventions: conventions, by: settings.deliver, actor: actor,
            archive: { try DimseArchive($0, of: settings) })
    }
}

extension StoreListener {
    /// A listener as the settings describe it.
    /// - Parameters:
    ///   - port: another port than theirs.
    ///   - nodes: those that are called back to report on a storage commitment.
    package init(_ settings: ListenSettings, port: UInt16?, nodes: [String: PacsNode]) {
        self.init()
        reporters = nodes.sorted { $0.key < $1.key }.map { DicomNode($0.value, name: $0.key) }
        (address, title, callers) = (settings.address, settings.title, settings.callers)
        self.port = port ?? settings.port
        (timeout, mostAssociations) = (settings.timeout, settings.mostAssociations)
        largestObject = settings.largestObject
        if settings.usesTLS, let key = settings.tlsKey, let certificate = settings.tlsCertificate {
            tls = Security(key: key, certificate: certificate, trusted: settings.tlsTrusted)
        }
    }
}
