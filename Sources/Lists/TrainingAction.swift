import Cases
import Commands

/// What the user wants of the queue and the models.
public enum TrainingAction: ListScreenAction {
    /// What every list is asked for.
    case list(ListAction)
    /// Shows another page.
    case show(TrainingPage)
    /// Goes on from the chosen line: a job's or a model's replay, a replayed case's review.
    case open
    /// Shows what would be trained on now, with the offer to queue it: for a model by its name, or for the one in use
    /// that segments.
    case plan(model: String?)
    /// Cancels the chosen job; asks once.
    case cancelJob
    /// Queues the chosen job again.
    case retryJob
    /// Starts a process that works on the queue.
    case startWorker
    /// Puts the chosen version in use; one that the gate kept back needs a reason, and is asked for it.
    case promote(reason: String?)
    /// The same by a single key, which may have been pressed by mistake: asks in any case.
    case askToPromote
    /// Goes back to the version before; asks once.
    case rollback
    /// The answer to a question.
    case answer(Bool)
    /// Reads the lists anew.
    case reload
    /// Goes to the worklist.
    case showWorklist
    /// Goes back to where one came from.
    case back
    /// An action behind a number.
    indirect case counted(Int, TrainingAction)
}

/// What the program reports to the queue and the models.
public enum TrainingUpdate: Hashable, Sendable {
    /// The lists as they are now.
    case arrived(TrainingLists)
    /// What would be trained on was found out.
    case planned(QueuePlan)
    /// Something to say.
    case say(StatusMessage)
    /// The question has been on the screen, and what was typed until then was thrown away.
    case questionShown
}

/// What the queue and the models want done outside.
public enum TrainingEffect: ListScreenEffect, Hashable, Sendable {
    /// Read the lists anew.
    case reload
    /// Find out what would be trained on, for a model by its name or for the one in use that segments.
    case plan(model: String?)
    /// Queue a job over the corrections that were shown.
    case queue(model: ModelName, corrections: [CorrectionKey])
    /// Cancel a job.
    case cancel(job: Int64)
    /// Queue a job again.
    case retry(job: Int64)
    /// Start a process that works on the queue.
    case startWorker
    /// Put a version in use.
    case promote(ModelName, reason: String?)
    /// Go back to the version before.
    case rollback(base: String)
    /// Open what was predicted for a corrected case, old and new, on the slice where the new one is worst.
    case openReplay(ReplayReport.Case, structure: StructureName, before: ModelName, after: ModelName)
    /// Keep a line that was typed.
    case rememberCommand(String)
    /// Go to the worklist.
    case showWorklist
    /// Go back to where one came from.
    case back
}
