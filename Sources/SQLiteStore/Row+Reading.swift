import CaseStore
import Foundation
import GRDB

extension Row {
    /// A column's value. GRDB's own subscript stops the program where a damaged file holds another type.
    func read<T: DatabaseValueConvertible>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard hasColumn(column), let value = T.fromDatabaseValue(self[column] as DatabaseValue) else {
            throw CaseStoreError.damaged(what: "field \(column)", reason: "it is not of its type")
        }
        return value
    }

    /// A column's value, or `nil` if there is none.
    func readOptional<T: DatabaseValueConvertible>(_ column: String, as type: T.Type = T.self) throws -> T? {
        guard hasColumn(column), !(self[column] as DatabaseValue).isNull else { return nil }
        return try read(column, as: type)
    }

    func readBytes(_ column: String) throws -> [UInt8] { [UInt8](try read(column, as: Data.self)) }

    func readDate(_ column: String) throws -> Date { StoredTime.decode(try read(column, as: Int64.self)) }

    /// A column that holds the raw value of one of our types.
    func readRaw<T: RawRepresentable>(_ column: String, as type: T.Type = T.self) throws -> T
    where T.RawValue: DatabaseValueConvertible {
        guard let value = T(rawValue: try read(column, as: T.RawValue.self)) else {
            throw CaseStoreError.damaged(what: "field \(column)", reason: "it has none of its values")
        }
        return value
    }

    func readJSON<T: Decodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        try StoredJSON.decode(type, read(column), what: "field \(column)")
    }
}
