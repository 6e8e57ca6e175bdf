/** All rules, in the order they are documented. */
import type { Rule } from "../rule";
import { noSecondRoute } from "./expose/no-second-route";
import { noIdleGpus } from "./gpu/no-idle-gpus";
import { oneAcceleratorVendor } from "./gpu/one-accelerator-vendor";
import { requestEqualsLimit } from "./gpu/request-equals-limit";
import { worldSizeLeGpus } from "./gpu/world-size-le-gpus";
import { runtimeEqualsService } from "./name/runtime-equals-service";
import { runtimeResolves } from "./name/runtime-resolves";
import { gpuHeadroom } from "./rollout/gpu-headroom";
import { duplicateArgs } from "./runtime/duplicate-args";
import { toleratesPool } from "./sched/tolerates-pool";

export const rules: readonly Rule[] = [
  runtimeResolves,
  runtimeEqualsService,
  duplicateArgs,
  worldSizeLeGpus,
  noIdleGpus,
  requestEqualsLimit,
  oneAcceleratorVendor,
  toleratesPool,
  gpuHeadroom,
  noSecondRoute,
];
