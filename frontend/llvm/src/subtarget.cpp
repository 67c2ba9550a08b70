// What LLVM's C API does not say: which features a processor by LLVM's name has (see processor.rs).

#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <memory>
#include <string>

// Sets `present[i]` to whether code for `cpu` with `features` on the target `triple` may use `names[i]`, LLVM's name with a
// `+` before it. Returns false if LLVM does not know the target.
extern "C" bool rheo_subtarget_features(const char *triple, const char *cpu, const char *features,
                                        const char *const *names, size_t count, bool *present) {
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return false;
  std::unique_ptr<llvm::MCSubtargetInfo> info(target->createMCSubtargetInfo(triple, cpu, features));
  if (!info)
    return false;
  for (size_t i = 0; i < count; i++)
    present[i] = info->checkFeatures(names[i]);
  return true;
}
