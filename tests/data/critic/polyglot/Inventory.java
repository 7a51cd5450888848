package shop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

public final class Inventory {
    public record Item(String name, int count) {}

    private final Map<String, Item> items = new HashMap<>();

    public void add(Item item) {
        items.merge(item.name(), item, (left, right) -> new Item(left.name(), left.count() + right.count()));
    }

    public Optional<Item> find(String name) {
        return Optional.ofNullable(items.get(name));
    }

    public String size(int count) {
        return switch (count) {
            case 0 -> "none";
            case 1, 2 -> "few";
            default -> {
                var text = "many";
                yield text;
            }
        };
    }

    public List<String> names() {
        return items.keySet().stream().sorted().toList();
    }
}
