const std = @import("std");
const Shape = union(enum) {
    circle: f64,
    rect: struct { w: f64, h: f64 },
    fn area(self: Shape) f64 {
        return switch (self) {
            .circle => |r| std.math.pi * r * r,
            .rect => |s| s.w * s.h,
        };
    }
};
const Error = error{ TooBig, Odd };
fn half(n: u32) Error!u32 {
    if (n > 100) return error.TooBig;
    if (n % 2 == 1) return error.Odd;
    return n / 2;
}
fn Stack(comptime T: type) type {
    return struct {
        items: std.ArrayList(T),
        fn push(self: *@This(), v: T) !void { try self.items.append(v); }
    };
}
pub fn main() !void {
    var gpa = std.heap.c_allocator;
    const out = std.io.getStdOut().writer();
    const shapes = [_]Shape{ .{ .circle = 2 }, .{ .rect = .{ .w = 3, .h = 4.5 } } };
    for (shapes, 0..) |s, i| try out.print("{d} {s} {d:.3}\n", .{ i, @tagName(s), s.area() });
    for ([_]u32{ 8, 7, 200 }) |n| {
        if (half(n)) |h| try out.print("half {d}\n", .{h}) else |e| try out.print("error {s}\n", .{@errorName(e)});
    }
    var st = Stack(u24){ .items = std.ArrayList(u24).init(gpa) };
    defer st.items.deinit();
    var x: u24 = 12345;
    for (0..20) |_| { x = x *% 1103515 +% 12345; try st.push(x); }
    std.mem.sort(u24, st.items.items, {}, std.sort.asc(u24));
    try out.print("{any}\n", .{st.items.items});
    var map = std.StringHashMap(usize).init(gpa);
    defer map.deinit();
    var it = std.mem.tokenizeScalar(u8, "the quick brown fox the lazy dog the end", ' ');
    while (it.next()) |w| { const e = try map.getOrPutValue(w, 0); e.value_ptr.* += 1; }
    try out.print("the {d}, fox {d}, {d} words\n", .{ map.get("the").?, map.get("fox").?, map.count() });
    const v: @Vector(8, i16) = .{ 1, -2, 3, -4, 5, -6, 7, -8 };
    try out.print("{d} {d}\n", .{ @reduce(.Add, v * v), @reduce(.Min, v) });
    const b = try std.fmt.parseInt(i128, "-170141183460469231731687303715884105728", 10);
    try out.print("{d} {x}\n", .{ b, @as(u128, @bitCast(b)) });
    const buf = try gpa.alloc(u8, 64);
    defer gpa.free(buf);
    try out.print("{s}\n", .{try std.fmt.bufPrint(buf, "{e:.4} {b:0>10}", .{ 12345.678, @as(u10, 37) })});
}
