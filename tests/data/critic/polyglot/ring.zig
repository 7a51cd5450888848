const std = @import("std");

pub const Ring = struct {
    items: [8]u32 = undefined,
    len: usize = 0,

    pub fn push(self: *Ring, value: u32) !void {
        if (self.len == self.items.len) {
            return error.Full;
        }
        self.items[self.len] = value;
        self.len += 1;
    }
};

pub fn main() !void {
    var ring = Ring{};
    try ring.push(1);
    std.debug.print("{d}\n", .{ring.len});
}
