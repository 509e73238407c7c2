import ImageValues

extension DicomCode {
    /// The item of a code sequence.
    var item: DicomItem {
        var item = DicomItem()
        item.set(0x0008_0100, "SH", value)
        item.set(0x0008_0102, "SH", scheme)
        item.set(0x0008_0104, "LO", meaning)
        return item
    }
}
