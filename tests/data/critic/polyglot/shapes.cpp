#include <memory>
#include <string>
#include <vector>

namespace shapes {

class Shape {
public:
    virtual ~Shape() = default;
    virtual double area() const = 0;
};

class Square final : public Shape {
public:
    explicit Square(double side) : side_{side} {}
    double area() const override { return side_ * side_; }

private:
    double side_;
};

template <typename T>
auto total(const std::vector<std::unique_ptr<T>>& all) -> double {
    double sum = 0;
    for (const auto& each : all) {
        sum += each->area();
    }
    return sum;
}

}  // namespace shapes

int main() {
    std::vector<std::unique_ptr<shapes::Shape>> all;
    all.push_back(std::make_unique<shapes::Square>(2.0));
    return shapes::total(all) > 3 ? 0 : 1;
}
