import CDcmtk

/// Speaks to a node by DIMSE (PS3.4, PS3.7): one association a call. Calls block; none waits longer than the node's
/// timeout for anything the node owes.
public struct DicomPeer: Sendable {
    /// Whom it speaks to.
    public let node: DicomNode

    /// A peer at a node.
    public init(_ node: DicomNode) { self.node = node }

    /// Asks whether the node is there and takes associations from us (C-ECHO).
    /// - Throws: ``DicomNetworkError``.
    public func echo() throws(DicomNetworkError) {
        try call { cd_net_echo($0, $1) }
    }

    /// What is looked for; empty texts match anything.
    public struct Query: Hashable, Sendable {
        /// The levels of the study root model (PS3.4 C.6.2).
        public enum Level: String, Sendable { case study = "STUDY", series = "SERIES", image = "IMAGE" }

        /// The level of the matches.
        public var level: Level
        /// StudyInstanceUID, SeriesInstanceUID, AccessionNumber, PatientID.
        public var studyUID = "", seriesUID = "", accession = "", patientID = ""
        /// `YYYYMMDD` or a range `YYYYMMDD-YYYYMMDD`.
        public var date = ""
        /// Modality, of studies one they contain.
        public var modality = ""

        /// A query for everything of a level.
        public init(_ level: Level) { self.level = level }
    }

    /// A match; empty where the node says nothing. Never holds who the patient is.
    public struct Match: Hashable, Sendable {
        /// Of the study.
        public var studyUID, studyDate, studyDescription: String
        /// Of the series.
        public var seriesUID, seriesDescription, modality: String
        /// Of the instance.
        public var sopClassUID, sopInstanceUID: String
        /// How many instances a series has, where the node says so.
        public var instanceCount: Int?
    }

