//! Every construct that a differentiable function may use, against central finite differences at
//! random inputs.
#![allow(
    clippy::needless_range_loop,
    clippy::assign_op_pattern,
    clippy::explicit_counter_loop,
    clippy::manual_swap,
    clippy::needless_return,
    clippy::let_and_return,
    clippy::while_let_loop,
    clippy::same_item_push,
    clippy::vec_init_then_push,
    clippy::ptr_arg,
    clippy::too_many_arguments,
    clippy::explicit_iter_loop,
    clippy::manual_memcpy,
    clippy::almost_swapped,
    clippy::op_ref,
    reason = "the tests write code in every way"
)]

mod calls;
mod check;
mod control;
mod iteration;
mod mutation;
mod scalar;
mod sequences;
mod user;
mod windows;
