import CaseStore
import Foundation
import JobWork

extension TrainingNews {
    /// What the screens show of a data folder, with the models and the settings as they are whenever one looks.
    init(store: any CaseStoring, home: URL) {
        var option = HomeOption()
        option.home = home.path
        self.init(
            store: store, home: home,
            catalogue: { [option] in try ModelOptions.catalogue(option, try Program.current()) },
            trigger: { (try? Program.current().settings.trainsAfterCorrections) ?? 0 })
    }
}
