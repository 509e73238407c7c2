import CaseStore
import Cases
import Commands
import Foundation
import Review

/// Reviews of the open case that were put aside.
extension CaseSession {
    /// Posts the list of them.
    func listPutAside() {
        withOpenCase { [self] opened in
            do {
                post(.sessionsListed(try store.putAsideSessions(of: opened.caseID).map(PutAsideReview.init)))
            } catch {
                post(.show(StatusMessage("not listed: \(WorkError(error).description)", kind: .warning)))
            }
        }
    }

    /// Goes on with one of them; the review under way is put aside.
    package func restore(_ number: Int64) {
        withOpenCase { [self] opened in
            do {
                guard let journal = opened.journal else { throw WorkError("this case is read only") }
                guard !opener.options.adjudicates, opener.options.replay == nil else {
                    throw WorkError("leave first, then: pleura sessions restore CASE \(number)")
                }
                let loaded = try journal.restore(SessionID(rawValue: number))
                post(.opened(try take(loaded, in: opened)))
            } catch {
                post(.show(StatusMessage("not restored: \(WorkError(error).description)", kind: .warning)))
            }
        }
    }

    /// Makes the case one of the restored review: it may be of another prediction.
    private func take(_ loaded: LoadedSession, in opened: OpenCase) throws -> OpenedReview {
        let (prediction, id) = (loaded.reference, loaded.session.prediction)
        var notes = Notes()
        notes.add(opened.loaded.record.warnings)
        notes.add(prediction.notes)
        notes.add(prediction.warningsOfPlausibility)
        let (replayed, damage) = try loaded.replayed()
        if let damage { notes.add("Part of the journal is damaged, \(damage.description).") }
        let listed = try listing(of: opened)
        let references = try opener.options.references(
            for: prediction, of: opened.loaded,
            added: opener.options.added(loaded.base, prediction, listed: listed, left: replayed.masks), notes: &notes)
        adopt(
            OpenCase(
                loaded: opened.loaded, caseID: opened.caseID, filed: nil, journal: opened.journal,
                references: references, referenceSource: opener.options.referenceSource, predictionID: id,
                predictions: prediction.masks,
                notes: notes.sentences))
        var left = LeftReview(loaded, replayed)
        left.listed = listed.map { Set($0.entries.map(\.name)) }
        var review = OpenedReview(
            model: prediction.model, referenceSource: opener.options.referenceSource,
            structures: opener.options.structures(
                loaded.base, prediction, references, listed: listed, left: replayed.masks),
            left: left, uncertainty: prediction.uncertainty?.sliceScores ?? [])
        review.isBlinded = opener.options.isBlinded
        review.resumesAtOnce = true
        review.warning = notes.sentences.isEmpty ? nil : notes.sentences.joined(separator: " ")
        review.notes = notes.sentences
        if !review.isBlinded {
            review.flag = try store.worklist().items.first { $0.record.id == opened.caseID }?.flag?.comment
        }
        return review
    }
}

extension PutAsideReview {
    /// A review of the store, for the screen.
    init(_ put: PutAsideSession) {
        self.init(
            number: put.session.id.rawValue, when: put.whenText, reviewer: put.session.reviewer, edits: put.edits,
            slices: put.slices)
    }
}

extension PutAsideSession {
    /// When it was put aside, to the minute, in the time of this machine.
    package var whenText: String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyy-MM-dd HH:mm"
        return format.string(from: putAsideAt)
    }
}
