import type { Abilities } from '../gpu/gpu.ts';

/** Threads that swap through workgroup memory together where there are no subgroups: enough to read 256 bytes side by side. */
const MEMORY_LANES = 16;

/** What kernels/lanes.wgsl is compiled with; SUBGROUP is how many lanes there are. */
export function laneConstants({ subgroupSize, subgroupsVary }: Abilities) {
  const hasSubgroups = subgroupSize > 0;
  return {
    SUBGROUP: hasSubgroups ? subgroupSize : MEMORY_LANES,
    ...{ FIXED: hasSubgroups && !subgroupsVary ? 1 : 0, VARYING: hasSubgroups && subgroupsVary ? 1 : 0 },
    ...{ MEMORY: hasSubgroups ? 0 : 1, SWAPS: hasSubgroups && !subgroupsVary ? 0 : 1 },
  };
}

/** What kernels/numbers.wgsl is compiled with. */
export function numberConstants({ f16 }: Abilities) {
  return { F16: f16 ? 1 : 0, F32: f16 ? 0 : 1 };
}
