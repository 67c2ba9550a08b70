//! The binding of regions: a part of a function as machine code inside whatever runs the rest of it.
//!
//! Owns what is different from a whole function: where operands come from, where results and control go. What that is on the
//! other side is asked of [`Surroundings`].

use crate::abi::Abi;
use crate::frame::{Frame, Symbols};
use crate::function::{FunctionLowering, LowerError, Lowered, Unsupported, failed, put_memory_in_one_region};
use crate::op::clif_type;
use cranelift_codegen::ir::{self, Type as ClifType, Value as ClifValue};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rheo_ir::{BlockId, FuncId, Module, RegionBody, StackSlotId, Value};

/// What a region is part of.
pub trait Surroundings {
    /// The signature of the region's code.
    fn signature(&self) -> ir::Signature;

    /// The code begins; `params` are those of its signature.
    fn enter(&mut self, b: &mut FunctionBuilder, params: &[ClifValue]);

    /// Input number `index`.
    fn input(&mut self, b: &mut FunctionBuilder, index: usize, ty: ClifType) -> ClifValue;

    /// Goes on at way out `exit`, with these outputs. Ends the block.
    fn leave(&mut self, b: &mut FunctionBuilder, exit: usize, outputs: &[(Value, ClifValue)]);

    /// A call of code that is not a helper of the lowering's follows.
    fn before_call(&mut self, b: &mut FunctionBuilder);

    /// The call has returned.
    fn after_call(&mut self, b: &mut FunctionBuilder);

    /// Meaning of `stack_addr`.
    fn stack_addr(&mut self, b: &mut FunctionBuilder, slot: StackSlotId, offset: i32) -> ClifValue;
}

/// Lowers a region of a function into `func`.
pub fn lower_region(
    module: &Module,
    (f, region): (FuncId, &RegionBody),
    isa: &dyn TargetIsa,
    symbols: &dyn Symbols,
    around: &mut dyn Surroundings,
    func: &mut ir::Function,
    fb_ctx: &mut FunctionBuilderContext,
) -> Result<Lowered, LowerError> {
    func.signature = around.signature();
    let b = FunctionBuilder::new(func, fb_ctx);
    let mut frame = Frame::without_slots(&region.body, isa, symbols);
    frame.around = Some((around, region.first_exit));
    let loc = module.func(f).loc;
    let abi = Abi::new(&[], &[], isa).map_err(|e| failed(module, f, (loc, Unsupported::Signature(e))))?;
    let lowering = FunctionLowering::new(module, &region.body, b, frame, abi);
    let lowered = lowering.finish().map_err(|failure| failed(module, f, failure))?;
    put_memory_in_one_region(func);
    Ok(lowered)
}

impl FunctionLowering<'_, '_> {
    /// Binds the region's inputs.
    pub fn enter_region(&mut self, params: &[ClifValue]) {
        let (around, _) = self.frame.around.as_mut().expect("a region is in something");
        around.enter(&mut self.b, params);
        for (i, &v) in self.body.block(BlockId(0)).params.iter().enumerate() {
            let (around, _) = self.frame.around.as_mut().expect("a region is in something");
            let input = around.input(&mut self.b, i, clif_type(self.body.ty(v)));
            self.define(v, input);
        }
    }

    /// Leaves the region by the way out that `block` is.
    pub fn leave_region(&mut self, block: BlockId, outputs: &[Value], values: &[ClifValue]) {
        let outputs: Vec<(Value, ClifValue)> = outputs.iter().copied().zip(values.iter().copied()).collect();
        let (around, first_exit) = self.frame.around.as_mut().expect("a region is in something");
        around.leave(&mut self.b, block.index() - *first_exit, &outputs);
    }
}
