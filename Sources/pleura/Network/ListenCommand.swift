import ArgumentParser
import DicomNetwork
import Exchange
import Files
import Foundation
import JobWork

/// Receives images by itself and makes cases of them.
struct ListenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Receive images from the network and from a folder, and make cases of them.",
        discussion: """
            Answers C-ECHO, C-STORE and storage commitment as [listen] of config.toml says. A series is complete when \
            nothing of its study came for a while, or when as many objects are there as its sender states; then the \
            first rule of rules.toml that matches says what becomes of it. Corrections leave as [deliver] and the rules say \
            (pleura deliver). Ctrl-C or SIGTERM finishes what is in hand.
            """)

    @Option(help: "The port; otherwise [listen] port, otherwise 11112; 0 for any that is free.") var port: UInt16?
    @Option(help: "Our AE title; otherwise [listen] ae_title, otherwise PLEURA.") var aeTitle: String?
    @Option(help: "Also take files that are put into this folder, and leave them there.") var watch: String?
    @Flag(help: "Do not listen to the network: --watch alone.") var noNetwork = false
    @Option(help: "How long a study must be quiet to be complete, seconds; otherwise [listen] quiet_s, otherwise 20.")
    var quiet: Int?
    @Option(help: "End when nothing came for so many seconds and all is done.") var onceQuiet: Int?
    @Option(help: "The rules; otherwise rules.toml beside config.toml.") var rules: String?
    @Flag(help: "Write a systemd unit that listens: the system's, as root; otherwise your own.") var installService =
        false
    @Flag(help: "Print that unit.") var printService = false
    @Option(help: "The account that the system's unit runs under.") var serviceUser = "pleura"
    @OptionGroup var models: ModelOptions
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        for seconds in [quiet, onceQuiet].compactMap({ $0 }) where !(1...86400).contains(seconds) {
            throw ProgramError("--quiet and --once-quiet are 1 to 86400 seconds, not \(seconds).")
        }
        if noNetwork, watch == nil { throw ProgramError("--no-network leaves nothing to do without --watch.") }
        if installService || printService { return try service() }
        let listener = StoreListener(
            try program.settings.listen.naming(aeTitle), port: port, nodes: program.settings.nodes)
        let rules = try IntakeRules(rules, usual: Program.rulesFile)
        // What is wrong with models is found now, not with every series.
        Output.note(
            try rules.checked(
                with: try ModelOptions.catalogue(home, program), nodes: program.settings.nodes))
        _ = try models.predictor(home, program)
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        let stop = StopSignal()
        let store = try home.store()
        let folder = try IntakeFolder(DataFolder(try home.folder()), for: store)
        let cache = PredictorCache()
        let intake = SeriesIntake(
            folder, into: store,
            identity: try program.identity(store: store, home: home), by: "listen", rules: rules.rules,
            predictor: { name in
                var options = models
                options.model = name ?? models.model
                return cache.reuse(try options.predictor(home, program))
            }, say: Output.note)
        let pace = IntakeService.Pace(
            quiet: TimeInterval(quiet ?? program.settings.listen.quiet), endsAfter: onceQuiet.map(TimeInterval.init))
        let delivery = try program.delivery(home, by: "listen")
        try DeliveryLoop.check(program.settings)
        let watched = try watch.map { try WatchedFolder($0) }
        let sending = DeliveryLoop(
            { try delivery.run(isAsked: false, isStopped: { stop.isSet }) }, say: Output.note,
            isStopped: { stop.isSet })
        sending.start()
        let service = IntakeService(folder, pace: pace, say: Output.note, isStopped: { stop.isSet })
        let received = Result { try service.run(noNetwork ? nil : listener, watching: watched, intake) }
        let isSent = sending.finish()
        if !(try received.get() && isSent) { throw ExitCode(ProgramError.Kind.failed.rawValue) }
    }

    private func service() throws {
        if onceQuiet != nil { throw ProgramError("A service that ends by itself is none. Leave --once-quiet away.") }
        var options = ListenUnit.Options()
        (options.port, options.quiet) = (port.map { String($0) }, quiet.map { String($0) })
        (options.aeTitle, options.watch, options.rules, options.model) = (aeTitle, watch, rules, models.model)
        (options.noNetwork, options.device, options.tta, options.mc) = (noNetwork, models.device, models.tta, models.mc)
        let unit = ListenUnit(
            home: home.location, executable: Program.executable, options: options,
            user: getuid() == 0 ? serviceUser : nil)
        if printService { return print(unit.text, terminator: "") }
        Output.lines(try unit.install())
    }
}
