/** Services and runtimes with parallel sizes and accelerators, in one object or the other. */
import { changed, granite, graniteRuntime } from "../granite";

export interface Written {
  args?: unknown[];
  limits?: Record<string, unknown>;
  requests?: Record<string, unknown>;
}

/** The service with exactly these; missing means none. */
export function service({ args, limits, requests }: Written) {
  return changed(granite(), ({ spec }) =>
    Object.assign(spec.predictor.model!, { args, resources: { limits, requests } }),
  );
}

/** The runtime with these on top of its own arguments. */
export function runtime({ args = [], limits, requests }: Written = {}) {
  return changed(graniteRuntime(), ({ spec }) => {
    const main = spec.containers[0]!;
    Object.assign(main, { args: ["--port=8080", ...args], resources: { limits, requests } });
  });
}

export const gpus = (count: unknown) => ({ "nvidia.com/gpu": count });
