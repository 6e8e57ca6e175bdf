/** An order of waves for the updates of a whole fleet. */
import { clusterNodes } from "../../sdk/capacity/inventory/inventory";
import { planWaves } from "../../sdk/capacity/rollout/waves";
import type { Bench } from "./bench";
import { fleet } from "./fleet";
import { steady } from "./rollouts";

export const waves: Bench = {
  name: "waves",
  title: "an order of waves for the updates of all services in their places",
  sizes: [100, 1_000, 10_000],
  variants: {
    core: (size) => {
      const { objects, services } = fleet(size);
      const { nodes, updates } = steady(clusterNodes(objects), services);
      return () => {
        const { waves, blocked, missing } = planWaves(updates, nodes);
        const further = missing?.reduce((sum, { places }) => sum + places, 0);
        return {
          waves: waves.length,
          "in a wave": waves.flat().length,
          without: blocked.length,
          ...(further !== undefined && { "further places": further }),
        };
      };
    },
  },
};
