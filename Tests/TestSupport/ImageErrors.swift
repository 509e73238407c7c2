import ImageValues

/// The kind of the error that a body throws.
public func kind(_ body: () throws -> Void) -> ImageFormatsError.Kind? {
    do {
        try body()
        return nil
    } catch { return (error as? ImageFormatsError)?.kind }
}
