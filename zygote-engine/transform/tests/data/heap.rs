/// A local heap has places in the derivative, one that is handed on is its own.
fn heap(x: f64, y: f64) -> f64 {
    let mut heap = BinaryHeap::new();
    heap.push(Cost(x));
    heap.push(Cost(x * y));
    let other = BinaryHeap::new();
    if is_empty(&other) && heap.len() > 1 {
        if let Some(least) = heap.peek() {
            return least.0;
        }
    }
    x
}
