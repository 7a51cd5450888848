import Foundation

struct Item: Codable, Identifiable {
    let id: UUID
    var name: String
    var price: Double?
}

enum StoreError: Error {
    case missing(String)
}

final class Store {
    private var items: [UUID: Item] = [:]

    func add(_ item: Item) {
        items[item.id] = item
    }

    func find(_ name: String) throws -> Item {
        guard let found = items.values.first(where: { $0.name == name }) else {
            throw StoreError.missing(name)
        }
        return found
    }
}
