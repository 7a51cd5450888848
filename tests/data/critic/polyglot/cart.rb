# frozen_string_literal: true

module Shop
  class Cart
    attr_reader :lines

    def initialize(lines = [])
      @lines = lines
    end

    def total
      lines.sum { |line| line[:price] * line.fetch(:count, 1) }
    end

    def describe
      return "empty" if lines.empty?

      lines.map do |line|
        "#{line[:name]}: #{line[:price]}"
      end.join("\n")
    end
  end
end

puts Shop::Cart.new([{ name: "tea", price: 3 }]).describe
