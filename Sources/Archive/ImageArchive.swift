import Cases
import Foundation

/// An archive of images and of what is drawn on them: whom studies are pulled from and masks are pushed to, whatever it
/// speaks. The program's is a DICOM node (``DimseArchive``).
///
/// Calls block. What an archive says is not to be trusted: it may list what it does not send, send what it was not asked
/// for, and send the same twice.
package protocol ImageArchive: Sendable {
    /// What people call it.
    var name: String { get }

    /// Asks whether it is there and takes calls from us.
    /// - Throws: ``ArchiveError``.
    func echo() throws

    /// What it has that matches, in its own order.
    /// - Throws: ``ArchiveError``.
    func find(_ query: ArchiveQuery) throws -> [ArchiveMatch]

    /// Fetches a series, or some of its instances. Each is written whole, as `<SOPInstanceUID>.dcm`; what came before an
    /// error stays.
    /// - Parameters:
    ///   - instances: which; empty for all.
    ///   - folder: where to; must be there.
    ///   - stored: told the UID of each instance that is on the disk.
    ///   - remark: told why less came than was asked for, as far as the archive says so: a clause about it.
    /// - Throws: ``ArchiveError``. That less came than was asked for is no error.
    func fetch(
        study: String, series: String, instances: [String], to folder: URL, stored: @escaping (String) -> Void,
        remark: @escaping (String) -> Void
    ) throws

    /// Sends files, in order, as they are encoded.
    /// - Returns: what it said of each; a status that is not 0 is a warning.
    /// - Throws: ``ArchiveError`` at the first that it does not keep.
    func store(_ files: [URL]) throws -> [ArchivedObject]

    /// Asks it to vouch for objects it was sent, and waits for its report.
    /// - Parameter patience: how long, seconds; 1…3600.
    /// - Returns: what the report says of each object it names.
    /// - Throws: ``ArchiveError``: `notOffered` by one that never vouches, `timedOut` without a report.
    func commit(_ objects: [ArchivedObject], patience: Int) throws -> [ArchivedObject]
}

/// What is looked for in an archive; empty texts match anything.
package struct ArchiveQuery: Hashable, Sendable {
    /// What matches are.
    package enum Level: Hashable, Sendable {
        /// Studies.
        case study
        /// Series of a study.
        case series
        /// Instances of a series.
        case image
    }

    /// What matches are.
    package var level: Level
    /// StudyInstanceUID.
    package var studyUID = ""
    /// SeriesInstanceUID.
    package var seriesUID = ""
    /// AccessionNumber.
    package var accession = ""
    /// PatientID.
    package var patientID = ""
    /// `YYYYMMDD` or a range `YYYYMMDD-YYYYMMDD`.
    package var date = ""

    /// A query for everything of a level.
    package init(_ level: Level) { self.level = level }
}

/// Something that an archive has; empty where it says nothing. Never holds who the patient is.
package struct ArchiveMatch: Hashable, Sendable {
    /// StudyInstanceUID.
    package var studyUID = ""
    /// `YYYYMMDD`.
    package var studyDate = ""
    /// What the study is called.
    package var studyDescription = ""
    /// SeriesInstanceUID.
    package var seriesUID = ""
    /// What the series is called.
    package var seriesDescription = ""
    /// `CT` and the like.
    package var modality = ""
    /// Of the instance.
    package var sopClassUID = ""
    /// Of the instance.
    package var sopInstanceUID = ""
    /// How many instances a series has, where the archive says so.
    package var instanceCount: Int?

    /// A match that says nothing yet.
    package init() {}
}

/// What an archive says of an object it was sent.
package struct ArchivedObject: Hashable, Sendable {
    /// SOPClassUID.
    package var sopClassUID: String
    /// SOPInstanceUID.
    package var sopInstanceUID: String
    /// The status, or the reason why it is not vouched for; 0 is success.
    package var status: UInt16

    /// An object from its parts.
    package init(sopClassUID: String, sopInstanceUID: String, status: UInt16 = 0) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.status = status
    }
}

/// Why an archive could not be asked, or did not do what it was asked: who, why, and how to mend it. Holds nothing of a
/// patient.
package struct ArchiveError: ExplainedError, Hashable, Sendable {
    /// What kind of trouble, as far as it makes a difference.
    package enum Kind: Hashable, Sendable {
        /// It does not offer the service.
        case notOffered
        /// It did not answer in time.
        case timedOut
        /// Anything else.
        case failed
    }

    /// What kind of trouble.
    package let kind: Kind
    /// One or two sentences for the user.
    package let description: String

    /// Always: nothing that the user gave is to blame.
    package var isFailure: Bool { true }

    /// An error from its parts.
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
