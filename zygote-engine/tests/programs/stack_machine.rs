//! Interpreters: a stack machine with errors of its own.

use crate::check::check;
use chainrules::prelude::*;
use std::fmt::{Display, Formatter};
use zygote_engine::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Tangent)]
pub enum Op {
    Push(f64),
    Load(u8),
    Store(u8),
    Add,
    Sub,
    Mul,
    Div,
    Dup,
    Swap,
    Unary(Func),
    JumpIfLess(usize),
    Jump(usize),
    Call(usize),
    Ret,
    Halt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Tangent)]
pub enum Func {
    Sqrt,
    Sin,
    Abs,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VmError {
    StackUnderflow { pc: usize },
    OutOfFuel,
    BadJump(usize),
}

impl Display for VmError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            VmError::StackUnderflow { pc } => write!(f, "stack underflow at {pc}"),
            VmError::OutOfFuel => f.write_str("out of fuel"),
            VmError::BadJump(to) => write!(f, "bad jump to {to}"),
        }
    }
}

#[derive(Debug, Clone, Default, Tangent)]
pub struct Vm {
    stack: Vec<f64>,
    frames: Vec<usize>,
    registers: [f64; 4],
    pc: usize,
}

#[differentiable]
impl Vm {
    fn pop(&mut self) -> Result<f64, VmError> {
        self.stack.pop().ok_or(VmError::StackUnderflow { pc: self.pc })
    }

    fn binary(&mut self, f: impl Fn(f64, f64) -> f64) -> Result<(), VmError> {
        let b = self.pop()?;
        let a = self.pop()?;
        self.stack.push(f(a, b));
        Ok(())
    }

    fn step(&mut self, program: &[Op]) -> Result<bool, VmError> {
        let op = *program.get(self.pc).ok_or(VmError::BadJump(self.pc))?;
        self.pc += 1;
        match op {
            Op::Push(x) => self.stack.push(x),
            Op::Load(r) => self.stack.push(self.registers[r as usize]),
            Op::Store(r) => self.registers[r as usize] = self.pop()?,
            Op::Add => self.binary(|a, b| a + b)?,
            Op::Sub => self.binary(|a, b| a - b)?,
            Op::Mul => self.binary(|a, b| a * b)?,
            Op::Div => self.binary(|a, b| a / b)?,
            Op::Dup => {
                let top = *self.stack.last().ok_or(VmError::StackUnderflow { pc: self.pc })?;
                self.stack.push(top);
            }
            Op::Swap => {
                let n = self.stack.len();
                if n < 2 {
                    return Err(VmError::StackUnderflow { pc: self.pc });
                }
                self.stack.swap(n - 1, n - 2);
            }
            Op::Unary(f) => {
                let x = self.pop()?;
                self.stack.push(match f {
                    Func::Sqrt => x.sqrt(),
                    Func::Sin => x.sin(),
                    Func::Abs => x.abs(),
                });
            }
            Op::JumpIfLess(to) => {
                let b = self.pop()?;
                let a = self.pop()?;
                if a < b {
                    self.pc = to;
                }
            }
            Op::Jump(to) => self.pc = to,
            Op::Call(to) => {
                self.frames.push(self.pc);
                self.pc = to;
            }
            Op::Ret => match self.frames.pop() {
                Some(back) => self.pc = back,
                None => return Ok(false),
            },
            Op::Halt => return Ok(false),
        }
        Ok(true)
    }

    pub fn run(mut self, program: &[Op], fuel: usize) -> Result<f64, VmError> {
        for _ in 0..fuel {
            if !self.step(program)? {
                return self.pop();
            }
        }
        Err(VmError::OutOfFuel)
    }
}

/// Newton's square root, with a subroutine.
#[differentiable]
fn newton_program(a: f64) -> Vec<Op> {
    use Op::*;
    vec![
        Push(a),
        Store(0),
        Push(1.0),
        Store(1),
        Push(0.0),
        Store(2),
        // loop:
        Call(14),
        Load(2),
        Push(1.0),
        Add,
        Dup,
        Store(2),
        Push(4.0),
        JumpIfLess(6),
        // average (falls through at the end of the loop):
        Load(1),
        Dup,
        Load(0),
        Swap,
        Div,
        Add,
        Push(0.5),
        Mul,
        Dup,
        Store(1),
        Ret,
    ]
}

#[differentiable]
pub fn entry(p: &[f64]) -> f64 {
    use Op::*;
    let root = match Vm::default().run(&newton_program(p[0] + 1.0), 200) {
        Ok(x) => x,
        Err(e) => return -(e.to_string().len() as f64),
    };
    let programs = [
        vec![Load(0), Load(1), Mul, Unary(Func::Sin), Halt],
        vec![Load(0), Load(2), JumpIfLess(5), Load(1), Halt, Load(2), Push(2.0), Div, Halt],
        vec![Load(3), Unary(Func::Sqrt), Load(0), Sub, Unary(Func::Abs), Halt],
        vec![Load(0), Add],
    ];
    let vm = Vm { registers: [p[0], p[1], p[2], p[3]], ..Vm::default() };
    let mut total = root;
    for program in &programs {
        total += vm.clone().run(program, 50).unwrap_or(0.25);
    }
    total
}

#[test]
fn gradient() {
    check(4, 0.4..1.4, entry, |x| value_and_gradient!(entry, x));
}
