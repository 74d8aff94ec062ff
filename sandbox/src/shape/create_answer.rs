//! What a create says of the order it placed.

/// What `create_order` says when it has placed an order (api-facts 3.4: all of them were seen or documented).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CreateAnswer {
    /// `{"code":0}` and nothing else, as most programs report.
    CodeOnly,
    /// `order_id`.
    OrderId,
    /// `id`.
    Id,
    /// An `order` object.
    Order,
    /// `order_id`, `id` and `order` side by side.
    Everything,
}
