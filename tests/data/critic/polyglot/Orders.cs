using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Shop;

public record Order(int Id, string Customer, decimal Total);

public class Orders
{
    private readonly List<Order> _orders = new();

    public decimal Sum => _orders.Sum(order => order.Total);

    public async Task<Order?> FindAsync(int id)
    {
        await Task.Delay(1);
        return _orders.FirstOrDefault(order => order.Id == id);
    }

    public string Describe(Order order) => order switch
    {
        { Total: > 100m } => $"large: {order.Customer}",
        _ => "small",
    };
}