    /// Searches (C-FIND), in the node's order.
    /// - Throws: ``DicomNetworkError``.
    public func find(_ query: Query) throws(DicomNetworkError) -> [Match] {
        let found = Box<[Match]>([])
        let texts = [
            query.level.rawValue, query.studyUID, query.seriesUID, query.accession, query.patientID, query.date,
            query.modality,
        ]
        try call { node, message in
            withCStrings(texts) { texts in
                var raw = cd_query(
                    level: texts[0], study: texts[1], series: texts[2], accession: texts[3], patient_id: texts[4],
                    study_date: texts[5], modality: texts[6])
                let visit: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cd_match>?) -> Void = { box, match in
                    guard let match = match?.pointee else { return }
                    Box<[Match]>.at(box)?.value.append(Match(match))
                }
                return cd_net_find(node, &raw, found.pointer, visit, message)
            }
        }
        return found.value
    }

    /// Fetches a series, or some of its instances (C-GET). Each instance is written whole, as `<SOPInstanceUID>.dcm`;
    /// what came before an error stays.
    /// - Parameters:
    ///   - instances: which; empty for all.
    ///   - folder: where to; must be there.
    ///   - stored: told the UID of each instance that is on the disk.
    ///   - remark: told why less came than was asked for, as far as the node says so: a clause about the node.
    /// - Returns: the UIDs of what came; a node may send less than it was asked for.
    /// - Throws: ``DicomNetworkError``.
    @discardableResult
    public func get(
        study: String, series: String, instances: [String] = [], to folder: String, stored: ((String) -> Void)? = nil,
        remark: ((String) -> Void)? = nil
    ) throws(DicomNetworkError) -> Set<String> {
        let came = Box(Arrivals(uids: [], stored: stored))
        try call { node, message in
            withCStrings([study, series, folder] + instances) { texts in
                let visit: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void = { box, uid in
                    guard let uid, let arrivals = Box<Arrivals>.at(box) else { return }
                    let text = String(cString: uid)
                    arrivals.value.uids.insert(text)
                    arrivals.value.stored?(text)
                }
                return Array(texts.dropFirst(3)).withUnsafeBufferPointer { list in
                    let status = cd_net_get(
                        node, texts[0], texts[1], list.baseAddress, list.count, texts[2], came.pointer, visit, message)
                    if status == CD_NET_OK, message[0] != 0 { remark?(String(cString: message)) }
                    return status
                }
            }
        }
        return came.value.uids
    }

    private struct Arrivals {
        var uids: Set<String>
        let stored: ((String) -> Void)?
    }

    /// What the node said of an object.
    public struct Outcome: Hashable, Sendable {
        /// What it is.
        public let sopClassUID, sopInstanceUID: String
        /// The status, or the reason of a failed commitment; 0 is success.
        public let status: UInt16

        /// An outcome from its parts.
        public init(sopClassUID: String, sopInstanceUID: String, status: UInt16 = 0) {
            self.sopClassUID = sopClassUID
            self.sopInstanceUID = sopInstanceUID
            self.status = status
        }
    }

    /// Sends files (C-STORE), in order, as they are encoded. All are read before the first is sent.
    /// - Returns: what the node said of each; a status that is not 0 is a warning.
    /// - Throws: ``DicomNetworkError`` at the first that the node does not keep.
    public func store(_ files: [String]) throws(DicomNetworkError) -> [Outcome] {
        let said = Box<[Outcome]>([])
        try call { node, message in
            withCStrings(files) { files in
                files.withUnsafeBufferPointer {
                    cd_net_store(node, $0.baseAddress, $0.count, said.pointer, Self.note, message)
                }
            }
        }
        return said.value
    }

    /// Asks the node to vouch for objects it was sent (storage commitment, N-ACTION) and waits for its report.
    /// - Parameter patience: how long, seconds.
    /// - Returns: what the report says of each object it names.
    /// - Throws: ``DicomNetworkError``: `notOffered` by a node without this service, `timedOut` without a report.
    public func commit(_ objects: [Outcome], patience: Int) throws(DicomNetworkError) -> [Outcome] {
        let said = Box<[Outcome]>([])
        let port = node.listeningPort ?? 0
        try call { node, message in
            withCStrings(objects.flatMap { [$0.sopClassUID, $0.sopInstanceUID] }) { texts in
                let raw = objects.indices.map {
                    cd_net_outcome(sop_class: texts[2 * $0], instance: texts[2 * $0 + 1], status: 0)
                }
                return cd_net_commit(node, port, Int32(patience), raw, raw.count, said.pointer, Self.note, message)
            }
        }
        return said.value
    }

    private static let note: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cd_net_outcome>?) -> Void = {
        guard let raw = $1?.pointee else { return }
        Box<[Outcome]>.at($0)?.value.append(
            Outcome(
                sopClassUID: String(cString: raw.sop_class), sopInstanceUID: String(cString: raw.instance),
                status: raw.status))
    }

    /// Calls with the node as C has it.
    func call(
        _ body: (UnsafePointer<cd_node>, UnsafeMutablePointer<CChar>) -> cd_net_status
    ) throws(DicomNetworkError) {
        for title in [node.calledTitle, node.callingTitle] where !(1...16).contains(title.utf8.count) {
            throw DicomNetworkError(.local, node: node.name, "an AE title has 1 to 16 characters")
        }
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        let status = withCStrings(node.texts) { texts in
            var raw = node.raw(texts)
            return body(&raw, &message)
        }
        guard status == CD_NET_OK else { throw DicomNetworkError(status, node: node.name, message) }
    }
}

extension DicomPeer.Match {
    init(_ raw: cd_match) {
        func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        self.init(
            studyUID: text(raw.study), studyDate: text(raw.study_date), studyDescription: text(raw.study_description),
            seriesUID: text(raw.series), seriesDescription: text(raw.series_description),
            modality: text(raw.modality), sopClassUID: text(raw.sop_class), sopInstanceUID: text(raw.instance),
            instanceCount: raw.instances < 0 ? nil : Int(raw.instances))
    }
}

/// A value that a C function's visitor can reach through a pointer, during the call.
final class Box<Value> {
    var value: Value

    init(_ value: Value) { self.value = value }

    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func at(_ pointer: UnsafeMutableRawPointer?) -> Box? {
        pointer.map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Texts as C has them, during the call.
func withCStrings<R>(_ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
    let bytes = texts.flatMap { $0.utf8CString }
    return bytes.withUnsafeBufferPointer { buffer in
        var pointers: [UnsafePointer<CChar>?] = []
        var at = 0
        for text in texts {
            pointers.append(buffer.baseAddress.map { $0 + at })
            at += text.utf8.count + 1
        }
        return body(pointers)
    }
}
